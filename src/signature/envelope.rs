//! DSSE envelopes, one per line of `approvals.jsonl`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::{KeyError, LineError, PublicKey, Signer, sshsig};
use crate::json::{FieldError, Fields, Limits, Node, Value, canonical, read};

/// The type every signature is bound to.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Signatures one envelope may hold.
const SIGNATURES: usize = 64;

/// Pre-authentication encoding: the bytes that are signed (DSSE 1.0 §2).
pub fn pae(payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

/// What [`Envelope::check`] found: places in the list of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Keys that made a signature.
    pub by: Vec<usize>,
    /// Keys that are named by a signature that does not verify.
    pub failed: Vec<usize>,
}

/// A payload and signatures over it. Nothing in it is believed before [`Envelope::check`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Envelope {
    /// Signs a payload.
    pub fn sign(payload: Vec<u8>, key: &dyn Signer) -> Result<Self, KeyError> {
        let signature = key.sign(&pae(&payload))?;
        Ok(Self { payload, signatures: vec![(key.public().id(), signature)] })
    }

    /// Reads one line. It must be exactly what [`Envelope::to_line`] writes, up to the base64 alphabet of the payload and
    /// the signatures.
    pub fn from_line(line: &str) -> Result<Self, LineError> {
        let wrong = |e: FieldError| LineError::Envelope(e.to_string());
        let document = read(line.as_bytes(), &Limits::default()).map_err(|e| LineError::Envelope(e.to_string()))?;
        let form = canonical(&document.root).map_err(|e| LineError::Envelope(e.to_string()))?;
        if form != line.as_bytes() || !document.anomalies.is_empty() {
            return Err(LineError::Envelope("it is not written in RFC 8785 form".to_owned()));
        }
        let mut fields = Fields::of(&document.root).map_err(wrong)?;
        if fields.text("payloadType").map_err(wrong)? != PAYLOAD_TYPE {
            return Err(LineError::Envelope(format!("its payloadType is not {PAYLOAD_TYPE}")));
        }
        let payload = decode(fields.text("payload").map_err(wrong)?)?;
        let list = fields.node("signatures").map_err(wrong)?;
        fields.finish().map_err(wrong)?;
        if !list.is_array() || list.elements().is_empty() || list.elements().len() > SIGNATURES {
            return Err(LineError::Envelope(format!("`signatures` is not a list of 1 to {SIGNATURES}")));
        }
        let signature = |node: &Node| {
            let mut fields = Fields::of(node).map_err(wrong)?;
            let id = fields.optional("keyid").map(|n| n.as_str().ok_or(FieldError::Wrong("keyid", "text"))).transpose();
            let id = id.map_err(wrong)?.unwrap_or_default().to_owned();
            let sig = decode(fields.text("sig").map_err(wrong)?)?;
            fields.finish().map_err(wrong)?;
            Ok((id, sig))
        };
        let signatures = list.elements().iter().map(signature).collect::<Result<_, LineError>>()?;
        Ok(Self { payload, signatures })
    }

    /// The line, without its line feed.
    pub fn to_line(&self) -> String {
        let text = |bytes: &[u8]| Node::text(&STANDARD.encode(bytes));
        let signature = |(id, sig): &(String, Vec<u8>)| Node::object([("keyid", Node::text(id)), ("sig", text(sig))]);
        let node = Node::object([
            ("payload", text(&self.payload)),
            ("payloadType", Node::text(PAYLOAD_TYPE)),
            ("signatures", Node::made(Value::Array(self.signatures.iter().map(signature).collect()))),
        ]);
        let bytes = canonical(&node).expect("an envelope has distinct keys and little depth");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Which of these keys signed the payload, and which are named by a signature that they did not make. The list may
    /// hold one point in several forms: a signature counts for the form in whose scheme it was made.
    ///
    /// A key id is a hint without authority, but a wrong one is no accident: it counts as a signature that fails.
    pub fn check(&self, keys: &[PublicKey]) -> Checked {
        let message = pae(&self.payload);
        let ids: Vec<String> = keys.iter().map(PublicKey::id).collect();
        let mut checked = Checked::default();
        for (hint, signature) in &self.signatures {
            let inside = sshsig::claimed_key(signature).map(|k| k.id());
            let named: Vec<usize> =
                (0..keys.len()).filter(|i| ids[*i] == *hint || Some(&ids[*i]) == inside.as_ref()).collect();
            let all = (0..keys.len()).collect();
            let tried = if named.is_empty() { all } else { named.clone() };
            let made: Vec<usize> = tried.into_iter().filter(|i| keys[*i].verify(&message, signature)).collect();
            let right = |i: &usize| hint.is_empty() || *hint == ids[*i];
            checked.failed.extend(made.iter().copied().filter(|i| !right(i)));
            checked.failed.extend(named.into_iter().filter(|_| made.is_empty()));
            checked.by.extend(made.into_iter().filter(right));
        }
        checked
    }

    /// The payload, verified or not: for those who asked [`Envelope::check`], and for finding candidates.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

fn decode(text: &str) -> Result<Vec<u8>, LineError> {
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    bytes.map_err(|_| LineError::Envelope("it holds text that is not base64".to_owned()))
}

//! DSSE envelopes, one per line of `approvals.jsonl`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::{LineError, PublicKey, SigningKey};
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

/// A payload and signatures over it. Nothing in it is believed before [`Envelope::verified_by`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Envelope {
    /// Signs a payload.
    pub fn sign(payload: Vec<u8>, key: &SigningKey) -> Self {
        let signature = key.sign(&pae(&payload));
        Self { payload, signatures: vec![(key.public().id(), signature)] }
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

    /// The payload, when this key made one of the signatures and the key id beside it, if there is one, is the key's. A
    /// key id is a hint without authority, but a wrong one is no accident.
    pub fn verified_by(&self, key: &PublicKey) -> Option<&[u8]> {
        let message = pae(&self.payload);
        let by = |(id, sig): &(String, Vec<u8>)| (id.is_empty() || *id == key.id()) && key.verify(&message, sig);
        self.signatures.iter().any(by).then_some(self.payload.as_slice())
    }

    /// Whether a signature claims to be this key's.
    pub fn names(&self, key: &PublicKey) -> bool {
        self.signatures.iter().any(|(id, _)| *id == key.id())
    }

    /// The payload without any verification: for error messages and for finding candidates only.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }
}

fn decode(text: &str) -> Result<Vec<u8>, LineError> {
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    bytes.map_err(|_| LineError::Envelope("it holds text that is not base64".to_owned()))
}

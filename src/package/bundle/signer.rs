//! Who a PKCS #7 block says has signed: a reader of exactly as much DER as that takes. Nothing is verified here, neither the
//! signature nor the certificate; what is read is what the block says of itself.

use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// `1.2.840.113549.1.7.2`, signed data.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// `1.2.840.113549.1.9.4`, the digest of what was signed.
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// `2.16.840.1.101.3.4.2.1`.
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// Parts of a name that people know, in the order in which they are shown.
const SHOWN: [(&[u8], &str); 4] =
    [(&[0x55, 4, 3], "CN"), (&[0x55, 4, 10], "O"), (&[0x55, 4, 11], "OU"), (&[0x55, 4, 6], "C")];
/// Elements of one list that are read.
const MOST: usize = 64;

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// The one who signs, as the block says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Whom the certificate is made out to.
    pub subject: Untrusted,
    /// Who made it out.
    pub issuer: Untrusted,
    /// The signer made it out to itself.
    pub self_signed: bool,
    /// SHA-256 of the certificate.
    pub fingerprint: Digest,
    /// The time for which it was made out, as written.
    pub valid: [Untrusted; 2],
    /// The SHA-256 that it says was signed, in hexadecimal digits.
    pub signed: Option<String>,
}

/// One element: its tag, its content, and both together.
#[derive(Clone, Copy)]
struct Element<'b> {
    tag: u8,
    body: &'b [u8],
    whole: &'b [u8],
}

/// Elements one behind the other.
struct Elements<'b>(&'b [u8]);

impl<'b> Elements<'b> {
    fn next(&mut self) -> Option<Element<'b>> {
        let (tag, first) = (*self.0.first()?, *self.0.get(1)?);
        // tags of several bytes, and lengths that are not said, are not of DER or not of this format
        if tag & 0x1f == 0x1f || first == 0x80 || first > 0x84 {
            return None;
        }
        let long = usize::from(first & 0x7f) * usize::from(first > 0x7f);
        let digits = self.0.get(2..2 + long)?;
        let length = match first {
            0..=0x7f => usize::from(first),
            _ => digits.iter().fold(0, |n, d| (n << 8) | usize::from(*d)),
        };
        // the shortest form is the only one
        if long > 0 && (digits[0] == 0 || length < 0x80) {
            return None;
        }
        let end = (2 + long).checked_add(length)?;
        let whole = self.0.get(..end)?;
        self.0 = &self.0[end..];
        Some(Element { tag, body: &whole[2 + long..], whole })
    }

    fn take(&mut self, tag: u8) -> Option<Element<'b>> {
        self.next().filter(|e| e.tag == tag)
    }

    /// The next one, when it has this tag.
    fn maybe(&mut self, tag: u8) -> Option<Element<'b>> {
        if self.0.first() == Some(&tag) { self.next() } else { None }
    }

    fn all(mut self) -> Option<Vec<Element<'b>>> {
        let mut out = Vec::new();
        while !self.0.is_empty() {
            if out.len() == MOST {
                return None;
            }
            out.push(self.next()?);
        }
        Some(out)
    }
}

impl<'b> Element<'b> {
    fn inside(&self) -> Elements<'b> {
        Elements(self.body)
    }
}

/// A certificate, as far as it is shown.
struct Certificate<'b> {
    whole: &'b [u8],
    serial: &'b [u8],
    issuer: Element<'b>,
    subject: Element<'b>,
    valid: [Untrusted; 2],
}

/// Reads a block. `None` when it is not strictly of the format, or does not hold exactly one signer with its certificate.
pub(super) fn read(block: &[u8]) -> Option<Signer> {
    let mut outer = Elements(block);
    let mut content = outer.take(SEQUENCE)?.inside();
    if !outer.0.is_empty() || content.take(OID)?.body != SIGNED_DATA {
        return None;
    }
    let mut data = content.take(0xa0)?.inside().take(SEQUENCE)?.inside();
    data.take(INTEGER)?;
    data.take(SET)?;
    data.take(SEQUENCE)?;
    let certificates = data.maybe(0xa0)?.inside().all()?;
    data.maybe(0xa1);
    let signers = data.take(SET)?.inside().all()?;
    // of several nobody could say who is meant
    let [signer] = signers[..] else { return None };
    let mut signer = signer.inside();
    signer.take(INTEGER)?;
    let mut named = signer.take(SEQUENCE)?.inside();
    let (issuer, serial) = (named.take(SEQUENCE)?, named.take(INTEGER)?);
    let algorithm = signer.take(SEQUENCE)?.inside().take(OID)?;
    let attributes = signer.maybe(0xa0).and_then(|a| a.inside().all());
    let certificate = certificates
        .into_iter()
        .filter_map(certificate)
        .find(|c| c.serial == serial.body && c.issuer.whole == issuer.whole)?;
    let signed = attributes.filter(|_| algorithm.body == SHA256).and_then(digest);
    Some(Signer {
        subject: name(certificate.subject)?,
        issuer: name(certificate.issuer)?,
        self_signed: certificate.subject.whole == certificate.issuer.whole,
        fingerprint: Digest::of(certificate.whole),
        valid: certificate.valid,
        signed,
    })
}

/// The digest among the attributes.
fn digest(attributes: Vec<Element<'_>>) -> Option<String> {
    attributes.into_iter().find_map(|attribute| {
        let mut parts = attribute.inside();
        parts.take(OID).filter(|name| name.body == MESSAGE_DIGEST)?;
        let digest = parts.take(SET)?.inside().take(OCTETS).filter(|d| d.body.len() == 32)?;
        Some(digest.body.iter().map(|b| format!("{b:02x}")).collect())
    })
}

fn certificate(element: Element<'_>) -> Option<Certificate<'_>> {
    let mut parts = element.inside().take(SEQUENCE)?.inside();
    parts.maybe(0xa0);
    let serial = parts.take(INTEGER)?.body;
    parts.take(SEQUENCE)?;
    let issuer = parts.take(SEQUENCE)?;
    let mut valid = parts.take(SEQUENCE)?.inside();
    let mut time = || Some(Untrusted::from(String::from_utf8_lossy(valid.next()?.body).into_owned()));
    let valid = [time()?, time()?];
    let subject = parts.take(SEQUENCE)?;
    Some(Certificate { whole: element.whole, serial, issuer, subject, valid })
}

/// `CN=…, O=…`, as far as people know the parts.
fn name(element: Element<'_>) -> Option<Untrusted> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for set in element.inside().all()? {
        for pair in set.inside().all()? {
            let mut pair = pair.inside();
            let (key, value) = (pair.take(OID)?, pair.next()?);
            if let Some(at) = SHOWN.iter().position(|(oid, _)| *oid == key.body) {
                found.push((at, format!("{}={}", SHOWN[at].1, text(value))));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let parts: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
    Some(parts.join(", ").into())
}

/// A string of one of the kinds that names are written in.
fn text(value: Element<'_>) -> String {
    if value.tag == 0x1e {
        let units = value.body.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
        return char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    String::from_utf8_lossy(value.body).into_owned()
}

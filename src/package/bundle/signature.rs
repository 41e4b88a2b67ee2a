//! The signature block of a bundle: PKCS #7 behind the zip file, between two marks. It is found and described, with the one
//! who it says has signed and the digest it says was signed; whether it is right is not checked, and every report says so.

use std::borrow::Cow;

use super::archive::Broken;
use super::signer::{self, Signer};
use crate::terms::Digest;

const BEGIN: &[u8] = b"MCPB_SIG_V1";
const END: &[u8] = b"MCPB_SIG_END";
/// `1.2.840.113549.1.7.2`, signed data.
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// The end of a zip file without a comment.
const TAIL: usize = 22;

/// What stands behind a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Nothing.
    None,
    /// A signature, which was not verified.
    Unverified(Box<Block>),
}

/// What a signature says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its length.
    pub bytes: usize,
    /// Who it says has signed; `None` when that could not be read.
    pub signer: Option<Signer>,
    /// Whether the digest that it says was signed is that of this file; `None` when it names none.
    pub fits: Option<bool>,
}

impl Signature {
    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unverified(_) => "present-not-verified",
        }
    }
}

/// The zip file and what stands behind it. A block that is not whole is an error, never "unsigned".
pub(super) fn split(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Signature), Broken> {
    let Some(rest) = bytes.strip_suffix(END) else {
        let tail = &bytes[bytes.len().saturating_sub(64 << 10)..];
        return if tail.windows(END.len()).any(|w| w == END) {
            Err(Broken::new("something stands behind its signature"))
        } else {
            Ok((Cow::Borrowed(bytes), Signature::None))
        };
    };
    // the length before the block says where it begins; a mark inside the block is no mark
    let mut at = rest.len();
    while let Some(found) = rest[..at].windows(BEGIN.len()).rposition(|w| w == BEGIN) {
        let body = found + BEGIN.len() + 4;
        if let Some(length) = rest.get(found + BEGIN.len()..body) {
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            if body + length == rest.len() {
                return described(&rest[..found], &rest[body..], bytes.len() - found);
            }
        }
        at = found + BEGIN.len() - 1;
    }
    Err(Broken::new("its signature block has an end and no beginning, or lies about its length"))
}

/// `behind`: bytes behind the zip file.
fn described<'b>(content: &'b [u8], block: &[u8], behind: usize) -> Result<(Cow<'b, [u8]>, Signature), Broken> {
    // SEQUENCE, its length, then what it is
    let header = match block {
        [0x30, n, ..] if *n < 0x80 => 2,
        [0x30, n, ..] => 2 + usize::from(n & 0x7f),
        _ => return Err(Broken::new("its signature block is no PKCS #7")),
    };
    if block.get(header..header + SIGNED_DATA.len()) != Some(&SIGNED_DATA[..]) {
        return Err(Broken::new("its signature block is no PKCS #7 signature"));
    }
    let signer = signer::read(block);
    let mut fits = None;
    let mut compare = |content: &[u8]| {
        if let Some(signed) = signer.as_ref().and_then(|s| s.signed.as_deref()) {
            fits = Some(fits == Some(true) || Digest::of(content).hex() == signed);
        }
    };
    compare(content);
    // newer tools declare the block as the comment of the zip file, after they signed it without
    let mut content = Cow::Borrowed(content);
    let length = content.len().checked_sub(2).filter(|_| content.len() >= TAIL);
    if let Some(at) = length
        && content[at - 20..].starts_with(b"PK\x05\x06")
        && usize::from(u16::from_le_bytes([content[at], content[at + 1]])) == behind
    {
        content.to_mut()[at..].fill(0);
        compare(&content);
    }
    Ok((content, Signature::Unverified(Box::new(Block { bytes: block.len(), signer, fits }))))
}

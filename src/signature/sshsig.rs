//! SSHSIG (OpenSSH `PROTOCOL.sshsig`) as far as approvals need it: one namespace, SHA-512, Ed25519 keys of files and of
//! security keys (`PROTOCOL.u2f`). A signature is kept in its binary form; `ssh-keygen` calls the same bytes in base64
//! between two marker lines the armor.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha512};

use super::PublicKey;
use super::key::{Form, SECURITY_KEY, SSH};
use super::wire::{Reader, put};

/// What every signature is bound to, so that one made for another purpose never counts here.
pub const NAMESPACE: &str = "mcp-assay-approval@v1";

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const HASH: &str = "sha512";
/// The flag of a security key: somebody touched it.
const TOUCHED: u8 = 1;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// The parts of a signature that differ between signatures.
struct Parts<'b> {
    key: &'b [u8],
    signature: &'b [u8],
}

fn parts(blob: &[u8]) -> Option<Parts<'_>> {
    let mut reader = Reader::of(blob);
    let fits = reader.take(MAGIC.len())? == MAGIC && reader.number()? == VERSION;
    let key = reader.string()?;
    let fits = fits
        && reader.string()? == NAMESPACE.as_bytes()
        // reserved: always empty
        && reader.string()?.is_empty()
        && reader.string()? == HASH.as_bytes();
    let signature = reader.string()?;
    reader.end()?;
    fits.then_some(Parts { key, signature })
}

/// What the key signs in place of the message.
fn signed_data(message: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    put(&mut out, NAMESPACE.as_bytes());
    put(&mut out, b"");
    put(&mut out, HASH.as_bytes());
    put(&mut out, &Sha512::digest(message));
    out
}

/// Whether `blob` is a signature by exactly this key over the message.
pub(super) fn verify(key: &PublicKey, message: &[u8], blob: &[u8]) -> bool {
    let check = || {
        let parts = parts(blob).filter(|p| p.key == key.blob())?;
        let mut reader = Reader::of(parts.signature);
        let (kind, raw) = (reader.string()?, reader.string()?);
        match key.form() {
            Form::Raw => None,
            Form::Ssh => {
                reader.end()?;
                (kind == SSH.as_bytes() && key.verify_point(&signed_data(message), raw)).then_some(())
            }
            Form::SecurityKey(application) => {
                let (flags, counter) = (reader.take(1)?, reader.take(4)?);
                reader.end()?;
                let mut data = Sha256::digest(application.as_bytes()).to_vec();
                data.extend_from_slice(flags);
                data.extend_from_slice(counter);
                data.extend_from_slice(&Sha256::digest(signed_data(message)));
                let touched = flags[0] & TOUCHED != 0;
                (kind == SECURITY_KEY.as_bytes() && touched && key.verify_point(&data, raw)).then_some(())
            }
        }
    };
    check().is_some()
}

/// The key a signature says it is by. A claim, not a proof.
pub(super) fn claimed_key(blob: &[u8]) -> Option<PublicKey> {
    PublicKey::from_blob(parts(blob)?.key).ok()
}

/// The bytes between the marker lines that `ssh-keygen -Y sign` writes.
pub(super) fn dearmor(text: &str) -> Option<Vec<u8>> {
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let joined: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(joined).ok()
}

/// The text that `ssh-keygen -Y verify` reads.
pub fn armor(blob: &[u8]) -> String {
    let encoded = STANDARD.encode(blob);
    let lines: Vec<&str> = encoded.as_bytes().chunks(70).filter_map(|l| std::str::from_utf8(l).ok()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}

#[cfg(test)]
pub(super) mod software {
    //! A security key made of software: the same bytes that a device would give.

    use super::*;
    use ed25519_dalek::Signer as _;

    use super::super::{KeyError, Signer};

    pub struct SoftKey {
        pub secret: ed25519_dalek::SigningKey,
        pub application: String,
        pub flags: u8,
        pub counter: u32,
    }

    impl SoftKey {
        pub fn new(seed: u8) -> Self {
            let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
            Self { secret, application: "ssh:".to_owned(), flags: TOUCHED, counter: 7 }
        }
    }

    impl Signer for SoftKey {
        fn public(&self) -> PublicKey {
            let mut blob = Vec::new();
            put(&mut blob, SECURITY_KEY.as_bytes());
            put(&mut blob, self.secret.verifying_key().as_bytes());
            put(&mut blob, self.application.as_bytes());
            PublicKey::from_blob(&blob).expect("a key of ours")
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
            let mut data = Sha256::digest(self.application.as_bytes()).to_vec();
            data.push(self.flags);
            data.extend_from_slice(&self.counter.to_be_bytes());
            data.extend_from_slice(&Sha256::digest(signed_data(message)));
            let mut signature = Vec::new();
            put(&mut signature, SECURITY_KEY.as_bytes());
            put(&mut signature, &self.secret.sign(&data).to_bytes());
            signature.push(self.flags);
            signature.extend_from_slice(&self.counter.to_be_bytes());
            let mut out = MAGIC.to_vec();
            out.extend_from_slice(&VERSION.to_be_bytes());
            put(&mut out, &self.public().blob());
            put(&mut out, NAMESPACE.as_bytes());
            put(&mut out, b"");
            put(&mut out, HASH.as_bytes());
            put(&mut out, &signature);
            Ok(out)
        }
    }
}

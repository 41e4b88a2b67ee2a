//! Ed25519 keys: public ones as `trust.json` lists them, private ones as PKCS#8 PEM files that OpenSSL 3 reads.
//!
//! SSH keys have their place in the format (`ssh-ed25519 …`) and are refused by name until this version can verify them.

use std::fmt;
use std::io::Write;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signature, Signer, VerifyingKey};

use crate::terms::Digest;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not `ed25519 <base64 of 32 bytes>`.
    #[error("is not a key this version knows; write `ed25519 <base64>`")]
    Unknown,
    /// An SSH key.
    #[error("is an SSH key; this version verifies only `ed25519 <base64>` keys")]
    Ssh,
    /// A low-order point: anybody can sign for it.
    #[error("is a weak key: signatures of it prove nothing")]
    Weak,
    /// The file system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Others can read the private key.
    #[error("can be read by others; run `chmod 600` on it")]
    Exposed,
    /// Not a PKCS#8 PEM file with an unencrypted Ed25519 key.
    #[error("is not an unencrypted PKCS#8 PEM file with an Ed25519 key")]
    NotPkcs8,
    /// The operating system gives no randomness.
    #[error("the operating system gives no random bytes")]
    Random,
}

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads the form of `trust.json`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.starts_with("ssh-") || text.starts_with("sk-ssh-") {
            return Err(KeyError::Ssh);
        }
        let encoded = text.strip_prefix("ed25519 ").ok_or(KeyError::Unknown)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| KeyError::Unknown)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Unknown)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Unknown)?;
        // one point has one encoding; another one would count as another key
        if key.is_weak() || key.to_edwards().compress().to_bytes() != bytes {
            return Err(KeyError::Weak);
        }
        Ok(Self(key))
    }

    /// The form of `trust.json`.
    pub fn text(&self) -> String {
        format!("ed25519 {}", STANDARD.encode(self.0.as_bytes()))
    }

    /// The hint written beside signatures: SHA-256 of the 32 key bytes.
    pub fn id(&self) -> String {
        Digest::of(self.0.as_bytes()).to_string()
    }

    /// Strict verification (RFC 8032 with the checks that make signatures unique).
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify_strict(message, &s).is_ok())
    }
}

/// A private key. Zeroed when dropped; no `Debug` of its content.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| KeyError::Random)?;
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.fill(0);
        Ok(Self(key))
    }

    /// Reads a key file. It must not be readable by others.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData => KeyError::NotPkcs8,
            _ => KeyError::Io(e),
        })?;
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(&text).map_err(|_| KeyError::NotPkcs8)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
                return Err(KeyError::Exposed);
            }
        }
        Ok(Self(key))
    }

    /// Writes a new key file for its owner only; an existing file is never overwritten.
    pub fn store(&self, path: &Path) -> Result<(), KeyError> {
        // version 1 of PKCS#8, without the public key: OpenSSL 3.0 refuses version 2
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::NotPkcs8)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        file.write_all(pem.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// A raw Ed25519 signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}

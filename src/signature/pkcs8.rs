//! Private keys in PKCS#8 PEM files that OpenSSL 3 reads: for automation, key services, and people without SSH keys.

use std::fmt;
use std::io::Write;
use std::path::Path;

use ed25519_dalek::Signer as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};

use super::{KeyError, PublicKey, Signer};

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
            std::io::ErrorKind::InvalidData => KeyError::NotKeyFile,
            _ => KeyError::Io(e),
        })?;
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(&text).map_err(|_| KeyError::NotKeyFile)?;
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
        let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::NotKeyFile)?;
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
}

impl Signer for SigningKey {
    fn public(&self) -> PublicKey {
        PublicKey::raw(self.0.verifying_key())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

//! Ed25519 public keys as `trust.json` lists them, in three forms that decide the signature scheme:
//!
//! | entry | signature |
//! |---|---|
//! | `ed25519 <base64 of 32 bytes>` | raw Ed25519 over the PAE bytes |
//! | `ssh-ed25519 <base64>` | SSHSIG over the PAE bytes |
//! | `sk-ssh-ed25519@openssh.com <base64>` | SSHSIG made by a security key that was touched |
//!
//! One point is one key, whatever its form; every form has one encoding.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};

use super::sshsig;
use super::wire::{Reader, put};
use crate::terms::Digest;

pub(super) const SSH: &str = "ssh-ed25519";
pub(super) const SECURITY_KEY: &str = "sk-ssh-ed25519@openssh.com";

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// None of the three forms.
    #[error(
        "is not a key this version knows; write `ssh-ed25519 …`, `sk-ssh-ed25519@openssh.com …` or `ed25519 <base64>`"
    )]
    Unknown,
    /// An SSH key of another algorithm.
    #[error("is an SSH key of another kind; only Ed25519 counts (`ssh-keygen -t ed25519`)")]
    OtherAlgorithm,
    /// A low-order point: anybody can sign for it.
    #[error("is a weak key: signatures of it prove nothing")]
    Weak,
    /// The file system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Others can read the private key.
    #[error("can be read by others; run `chmod 600` on it")]
    Exposed,
    /// None of the files we can sign with.
    #[error("is neither an unencrypted PKCS#8 PEM file with an Ed25519 key nor an SSH key file")]
    NotKeyFile,
    /// The operating system gives no randomness.
    #[error("the operating system gives no random bytes")]
    Random,
    /// `ssh-keygen` cannot be started.
    #[error("needs `ssh-keygen` (OpenSSH 8.2 or newer), which cannot be started: {0}")]
    NoSshKeygen(std::io::Error),
    /// `ssh-keygen` did not sign.
    #[error("`ssh-keygen -Y sign` made no signature with it; is the key in the agent, or its private file beside it?")]
    NotSigned,
    /// What came back is not a signature by this key.
    #[error("what signed is not the key that {0:?} names, or it was not touched")]
    OtherKey(PathBuf),
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    point: VerifyingKey,
    form: Form,
}

/// How the key is listed, which decides how its signatures are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Raw,
    Ssh,
    /// The application the security key made it for.
    SecurityKey(String),
}

impl PublicKey {
    /// Reads the form of `trust.json`: two words, nothing after them.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (kind, encoded) = text.split_once(' ').ok_or(KeyError::Unknown)?;
        let known = matches!(kind, "ed25519" | SSH | SECURITY_KEY);
        if !known && ["ssh-", "sk-", "ecdsa-"].iter().any(|p| kind.starts_with(p)) {
            return Err(KeyError::OtherAlgorithm);
        }
        let bytes = STANDARD.decode(encoded).map_err(|_| KeyError::Unknown)?;
        let key = match kind {
            "ed25519" => Self { point: point(&bytes)?, form: Form::Raw },
            SSH | SECURITY_KEY => Self::from_blob(&bytes)?,
            _ => return Err(KeyError::Unknown),
        };
        if key.text() == text { Ok(key) } else { Err(KeyError::Unknown) }
    }

    /// Reads a line of a `.pub` file or of `ssh-add -L`: the same, with a comment that is dropped.
    pub fn parse_line(line: &str) -> Result<Self, KeyError> {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        Self::parse(&words.join(" "))
    }

    pub(super) fn from_blob(blob: &[u8]) -> Result<Self, KeyError> {
        let read = || {
            let mut reader = Reader::of(blob);
            let (kind, bytes) = (reader.string()?, reader.string()?);
            let application = if kind == SECURITY_KEY.as_bytes() { Some(reader.string()?) } else { None };
            reader.end()?;
            Some((kind, bytes, application))
        };
        let (kind, bytes, application) = read().ok_or(KeyError::Unknown)?;
        let form = match application {
            None if kind == SSH.as_bytes() => Form::Ssh,
            Some(name) => {
                let name = std::str::from_utf8(name).map_err(|_| KeyError::Unknown)?;
                // other applications are web sites, whose signatures mean other things
                if !name.starts_with("ssh:") || !name.bytes().all(|b| b.is_ascii_graphic()) {
                    return Err(KeyError::Unknown);
                }
                Form::SecurityKey(name.to_owned())
            }
            None => return Err(KeyError::Unknown),
        };
        Ok(Self { point: point(bytes)?, form })
    }

    pub(super) fn raw(point: VerifyingKey) -> Self {
        Self { point, form: Form::Raw }
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    /// The bytes by which SSH names the key.
    pub(super) fn blob(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match &self.form {
            Form::Raw => return self.point.as_bytes().to_vec(),
            Form::Ssh => put(&mut out, SSH.as_bytes()),
            Form::SecurityKey(_) => put(&mut out, SECURITY_KEY.as_bytes()),
        }
        put(&mut out, self.point.as_bytes());
        if let Form::SecurityKey(application) = &self.form {
            put(&mut out, application.as_bytes());
        }
        out
    }

    /// The form of `trust.json`.
    pub fn text(&self) -> String {
        let kind = match self.form {
            Form::Raw => "ed25519",
            Form::Ssh => SSH,
            Form::SecurityKey(_) => SECURITY_KEY,
        };
        format!("{kind} {}", STANDARD.encode(self.blob()))
    }

    /// SHA-256 of the 32 bytes of the point: the same in every form. The hint that is written beside signatures.
    pub fn id(&self) -> String {
        Digest::of(self.point.as_bytes()).to_string()
    }

    /// Whether the private half cannot leave a device and signs only when touched.
    pub fn is_hardware(&self) -> bool {
        matches!(self.form, Form::SecurityKey(_))
    }

    /// Whether the key made this signature over the message, in the scheme of its form.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.form {
            Form::Raw => self.verify_point(message, signature),
            Form::Ssh | Form::SecurityKey(_) => sshsig::verify(self, message, signature),
        }
    }

    /// Strict verification (RFC 8032 with the checks that make signatures unique).
    pub(super) fn verify_point(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.point.verify_strict(message, &s).is_ok())
    }
}

fn point(bytes: &[u8]) -> Result<VerifyingKey, KeyError> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Unknown)?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Unknown)?;
    // one point has one encoding; another one would count as another key
    if key.is_weak() || key.to_edwards().compress().to_bytes() != bytes {
        return Err(KeyError::Weak);
    }
    Ok(key)
}

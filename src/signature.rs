//! Who signed what: Ed25519 keys, SSHSIG, the DSSE envelope, and the in-toto statement inside it (TRUST §5).
//!
//! The scheme follows the type of the *trusted* key, never the message. An envelope is verified first; only then are the
//! verified bytes parsed. Whose key counts is decided by `trust`, what a statement must say by `baseline`.

mod envelope;
mod key;
mod pkcs8;
mod ssh;
mod sshsig;
mod statement;
mod wire;

pub use envelope::{Checked, Envelope, pae};
pub use key::{KeyError, PublicKey};
pub use pkcs8::SigningKey;
pub use ssh::{agent_keys, open};
pub use sshsig::{NAMESPACE, armor};
pub use statement::{Kind, Previous, Statement};

/// Something that holds a private key.
pub trait Signer {
    /// The public half, in the form whose scheme [`Signer::sign`] uses.
    fn public(&self) -> PublicKey;

    /// Signs a message. May ask a person for a passphrase or a touch.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// Why a line of the log cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not an envelope in its one valid form.
    #[error("is not a DSSE envelope in canonical form: {0}")]
    Envelope(String),
    /// The signed payload is not a statement of ours.
    #[error("holds no approval statement: {0}")]
    Statement(String),
}

#[cfg(test)]
pub(crate) mod tests;

//! Who signed what: Ed25519 keys, the DSSE envelope, and the in-toto statement inside it (TRUST §5).
//!
//! The scheme follows the type of the *trusted* key, never the message. An envelope is verified first; only then are the
//! verified bytes parsed. Whose key counts is decided by `trust`, what a statement must say by `baseline`.

mod envelope;
mod key;
mod statement;

pub use envelope::{Envelope, pae};
pub use key::{KeyError, PublicKey, SigningKey};
pub use statement::{Kind, Previous, Statement};

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

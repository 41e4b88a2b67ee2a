//! The views of a text that rules match on: which strings of an item a model or a person sees ([`fields`]), their
//! normalized form with offsets back to the raw text ([`Mapped`]), what they decode to ([`decoded`]), and sentences.
//!
//! What the words mean is for `rule`; which characters are suspicious by themselves is for the hidden-text rules.

mod decode;
mod disguise;
mod normalize;
mod page;
mod segment;
mod unread;
mod walk;

pub use decode::{Decoded, decoded};
pub use normalize::{Mapped, normalize};
pub use page::without_code;
pub use segment::sentences;
pub use unread::unread;
pub use walk::{Field, Role, each_field, fields};

/// Longest text that is looked at; the rest of a longer field is not matched, and the item is not clean ([`unread`]).
pub const MAX_FIELD: usize = 256 << 10;

/// The text up to `max` bytes, ending at a character boundary.
pub fn capped(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

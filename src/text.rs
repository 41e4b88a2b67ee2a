//! Views of a text that rules match on, each with a map back to the bytes as received (DETECTION §4.1): the folded
//! view that every text gets, and decoded ones where something looks encoded.

mod decode;
mod fold;
mod segment;

pub use decode::{Decoded, decoded};
pub use fold::{Folded, despaced, fold, unleet};
pub use segment::segments;

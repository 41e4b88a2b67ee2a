//! What people and machines read: one file per format, all from one `Run`. Nothing is decided here, and every word of a
//! server passes an escaper for the sink it is written to.

pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod package;
pub mod page;
pub mod reasons;
pub mod rules;
pub mod sarif;
pub mod saved;
pub mod shown;
pub mod whole;
pub mod words;

pub use json::SCHEMA as JSON_V1_SCHEMA;

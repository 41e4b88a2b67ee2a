//! Static facts of a launch identity: which code answers, and what its command line gives away. Nothing is started and
//! nothing is fetched.

pub mod bridge;
pub mod engine;
pub mod filled;
pub mod identity;
pub mod line;
pub mod package;
pub mod publisher;
pub mod saved;
pub mod source;

//! A page for each built-in rule: what it looks at, why, what to do, and its examples. The same texts are in `docs/rules/`,
//! and reports link here.

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

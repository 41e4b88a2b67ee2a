//! Stub.
use crate::finding::{Finding, Location};
use crate::policy::Run;
use crate::rule::RuleSet;
use std::path::Path;
/// x
pub struct Options<'a> {
    /// x
    pub profile_full: bool,
    /// x
    pub category: Option<&'a str>,
    /// x
    pub time: Option<jiff::Timestamp>,
    /// x
    pub root: &'a Path,
    /// x
    pub full_text: bool,
}
/// x
pub fn write(
    _r: &Run,
    _s: &RuleSet,
    _o: &Options<'_>,
    _l: &dyn Fn(&Finding) -> Option<Location>,
    _d: &dyn Fn(&Path) -> Option<Vec<u8>>,
) -> String {
    String::new()
}

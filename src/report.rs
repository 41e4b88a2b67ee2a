//! What people and machines read: one file per format, all from one `Run`. Nothing is decided here, and every word of a
//! server passes an escaper for the sink it is written to.
//!
//! A saved report becomes any other format, here a page:
//!
//! ```
//! use mcp_assay::report::{html, saved::Report};
//! use mcp_assay::rule::RuleSet;
//!
//! let json = br#"{ "version": 1, "auditor": { "version": "0.1.0", "rules": 76, "rulesDigest": "sha256:0" },
//!     "baseline": { "state": "absent", "version": null }, "targets": [], "findings": [], "changes": [],
//!     "summary": { "targets": 0, "audited": 0, "findings": { "critical": 0, "high": 0, "medium": 0, "low": 0 },
//!                  "suppressed": 0, "exit": 5 } }"#;
//! let report = Report::read(json)?;
//! assert!(html::write(&report.run, &RuleSet::builtin()?, jiff::civil::date(2027, 1, 15)).starts_with("<!DOCTYPE html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub mod written;

pub use json::SCHEMA as JSON_V1_SCHEMA;

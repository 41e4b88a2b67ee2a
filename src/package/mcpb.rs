//! A bundle that a record names by URL: fetched, hashed and read in memory. Nothing of it is kept on disk or started; its
//! words are for whoever asked.

use std::sync::Arc;

use super::ask::{Desk, Question};
use super::{Bundle, Chosen, Facts, Reference, Release, Standing};
use crate::terms::Digest;

/// Bytes of one bundle.
const LARGEST: usize = 64 << 20;
/// Whatever the place calls it.
const ANY: &str = "application/octet-stream, */*";

/// Who is asked: the host of the URL.
pub(super) fn host(reference: &Reference) -> String {
    url::Url::parse(reference.name.raw()).map(|u| u.origin().ascii_serialization()).unwrap_or_default()
}

/// Reads what is there now.
pub(super) fn read(facts: &mut Facts, desk: &mut dyn Desk) -> Result<(), String> {
    let url = facts.reference.name.raw().to_owned();
    let parsed = url::Url::parse(&url).ok();
    let here = |u: &url::Url| u.host_str().is_some_and(|h| ["localhost", "127.0.0.1", "[::1]"].contains(&h));
    let parsed = parsed.ok_or("its identifier is no URL")?;
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && here(&parsed)) {
        return Err("its identifier is no https URL".to_owned());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("its URL holds a user name or password; it is not asked".to_owned());
    }
    // where releases are kept is mostly not where they are announced; the digest decides
    let question = Question { accept: ANY, kept: false, most: Some(LARGEST), elsewhere: true, ..Question::get(url) };
    let Some(answer) = facts.raw(desk, &question)? else {
        facts.standing = Standing::Gone;
        return Ok(());
    };
    facts.chosen = Some(Chosen::Exact);
    let integrity = Some(Digest::of(&answer.body).to_string().into());
    facts.release = Some(Release { integrity, ..Release::default() });
    let bundle = Bundle::read(&answer.body).map_err(|e| format!("what is there cannot be read as a bundle: {e}"))?;
    facts.standing = Standing::Known;
    if let Some(release) = &mut facts.release {
        release.version = bundle.version.clone().unwrap_or_default();
    }
    facts.bundle = Some(Arc::new(bundle));
    Ok(())
}

//! Tokens where nothing is read from: in comments, and under keys that no client knows.

use super::super::document::Document;
use super::super::{ConfigScope, Fact, FactKind, Launch, Place, Target};
use super::{Parsed, Source};
use crate::secret;

/// Tokens of one file that are told; more say nothing more.
const MOST: usize = 100;

/// Tells the tokens of a project's file that stand where nothing was judged. What clients keep for themselves in a person's
/// own files is none of it.
pub(super) fn read(text: &str, document: &Document, source: &Source<'_>, out: &mut Parsed) {
    if !matches!(source.scope, ConfigScope::Project | ConfigScope::CommandLine) {
        return;
    }
    let judged: Vec<Place> =
        out.targets.iter().flat_map(places).chain(out.effects.facts.iter().map(|f| f.place)).collect();
    let begins = |p: &Place| (p.line, p.column);
    let inside =
        |place: &Place| judged.iter().any(|j| begins(j) <= begins(place) && begins(place) < (j.end_line, j.end_column));
    let mark = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let tokens = secret::tokens(text);
    let mut found: Vec<(usize, usize)> =
        tokens.iter().map(|token| (token.as_ptr() as usize - text.as_ptr() as usize - mark, token.len())).collect();
    found.sort_unstable();
    found.dedup();
    for (start, length) in found.into_iter().take(MOST) {
        let place = document.place(start, start + length);
        // of a key its value is told
        let behind = &text[mark + start + length..];
        let value = behind.trim_start_matches(['"', '\'']).trim_start_matches([' ', ':', '=']);
        let gap = behind.len() - value.len();
        let key = judged
            .iter()
            .any(|j| gap > 0 && j.line == place.end_line && j.column as usize == place.end_column as usize + gap);
        if !key && !inside(&place) {
            out.effects.facts.push(Fact {
                kind: FactKind::Secret,
                what: "a comment, or under a key of no server".into(),
                file: source.file.to_path_buf(),
                scope: source.scope,
                place,
            });
        }
    }
}

/// What is judged of a target.
fn places(target: &Target) -> Vec<Place> {
    let mut out: Vec<Option<Place>> = target.facts.iter().map(|f| Some(f.place)).collect();
    match &target.launch {
        Launch::Stdio(s) => {
            out.extend(std::iter::once(&s.command).chain(&s.args).chain(&s.cwd).map(|w| w.place));
            out.extend(s.env.iter().flat_map(|(n, v)| [n.place, v.place]));
        }
        Launch::Http(h) => {
            out.push(h.url.place);
            out.extend(h.headers.iter().flat_map(|(n, v)| [n.place, v.place]));
        }
        Launch::File(_) => {}
    }
    out.extend([&target.beside.helper, &target.beside.env_file].into_iter().flatten().map(|w| w.place));
    out.into_iter().flatten().collect()
}

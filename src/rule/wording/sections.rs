//! How lexicon files are written: entries a line, in sections, with comments.

/// The entries of a file, each with its section. A `[name]` that is not `known` is an entry.
pub fn sections<'f>(file: &'f str, known: impl Fn(&str) -> bool) -> impl Iterator<Item = (&'f str, &'f str)> {
    let mut section = None;
    let lines = file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("# "));
    lines.filter_map(move |line| {
        let head = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')).filter(|head| known(head));
        match head {
            Some(head) => {
                section = Some(head);
                None
            }
            None => section.map(|section| (section, line)),
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn entries_have_the_section_before_them() {
        let file = "lost\n# a comment\n[one]\na\n\n[not]\n[two]\n ### b\n";
        let found: Vec<(&str, &str)> = super::sections(file, |head| head != "not").collect();
        assert_eq!(found, [("one", "a"), ("one", "[not]"), ("two", "### b")]);
    }
}

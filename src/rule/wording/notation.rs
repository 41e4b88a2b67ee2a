//! The notation of the pattern files that stands for more than it says: `{a,b}` and `verb~`.

/// A pattern for each choice of `{a,b}` that holds classes; choices of plain words are one class of words.
pub fn expanded(line: &str) -> Vec<String> {
    let Some((before, rest)) = line.split_once('{') else { return vec![line.to_owned()] };
    let Some((choices, after)) = rest.split_once('}') else { return vec![line.to_owned()] };
    let words: Vec<&str> = choices.split(',').filter(|c| !c.starts_with('@')).collect();
    let mut each: Vec<String> = choices.split(',').filter(|c| c.starts_with('@')).map(str::to_owned).collect();
    if !words.is_empty() {
        each.push(words.join("|"));
    }
    let lines = each.into_iter().map(|choice| format!("{before}{choice}{after}"));
    lines.flat_map(|line| expanded(&line)).collect()
}

/// Regular forms of an English verb.
pub fn inflected(base: &str) -> Vec<String> {
    let (first, rest) = base.split_once(' ').map_or((base, String::new()), |(f, r)| (f, format!(" {r}")));
    let mut stems = vec![first.to_owned(), format!("{first}s"), format!("{first}ed"), format!("{first}ing")];
    if let Some(short) = first.strip_suffix('e') {
        stems.extend([format!("{short}ing"), format!("{first}d")]);
    }
    if let Some(short) = first.strip_suffix('y') {
        stems.extend([format!("{short}ies"), format!("{short}ied")]);
    }
    if first.ends_with(['s', 'h', 'x', 'o']) {
        stems.push(format!("{first}es"));
    }
    if let Some(last) = first.chars().last().filter(|c| "bdgmnprt".contains(*c)) {
        stems.extend([format!("{first}{last}ing"), format!("{first}{last}ed")]);
    }
    stems.into_iter().map(|s| s + &rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected() {
        for (verb, form) in
            [("copy", "copied"), ("forward", "forwarding"), ("omit", "omitted"), ("hand over", "handed over")]
        {
            assert!(inflected(verb).contains(&form.to_owned()), "{verb}");
        }
    }

    #[test]
    fn choices_of_classes_are_patterns_of_their_own() {
        assert_eq!(expanded("x {@a,b,c} y"), ["x @a y", "x b|c y"]);
        assert_eq!(expanded("x y"), ["x y"]);
    }
}

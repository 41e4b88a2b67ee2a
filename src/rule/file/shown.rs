//! What a reader is shown of an example: its words, and everything else that decides whether the rule fires on them.

use std::borrow::Cow;

use super::Example;
use crate::untrusted::Untrusted;

impl Example {
    /// Its parts, each with what it is; of the words themselves nothing need be said.
    pub fn parts(&self) -> Vec<(String, Cow<'_, str>)> {
        let texts = [
            ("", &self.text),
            ("", &self.manifest),
            ("", &self.fleet),
            ("approved: ", &self.before_config),
            ("", &self.config),
            ("approved: ", &self.before),
            ("now: ", &self.after),
            ("another file of the same client: ", &self.beside),
            ("launched by: ", &self.launch),
            ("the approved package: ", &self.before_package),
            ("the package now: ", &self.package),
            ("the project's file as it was signed: ", &self.before_exceptions),
            ("the project's file now: ", &self.exceptions),
            ("the project's file: ", &self.project),
            ("the card of its origin: ", &self.card),
            ("its record: ", &self.record),
            ("the name of the file: ", &self.file),
            ("the permissions of the file: ", &self.mode),
            ("the file is a link to: ", &self.link),
        ];
        let given = texts.into_iter().filter_map(|(what, text)| Some((what.to_owned(), text.as_deref()?)));
        let mut out: Vec<(String, &str)> = given.collect();
        out.extend(self.readings.iter().map(|r| {
            let era = r.era.as_deref().map(|e| format!(", {e} era")).unwrap_or_default();
            let times = if r.reading > 0 { format!(", reading {}", r.reading + 1) } else { String::new() };
            (format!("asked again ({}{times}{era}): ", r.how), r.manifest.as_str())
        }));
        out.extend(self.odd.iter().map(|(what, text)| (format!("while it was asked ({what}): "), text.as_str())));
        out.extend(self.bundle.iter().map(|(name, text)| (format!("in its bundle, {name}: "), text.as_str())));
        out.extend(self.answers.iter().map(|(url, text)| (format!("the answer of {url}: "), text.as_str())));
        let mut out: Vec<(String, Cow<'_, str>)> = out.into_iter().map(|(what, text)| (what, text.into())).collect();
        if let Some(ran) = &self.ran {
            out.push(("what was installed: ".to_owned(), format!("{} {}", ran.version, ran.integrity).into()));
        }
        for (holds, said) in [
            (self.user, "the file lies in the user's home"),
            (self.unapproved, "there is a baseline, and it does not know the server"),
        ] {
            out.extend(holds.then(|| (String::new(), format!("({said})").into())));
        }
        out
    }

    /// The lines of its parts, each part up to so many characters.
    pub fn lines(&self, most: usize) -> Vec<String> {
        let part = |(what, text): (String, Cow<'_, str>)| {
            let whole = text.trim().chars().count();
            let text = Untrusted::said(text.trim()).cut(most);
            let lines = text.raw().lines().map(|line| Untrusted::said(line).to_terminal());
            let mut lines: Vec<String> = lines.collect();
            if let Some(last) = lines.last_mut().filter(|_| whole > most) {
                last.push_str(&format!(" ({whole} characters in all)"));
            }
            let what = Untrusted::from(what).to_terminal();
            match lines.as_mut_slice() {
                [only] => *only = format!("{what}{only}"),
                _ if !what.is_empty() => lines.insert(0, what.trim_end().to_owned()),
                _ => {}
            }
            lines
        };
        self.parts().into_iter().flat_map(part).collect()
    }
}

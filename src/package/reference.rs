//! Which package of which registry a launch names: read from the command line, nothing is asked.

use crate::launch::line::Line;
use crate::launch::source;
use crate::sandbox::{Registry, Wanted, image_of, read_runner};
use crate::target::{Launch, Stdio, Target};
use crate::untrusted::Untrusted;

/// A kind of registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// npm.
    Npm,
    /// PyPI.
    PyPi,
    /// Images.
    Oci,
    /// Bundles (`.mcpb`), which name no registry.
    Mcpb,
}

impl Ecosystem {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Npm, Self::PyPi, Self::Oci, Self::Mcpb];

    /// The word of `server.json` and of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "pypi",
            Self::Oci => "oci",
            Self::Mcpb => "mcpb",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.word() == word)
    }
}

/// A package as a launch names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Where from.
    pub ecosystem: Ecosystem,
    /// Its name in the registry; images as written, without tag and digest.
    pub name: Untrusted,
    /// Version, range, tag or digest as written; empty when there is none.
    pub wanted: Untrusted,
    /// The argument that names it, from 0.
    pub argument: Option<usize>,
}

impl Reference {
    /// The package that a target's command line names.
    pub fn of(target: &Target) -> Option<Self> {
        let Launch::Stdio(stdio) = &target.launch else { return None };
        let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
        let line = Line::of(stdio.command.value.raw(), &args);
        let found = line.steps().find_map(|s| Self::of_words(&s.program(), &s.texts()));
        found.map(|r| r.placed(stdio))
    }

    /// The same by its name alone, also of what no registry has, or what is started with options that are not read: a name may
    /// be made to look like another. Nobody is asked about it.
    pub fn named(target: &Target) -> Option<Self> {
        if let Some(found) = Self::of(target) {
            return Some(found);
        }
        let Launch::Stdio(stdio) = &target.launch else { return None };
        let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
        let line = Line::of(stdio.command.value.raw(), &args);
        let found = source::all(&line).into_iter().find_map(|s| {
            let ecosystem = match s.kind {
                source::Kind::Npm => Ecosystem::Npm,
                source::Kind::PyPi => Ecosystem::PyPi,
                source::Kind::Image => Ecosystem::Oci,
                _ => return None,
            };
            let wanted = s.digest.or(s.version).unwrap_or_default();
            Some(Self { ecosystem, name: s.name.into(), wanted: wanted.into(), argument: Some(s.argument) })
        });
        found.filter(|r| !r.name.raw().is_empty())
    }

    fn of_words(program: &str, args: &[&str]) -> Option<Self> {
        let owned: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        if let Some(image) = image_of(program, &owned) {
            return Some(Self::image(&image));
        }
        let Wanted { registry, specs, refused, .. } = read_runner(program, args)?;
        // what is no package of a registry has no record either
        let spec = specs.first().filter(|_| refused.is_none())?;
        Some(match registry {
            Registry::Npm => Self::npm(spec),
            Registry::PyPi => Self::python(spec),
        })
    }

    /// `@scope/name@1.2`.
    pub fn npm(spec: &str) -> Self {
        let at = spec.get(1..).and_then(|rest| rest.find('@')).map(|at| at + 1);
        let (name, wanted) = at.map_or((spec, ""), |at| (&spec[..at], &spec[at + 1..]));
        Self { ecosystem: Ecosystem::Npm, name: name.into(), wanted: wanted.into(), argument: None }
    }

    /// `name[extra]==1.2`.
    pub fn python(spec: &str) -> Self {
        let end = spec.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(spec.len());
        let rest = spec[end..].find(['=', '<', '>', '!', '~']).map_or("", |at| &spec[end + at..]);
        // `===` compares the text, which one version alone does not say
        let wanted = rest.strip_prefix("==").filter(|r| !r.starts_with('=')).unwrap_or(rest).trim();
        Self { ecosystem: Ecosystem::PyPi, name: spec[..end].into(), wanted: wanted.into(), argument: None }
    }

    /// `host/name:tag@sha256:…`.
    pub fn image(text: &str) -> Self {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(r, d)| (r, Some(d)));
        // a colon before the last slash belongs to a port
        let tag = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
        let (name, tag) = tag.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
        let wanted = digest.unwrap_or(tag);
        Self { ecosystem: Ecosystem::Oci, name: name.into(), wanted: wanted.into(), argument: None }
    }

    fn placed(self, stdio: &Stdio) -> Self {
        let here = |text: &str| text.contains(self.name.raw());
        let argument = stdio.args.iter().position(|a| here(a.value.raw()));
        Self { argument, ..self }
    }

    /// The exact version that is written down, when one is.
    pub fn exact(&self) -> Option<&str> {
        let wanted = self.wanted.raw();
        let digits = wanted.starts_with(|c: char| c.is_ascii_digit());
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-+!_".contains(c);
        let whole = match self.ecosystem {
            // `1.2` of npm is every 1.2.x
            Ecosystem::Npm => {
                let core = wanted.split(['-', '+']).next().unwrap_or_default();
                let parts: Vec<&str> = core.split('.').collect();
                parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
            }
            Ecosystem::PyPi => !wanted.contains('*'),
            Ecosystem::Oci => return wanted.strip_prefix("sha256:").map(|_| wanted),
            Ecosystem::Mcpb => true,
        };
        (digits && whole && wanted.chars().all(plain)).then_some(wanted)
    }

    /// The name as its registry compares names.
    pub fn normal(&self) -> String {
        match self.ecosystem {
            Ecosystem::PyPi => normal_python(self.name.raw()),
            _ => self.name.raw().to_lowercase(),
        }
    }
}

/// The normal form of a Python project name (PEP 503).
pub fn normal_python(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let c = if matches!(c, '-' | '_' | '.') { '-' } else { c.to_ascii_lowercase() };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::argument::command_target;

    fn of(line: &str) -> Option<(Ecosystem, String, String, Option<usize>)> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let found = Reference::of(&command_target(&words)?)?;
        Some((found.ecosystem, found.name.raw().to_owned(), found.wanted.raw().to_owned(), found.argument))
    }

    #[test]
    fn a_command_line_names_its_package() {
        use Ecosystem::{Npm, Oci, PyPi};
        for (line, kind, name, wanted, at) in [
            ("npx -y @acme/calc@1.2.3 x", Npm, "@acme/calc", "1.2.3", 1),
            ("npx calc", Npm, "calc", "", 0),
            ("cmd /c npx -y calc@latest", Npm, "calc", "latest", 3),
            ("C:\\x\\npx.cmd -y calc@^1", Npm, "calc", "^1", 1),
            ("env A=1 npx calc@1.2.3", Npm, "calc", "1.2.3", 2),
            ("mise x -- uvx acme==1.0", PyPi, "acme", "1.0", 3),
            ("sudo docker run -i acme/calc:2", Oci, "acme/calc", "2", 3),
            ("uvx acme-server==1.0", PyPi, "acme-server", "1.0", 0),
            ("uvx --from acme[cli]==1.0 serve", PyPi, "acme", "1.0", 1),
            ("uvx acme>=1,<2", PyPi, "acme", ">=1,<2", 0),
            ("docker run -i --rm -e X acme/calc:2", Oci, "acme/calc", "2", 5),
            ("docker run -i host:5000/a/b@sha256:00", Oci, "host:5000/a/b", "sha256:00", 2),
        ] {
            assert_eq!(of(line), Some((kind, name.to_owned(), wanted.to_owned(), Some(at))), "{line}");
        }
        for line in [
            "node server.js",
            "npx ./here",
            "npx -y github:a/b",
            "uvx --from git+https://x/y z",
            "docker compose run svc",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn a_name_that_no_registry_has_is_a_name_all_the_same() {
        let named = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let found = Reference::named(&command_target(&words)?)?;
            Some((found.name.raw().to_owned(), found.wanted.raw().to_owned(), found.argument))
        };
        let (cyrillic, args) = ("firecr\u{430}wl-mcp", Some(1));
        assert_eq!(of(&format!("npx -y {cyrillic}@1.0.0")), None);
        assert_eq!(named(&format!("npx -y {cyrillic}@1.0.0")), Some((cyrillic.into(), "1.0.0".into(), args)));
        assert_eq!(named("uvx acme==1.0"), Some(("acme".into(), "1.0".into(), Some(0))));
        assert_eq!(named("npx --node-arg=x calc@1.0.0"), Some(("calc".into(), "1.0.0".into(), Some(1))));
        assert_eq!((named("npx ./here"), named("npx github:a/b"), named("node x")), (None, None, None));
    }

    #[test]
    fn only_one_version_is_an_exact_one() {
        let exact = |r: Reference| r.exact().map(str::to_owned);
        assert_eq!(exact(Reference::npm("a@1.2.3-rc.1")).as_deref(), Some("1.2.3-rc.1"));
        for spec in ["a@1.2", "a@^1.2.3", "a@latest", "a", "a@1.x.0", "a@1 2"] {
            assert_eq!(exact(Reference::npm(spec)), None, "{spec}");
        }
        assert_eq!(exact(Reference::python("a==1")).as_deref(), Some("1"));
        assert_eq!(exact(Reference::python("a==1.*")), None);
        assert_eq!(exact(Reference::python("a>=1")), None);
        assert_eq!(normal_python("My_Server.-x"), "my-server-x");
    }
}

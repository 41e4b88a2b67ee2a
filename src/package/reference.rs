//! Which package of which registry a launch names: read from the command line, nothing is asked.

use std::collections::BTreeSet;

use crate::launch::filled;
use crate::launch::source::{self, CodeSource, Kind, Sources};
use crate::target::{Launch, Target};
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
    /// The packages that a target's command line fetches, each once: the server's own first. The list is that of
    /// [`source::all`], as far as a registry of ours knows them.
    pub fn all(target: &Target) -> Vec<Self> {
        Self::of_launch(&target.launch)
    }

    /// The same of a launch.
    pub fn of_launch(launch: &Launch) -> Vec<Self> {
        let mut known = BTreeSet::new();
        let found = sources(launch).into_iter().filter_map(|s| Self::of_source(&s));
        found.filter(|reference| known.insert(reference.asked())).collect()
    }

    /// What a launch fetches and no registry of ours can be asked about: repositories, URLs, other registries.
    pub fn others(launch: &Launch) -> Vec<CodeSource> {
        sources(launch).into_iter().filter(|s| Self::of_source(s).is_none()).collect()
    }

    /// Programs of a launch, with their verbs, that fetch what its line does not name.
    pub fn untold(launch: &Launch) -> BTreeSet<String> {
        found(launch).map(|f| f.untold).unwrap_or_default()
    }

    /// The same by the names alone, of what is written as a package of a registry that has no such names: a name may be made to
    /// look like another. Nobody is asked about it.
    pub fn named(target: &Target) -> Vec<Self> {
        let by_name = |source: CodeSource| {
            let ecosystem = match source.kind {
                Kind::Npm => Ecosystem::Npm,
                Kind::PyPi => Ecosystem::PyPi,
                Kind::Image => Ecosystem::Oci,
                _ => return None,
            };
            let wanted = source.digest.or(source.version).unwrap_or_default();
            let argument = Some(source.argument);
            (!source.name.is_empty() && !filled::is_open(&source.name)).then(|| Self {
                ecosystem,
                name: source.name.into(),
                wanted: wanted.into(),
                argument,
            })
        };
        Self::others(&target.launch).into_iter().filter_map(by_name).collect()
    }

    /// Whether a launch fetches, or may fetch, more than is looked at.
    pub fn is_cut(launch: &Launch) -> bool {
        found(launch).is_some_and(|f| f.cut)
    }

    /// Whether two ask for the same.
    pub fn asks(&self, other: &Self) -> bool {
        (self.ecosystem, &self.name, &self.wanted) == (other.ecosystem, &other.name, &other.wanted)
    }

    /// What it asks for: the same for all that ask for the same.
    pub fn asked(&self) -> (Ecosystem, Untrusted, Untrusted) {
        (self.ecosystem, self.name.clone(), self.wanted.clone())
    }

    fn of_source(source: &CodeSource) -> Option<Self> {
        let written = source.written.trim();
        let found = match source.kind {
            Kind::Npm => Self::npm(written),
            // `name@1.2` is how uvx writes `name==1.2`
            Kind::PyPi => match written.split_once('@') {
                Some((name, "latest")) => Self::python(name),
                Some((name, version)) => Self::python(&format!("{}=={}", name.trim_end(), version.trim_start())),
                None => Self::python(written),
            },
            Kind::Image => Self::image(written),
            _ => return None,
        };
        (written.is_ascii() && found.is_plain() && !filled::is_open(written))
            .then_some(Self { argument: Some(source.argument), ..found })
    }

    /// Whether the name is one that its registry could have; what a client fills in first is none.
    fn is_plain(&self) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        let word = |t: &str| !t.is_empty() && !t.starts_with(['.', '-']) && t.bytes().all(plain);
        let name = self.name.raw();
        match self.ecosystem {
            Ecosystem::Npm => match name.strip_prefix('@') {
                Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| word(scope) && word(name)),
                None => word(name),
            },
            Ecosystem::PyPi => word(name),
            Ecosystem::Oci | Ecosystem::Mcpb => !name.is_empty() && !name.contains(['$', '{', '}', ' ']),
        }
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

/// Everything that a launch fetches.
fn sources(launch: &Launch) -> Vec<CodeSource> {
    found(launch).map(|f| f.list).unwrap_or_default()
}

fn found(launch: &Launch) -> Option<Sources> {
    let Launch::Stdio(stdio) = launch else { return None };
    Some(source::all_of_stdio(stdio))
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

    fn all(line: &str) -> Vec<(Ecosystem, String, String, Option<usize>)> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let found = Reference::all(&command_target(&words).expect("a target"));
        let one = |r: Reference| (r.ecosystem, r.name.raw().to_owned(), r.wanted.raw().to_owned(), r.argument);
        found.into_iter().map(one).collect()
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
            assert_eq!(all(line), [(kind, name.to_owned(), wanted.to_owned(), Some(at))], "{line}");
        }
        for line in [
            "node server.js",
            "npx ./here",
            "npx -y github:a/b",
            "uvx --from git+https://x/y z",
            "docker compose run svc",
            "npx ${PACKAGE}",
            "uvx {package}",
            "docker run $IMAGE",
        ] {
            assert!(all(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_name_that_no_registry_has_is_a_name_all_the_same() {
        let named = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let found = Reference::named(&command_target(&words).expect("a target"));
            found.into_iter().map(|r| (r.name.raw().to_owned(), r.argument)).collect::<Vec<_>>()
        };
        for (line, name, at) in [
            ("npx -y acme@${V}", "acme", 1),
            ("npx -y firecr\u{430}wl-mcp@1.0.0", "firecr\u{430}wl-mcp", 1),
            ("uvx mcp-server-f\u{435}tch==1.0", "mcp-server-f\u{435}tch", 0),
        ] {
            assert!(all(line).is_empty(), "{line}");
            assert_eq!(named(line), [(name.to_owned(), Some(at))], "{line}");
        }
        for line in ["uvx acme==1.0", "npx --node-arg=x calc@1.0.0", "npx ./here", "npx github:a/b", "node x"] {
            assert_eq!(named(line), [], "{line}");
        }
    }

    #[test]
    fn every_package_of_a_line_is_named_at_its_argument() {
        let names = |line: &str| {
            all(line)
                .iter()
                .map(|(_, n, w, at)| format!("{n}:{w}:{}", at.expect("a place")))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(names("npx -p a@1.0.0 -p @b/c d"), "a:1.0.0:1 @b/c::3");
        assert_eq!(names("uvx --with extra>=2,<3 --with x==1 main@1.5 serve"), "main:1.5:4 extra:>=2,<3:1 x:1:3");
        assert_eq!(names("uv run --with mcp==1.2.0 server.py"), "mcp:1.2.0:2");
        assert_eq!(names("npx -y mcp-remote@0.1.29 https://a.test/sse"), "mcp-remote:0.1.29:1");
        assert_eq!(names("docker run -i --pull always acme/x:1 npx -y calc"), "acme/x:1:4 calc::7");
        // the same once
        assert_eq!(names("npx -p a -p a b"), "a::1");
        let target = Target::alone(
            "x",
            "x".into(),
            crate::target::Launch::Http(crate::target::Http {
                url: crate::target::Located::bare("https://a.test".into()),
                headers: Vec::new(),
                sse: false,
            }),
        );
        assert!(Reference::all(&target).is_empty());
        let words: Vec<String> = ["sh", "-c", "npx -y a@1.0.0 && uvx b | tee log"].map(str::to_owned).to_vec();
        let found = Reference::all(&command_target(&words).expect("a target"));
        assert_eq!(
            found.iter().map(|r| (r.name.raw(), r.argument)).collect::<Vec<_>>(),
            [("a", Some(1)), ("b", Some(1))]
        );
        let words: Vec<String> = ["uvx", "--with", "git+https://a.test/b", "c"].map(str::to_owned).to_vec();
        let others = Reference::others(&command_target(&words).expect("a target").launch);
        assert_eq!(others.iter().map(|s| s.argument).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_default_is_a_package_that_is_asked_about_and_the_reference_is_not() {
        let words: Vec<String> = ["npx", "-y", "${P:-evil@1.0.0}", "${X}"].map(str::to_owned).to_vec();
        let target = command_target(&words).expect("a target");
        let found = Reference::all(&target);
        assert_eq!(found.iter().map(|r| (r.name.raw(), r.argument)).collect::<Vec<_>>(), [("evil", Some(1))]);
        let others: Vec<String> = Reference::others(&target.launch).into_iter().map(|s| s.written).collect();
        assert_eq!(others, ["${P:-evil@1.0.0}"]);
        assert!(Reference::named(&target).is_empty());
        let words: Vec<String> = ["npx", "-y", "known@npm:other@1.0.0"].map(str::to_owned).to_vec();
        let found = Reference::all(&command_target(&words).expect("a target"));
        assert_eq!(found.iter().map(|r| (r.name.raw(), r.wanted.raw())).collect::<Vec<_>>(), [("other", "1.0.0")]);
    }

    #[test]
    fn a_line_of_very_many_packages_is_cut_and_says_so() {
        let start = std::time::Instant::now();
        let target = |names: &dyn Fn(usize) -> String, count: usize| {
            let words = ["npm", "install"].map(str::to_owned).into_iter().chain((0..count).map(names));
            command_target(&words.collect::<Vec<_>>()).expect("a target")
        };
        let many = target(&|i| format!("a{i}"), 8_000);
        assert!(Reference::all(&many).len() == source::MOST && Reference::is_cut(&many.launch));
        let most = target(&|i| format!("a{i}"), source::MOST);
        assert!(Reference::all(&most).len() == source::MOST && !Reference::is_cut(&most.launch));
        let one = target(&|_| "a".to_owned(), 8_000);
        assert!(Reference::all(&one).len() == 1 && Reference::is_cut(&one.launch));
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
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

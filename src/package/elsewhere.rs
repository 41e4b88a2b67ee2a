//! Package indexes that a launch names itself. Who hands out its packages then is not who we would ask, and names of
//! private packages do not leave for a public registry.

use url::Url;

use super::Registries;
use crate::launch::filled;
use crate::launch::line::{Line, Step};
use crate::launch::source;
use crate::sandbox::INDEXES;
use crate::target::{Fact, FactKind, Launch, Stdio};

/// Options of runners that name an index; npm has one more for each scope.
const OPTIONS: [&str; 9] = [
    "--registry",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "--find-links",
    "--add-source",
    "--source",
    "-i",
];
/// Hosts of the public registries.
const PUBLIC: [&str; 10] = [
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "pypi.org",
    "files.pythonhosted.org",
    "npm.jsr.io",
    "proxy.golang.org",
    "api.nuget.org",
    "index.crates.io",
    "repo1.maven.org",
    "repo.maven.apache.org",
];
/// Those of them that we do not ask: packages that a launch takes from there are not the ones that another registry has.
const UNASKED: [&str; 1] = ["npm.jsr.io"];

/// Whether a host is a public registry.
pub fn is_public(host: &str) -> bool {
    PUBLIC.contains(&host)
}

/// Whether an option of a runner names an index.
pub fn is_option(flag: &str) -> bool {
    OPTIONS.contains(&flag) || (flag.starts_with("--@") && flag.ends_with(":registry"))
}

/// The host of the first index that a launch names and that is neither a public registry nor one that is asked anyway.
pub fn index(launch: &Launch, asked: &Registries) -> Option<String> {
    let Launch::Stdio(stdio) = launch else { return None };
    // a default may name one
    let other = filled::stdio(stdio);
    std::iter::once(stdio).chain(&other).find_map(|s| of_stdio(s, asked))
}

/// The same of the files of the project that runners of a launch read.
pub fn of_files(facts: &[Fact], asked: &Registries) -> Option<String> {
    let address =
        |f: &Fact| f.what.raw().split_once('\n').filter(|(key, _)| !key.contains("proxy")).map(|(_, a)| a.to_owned());
    let all = facts.iter().filter(|f| f.kind == FactKind::RunnerIndex).filter_map(address);
    first_other(all.filter_map(|a| Url::parse(&a).ok()), asked)
}

fn of_stdio(stdio: &Stdio, asked: &Registries) -> Option<String> {
    let line = Line::of_stdio(stdio);
    // what stands behind the packages is the server's own
    let last = source::all(&line).list.into_iter().map(|s| s.argument).max()?;
    let more = line.commands();
    let lines = || std::iter::once(&line).chain(more);
    let set = lines().flat_map(|l| l.set().iter().map(|s| (s.name.clone(), s.value.clone())));
    let given = stdio.env.iter().map(|(n, v)| (n.value.raw().to_owned(), v.value.expose().to_owned()));
    let variables = given.chain(set).filter(|(name, _)| {
        let upper = name.to_ascii_uppercase();
        INDEXES.contains(&upper.as_str()) || (upper.starts_with("NPM_CONFIG_@") && upper.ends_with(":REGISTRY"))
    });
    let mut values: Vec<String> = variables.map(|(_, value)| value).collect();
    for step in lines().flat_map(Line::steps) {
        values.extend(options(step, last));
    }
    // uv calls an index by a name of its own: `acme=https://…`
    let bare = |v: &str| match v.split_once('=') {
        Some((name, rest)) if !name.contains(':') => rest.to_owned(),
        _ => v.to_owned(),
    };
    first_other(values.iter().flat_map(|v| v.split([' ', ','])).filter_map(|v| Url::parse(&bare(v)).ok()), asked)
}

/// The host of the first address that is neither a public registry nor one that is asked anyway.
fn first_other(mut urls: impl Iterator<Item = Url>, asked: &Registries) -> Option<String> {
    let other = |url: &Url| {
        let own = [&asked.npm, &asked.pypi].into_iter().chain(asked.scopes.values());
        let ours = own.filter_map(|u| Url::parse(u).ok()).any(|u| u.origin() == url.origin());
        url.host_str().is_some_and(|host| !is_public(host) || UNASKED.contains(&host)) && !ours
    };
    urls.find(other).and_then(|url| url.host_str().map(str::to_owned))
}

/// What the options of a program say up to an argument of the line.
fn options(step: Step<'_>, last: usize) -> Vec<String> {
    let mut out = Vec::new();
    for (at, word) in step.args.iter().enumerate().filter(|(_, w)| w.argument.is_some_and(|a| a <= last)) {
        let (flag, value) = match word.text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (&*word.text, step.args.get(at + 1).map(|w| &*w.text)),
        };
        // pipx hands options on in one word
        let inner = if flag == "--pip-args" { value.unwrap_or_default() } else { "" };
        out.extend(inner.split(['=', ' ']).filter(|w| w.contains("://")).map(str::to_owned));
        if is_option(flag) {
            out.extend(value.map(str::to_owned));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::argument::command_target;

    #[test]
    fn an_index_is_found_where_a_launch_names_it() {
        let of = |line: &[&str]| {
            let words: Vec<String> = line.iter().map(|w| (*w).to_owned()).collect();
            index(&command_target(&words).expect("a target").launch, &Registries::default())
        };
        let there = Some("npm.acme.test".to_owned());
        assert_eq!(of(&["npx", "--registry", "https://npm.acme.test/", "@acme/x"]), there);
        assert_eq!(of(&["npx", "--@acme:registry=https://npm.acme.test", "@acme/x"]), there);
        assert_eq!(of(&["env", "PIP_INDEX_URL=https://npm.acme.test/simple", "uvx", "x"]), there);
        assert_eq!(of(&["npx", "--registry", "${R:-https://npm.acme.test/}", "x"]), there);
        assert_eq!(of(&["env", "UV_INDEX=acme=https://npm.acme.test/simple", "uvx", "x"]), there);
        assert_eq!(of(&["uvx", "--index", "acme=https://npm.acme.test/simple?a=b", "x"]), there);
        assert_eq!(of(&["sh", "-c", "A=1 uvx -i https://npm.acme.test/simple x && y"]), there);
        assert_eq!(of(&["pipx", "run", "--pip-args", "--index-url=https://npm.acme.test/simple", "x"]), there);
        assert_eq!(of(&["npx", "--@jsr:registry=https://npm.jsr.io", "@jsr/x"]), Some("npm.jsr.io".to_owned()));
        for other in [
            &["npx", "--registry", "https://registry.npmjs.org", "x"][..],
            &["npx", "-y", "x", "--index", "https://search.acme.test"],
            &["docker", "run", "-i", "acme/x"],
            &["node", "x.js", "--registry", "https://npm.acme.test"],
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
        let words: Vec<String> = ["npx", "--registry", "https://npm.acme.test/", "x"].map(str::to_owned).to_vec();
        let ours = Registries { npm: "https://npm.acme.test".to_owned(), ..Registries::default() };
        assert_eq!(index(&command_target(&words).expect("a target").launch, &ours), None);
    }
}

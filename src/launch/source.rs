//! Where a command line takes its code from: a package of a registry, an image, a repository, a URL, with what pins it.
//! Read from the words alone; nothing is resolved.

use url::Url;

/// Kinds of code source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A package of the npm registry.
    Npm,
    /// A package of PyPI.
    PyPi,
    /// A container image.
    Image,
    /// A repository.
    Git,
    /// An archive or script behind a URL.
    Url,
}

/// What a runner fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSource {
    /// What it is.
    pub kind: Kind,
    /// Index of the argument that names it.
    pub argument: usize,
    /// Package, repository or image without version, tag and digest.
    pub name: String,
    /// Version, range, tag, branch or commit.
    pub version: Option<String>,
    /// Digest of an image.
    pub digest: Option<String>,
    /// Exactly one content answers to it.
    pub pinned: bool,
}

/// The program's name without folder and Windows endings.
pub fn program(command: &str) -> String {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command).to_ascii_lowercase();
    [".exe", ".cmd", ".bat", ".ps1"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(&name).to_owned()
}

/// What a command fetches, when it is a runner's. A path of the machine is no source.
pub fn of(command: &str, args: &[&str]) -> Option<CodeSource> {
    let name = program(command);
    // a wrapper: `cmd /c npx …`, `env X=1 npx …`
    let inner = match name.as_str() {
        "cmd" => Some(args.iter().position(|a| a.eq_ignore_ascii_case("/c"))? + 1),
        "env" => Some(args.iter().position(|a| !a.contains('=') && !a.starts_with('-'))?),
        "wsl" | "sudo" | "doas" => Some(args.iter().position(|a| !a.starts_with('-'))?),
        _ => None,
    };
    if let Some(at) = inner {
        let found = of(args.get(at)?, &args[at + 1..])?;
        return Some(CodeSource { argument: found.argument + at + 1, ..found });
    }
    if ["docker", "podman", "nerdctl"].contains(&name.as_str()) {
        return image(args);
    }
    let (registry, skip, named): (Kind, &[&str], &[&str]) = match (name.as_str(), args) {
        ("npx" | "pnpx" | "bunx", _) => (Kind::Npm, &[], &["-p", "--package"]),
        ("npm", _) => (Kind::Npm, &["exec", "x"], &["-p", "--package"]),
        ("bun", _) => (Kind::Npm, &["x"], &["-p", "--package"]),
        ("pnpm" | "yarn", _) => (Kind::Npm, &["dlx"], &["-p", "--package"]),
        ("uvx", _) => (Kind::PyPi, &[], &["--from"]),
        ("uv", ["tool", ..]) => (Kind::PyPi, &["run"], &["--from"]),
        ("uv", _) => return with(args),
        ("pipx", _) => (Kind::PyPi, &["run"], &["--spec"]),
        ("deno", _) => (Kind::Npm, &["run", "x"], &[]),
        _ => return None,
    };
    let from = if skip.is_empty() { 0 } else { args.iter().position(|a| skip.contains(a))? + 1 };
    let argument = package(args, from, named)?;
    let spec = match args[argument].split_once('=') {
        Some((flag, spec)) if flag.starts_with('-') => spec,
        _ => args[argument],
    };
    if name == "deno" && !spec.contains(':') {
        return None;
    }
    read(registry, spec, argument)
}

/// Options that take a value, beside those that name the package.
const VALUES: [&str; 16] = [
    "--with",
    "--python",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "-i",
    "--registry",
    "--cache",
    "--cache-dir",
    "--userconfig",
    "--prefix",
    "-c",
    "--call",
    "--directory",
    "--project",
];

/// Index of the argument that names the package.
fn package(args: &[&str], from: usize, named: &[&str]) -> Option<usize> {
    let mut at = from;
    while at < args.len() {
        let arg = args[at];
        if named.contains(&arg) {
            return (at + 1 < args.len()).then_some(at + 1);
        }
        if named.iter().any(|n| n.starts_with("--") && arg.strip_prefix(n).is_some_and(|r| r.starts_with('='))) {
            return Some(at);
        }
        if VALUES.contains(&arg) || (arg == "-p" && !named.contains(&"-p")) {
            at += 2;
        } else if arg.starts_with('-') {
            at += 1;
        } else {
            return Some(at);
        }
    }
    None
}

/// `uv run --with PACKAGE`: the package that is fetched beside a local program.
fn with(args: &[&str]) -> Option<CodeSource> {
    let run = args.iter().position(|a| *a == "run")?;
    let at = args.iter().skip(run).position(|a| *a == "--with")? + run + 1;
    read(Kind::PyPi, args.get(at)?, at)
}

fn read(registry: Kind, spec: &str, argument: usize) -> Option<CodeSource> {
    let source = |kind, name: &str, version: Option<&str>, pinned| CodeSource {
        kind,
        argument,
        name: name.to_owned(),
        version: version.map(str::to_owned),
        digest: None,
        pinned,
    };
    let local = spec.starts_with(['.', '/', '~', '\\']) || spec.starts_with("file:") || spec.get(1..3) == Some(":\\");
    if local || spec.is_empty() || spec.contains("${") {
        return None;
    }
    let repository = ["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:"].iter().any(|p| spec.starts_with(p));
    let short =
        registry == Kind::Npm && !spec.starts_with('@') && spec.matches('/').count() == 1 && !spec.contains(':');
    if repository || short || spec.contains(".git@") || spec.ends_with(".git") || spec.contains(".git#") {
        let cut = spec.rsplit_once('#').or_else(|| spec.rsplit_once('@').filter(|(head, _)| head.contains('/')));
        let (name, version) = cut.map_or((spec, None), |(n, v)| (n, Some(v)));
        return Some(source(Kind::Git, name, version, version.is_some_and(is_commit)));
    }
    if spec.contains("://") {
        return Some(source(Kind::Url, spec, None, false));
    }
    // deno writes `npm:name@version`
    let spec = spec.strip_prefix("npm:").or_else(|| spec.strip_prefix("jsr:")).unwrap_or(spec);
    if registry == Kind::PyPi {
        let end = spec.find(['=', '<', '>', '!', '~', '@', ';']).unwrap_or(spec.len());
        let name = spec[..end].split('[').next().unwrap_or(spec).trim();
        let rest = spec[end..].trim();
        let version = rest.strip_prefix("===").or_else(|| rest.strip_prefix("==")).or_else(|| rest.strip_prefix('@'));
        let pinned = version.is_some_and(|v| is_exact(v.trim()));
        let shown = version.map(str::trim).or((!rest.is_empty()).then_some(rest));
        return Some(source(Kind::PyPi, name, shown, pinned));
    }
    let (name, version) = match spec.rsplit_once('@').filter(|(n, _)| !n.is_empty()) {
        Some((name, version)) => (name, Some(version)),
        None => (spec, None),
    };
    Some(source(Kind::Npm, name, version, version.is_some_and(is_exact)))
}

/// One version, no range, no tag.
fn is_exact(version: &str) -> bool {
    let plain = !version.contains(['x', '*', '^', '~', '>', '<', ' ', '|', ',']) || version.contains('-');
    let ranged = version.contains(['*', '^', '~', '>', '<', ' ', '|', ',']);
    version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.') && plain && !ranged
}

fn is_commit(text: &str) -> bool {
    let text = text.split('#').next().unwrap_or(text);
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Options of `docker run` that take no value; all others take one.
const SWITCHES: [&str; 18] = [
    "-i",
    "-t",
    "-d",
    "-it",
    "-ti",
    "-P",
    "-q",
    "--rm",
    "--init",
    "--privileged",
    "--interactive",
    "--tty",
    "--detach",
    "--read-only",
    "--no-healthcheck",
    "--publish-all",
    "--quiet",
    "--oom-kill-disable",
];

/// Index of the image of `docker run`, after the options.
pub fn image_at(args: &[&str]) -> Option<usize> {
    let mut at = args.iter().position(|a| *a == "run")? + 1;
    while at < args.len() {
        let arg = args[at];
        if !arg.starts_with('-') {
            return Some(at);
        }
        at += if arg.contains('=') || SWITCHES.contains(&arg) { 1 } else { 2 };
    }
    None
}

fn image(args: &[&str]) -> Option<CodeSource> {
    let argument = image_at(args)?;
    let (rest, digest) = args[argument].split_once('@').map_or((args[argument], None), |(r, d)| (r, Some(d)));
    // a colon before a slash belongs to the registry's port
    let (name, version) = match rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (name, Some(tag.to_owned())),
        None => (rest, None),
    };
    let digest = digest.filter(|d| d.starts_with("sha256:") && d.len() == 71).map(str::to_owned);
    let pinned = digest.is_some();
    Some(CodeSource { kind: Kind::Image, argument, name: name.to_owned(), version, digest, pinned })
}

impl CodeSource {
    /// The package URL (`pkg:npm/…`), for inventories. A version stands in it only when it is exact.
    pub fn purl(&self) -> Option<String> {
        let escape = |t: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
            let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
            t.bytes().map(one).collect::<String>()
        };
        let version = self.version.as_deref().filter(|_| self.pinned);
        let version = version.map(|v| format!("@{}", escape(v))).unwrap_or_default();
        match self.kind {
            Kind::Npm => Some(format!("pkg:npm/{}{version}", escape(&self.name))),
            Kind::PyPi => {
                Some(format!("pkg:pypi/{}{version}", escape(&self.name.to_ascii_lowercase().replace('_', "-"))))
            }
            Kind::Image => {
                let short = self.name.rsplit('/').next().unwrap_or(&self.name).to_ascii_lowercase();
                let digest = self.digest.as_deref().map(|d| format!("@{}", d.replace(':', "%3A"))).unwrap_or_default();
                let tag = self.version.as_deref().map(|t| format!("&tag={}", escape(t))).unwrap_or_default();
                Some(format!("pkg:oci/{}{digest}?repository_url={}{tag}", escape(&short), escape(&self.name)))
            }
            Kind::Git | Kind::Url => None,
        }
    }

    /// Who is asked for the code: the npm scope, the host, or the first part of an image's name.
    pub fn publisher(&self) -> Option<String> {
        match self.kind {
            Kind::Npm => self.name.strip_prefix('@').and_then(|n| n.split_once('/')).map(|(scope, _)| scope.to_owned()),
            Kind::PyPi => None,
            Kind::Image => self.name.rsplit_once('/').map(|(owner, _)| owner.to_owned()),
            Kind::Git | Kind::Url => {
                let url = self.name.strip_prefix("git+").unwrap_or(&self.name);
                match Url::parse(url) {
                    Ok(url) if url.host_str().is_some() => {
                        let owner = url.path_segments().and_then(|mut s| s.next()).unwrap_or_default().to_owned();
                        Some(format!("{}/{owner}", url.host_str().unwrap_or_default()))
                    }
                    _ => self.name.split_once('/').map(|(owner, _)| owner.to_owned()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(line: &str) -> Option<CodeSource> {
        let words: Vec<&str> = line.split_whitespace().collect();
        of(words[0], &words[1..])
    }

    #[test]
    fn runners_name_what_they_fetch() {
        for (line, kind, name, version, pinned) in [
            ("npx -y @acme/calc@1.2.3", Kind::Npm, "@acme/calc", Some("1.2.3"), true),
            ("npx --package=@acme/calc@^1 calc", Kind::Npm, "@acme/calc", Some("^1"), false),
            ("npm exec -- calc", Kind::Npm, "calc", None, false),
            ("cmd /c npx -y calc@latest", Kind::Npm, "calc", Some("latest"), false),
            ("npx.cmd calc@1.0.0-next.1", Kind::Npm, "calc", Some("1.0.0-next.1"), true),
            ("npx acme/calc", Kind::Git, "acme/calc", None, false),
            ("npx github:acme/calc#main", Kind::Git, "github:acme/calc", Some("main"), false),
            ("uvx --from git+https://h/a/b@main serve", Kind::Git, "git+https://h/a/b", Some("main"), false),
            ("uvx --python 3.12 acme_calc==1.2", Kind::PyPi, "acme_calc", Some("1.2"), true),
            ("uvx acme[cli]>=1", Kind::PyPi, "acme", Some(">=1"), false),
            ("uv run --with acme==1.0 fastmcp run x.py", Kind::PyPi, "acme", Some("1.0"), true),
            ("uv tool run calc", Kind::PyPi, "calc", None, false),
            ("pipx run --spec acme==1.0 serve", Kind::PyPi, "acme", Some("1.0"), true),
            (
                "docker run -i --rm -e X --mount type=bind,src=/a,dst=/b ghcr.io/a/b:1",
                Kind::Image,
                "ghcr.io/a/b",
                Some("1"),
                false,
            ),
            ("podman run localhost:5000/b", Kind::Image, "localhost:5000/b", None, false),
            ("deno run -A npm:calc@1.0.0", Kind::Npm, "calc", Some("1.0.0"), true),
            ("npx https://x.example/a.tgz", Kind::Url, "https://x.example/a.tgz", None, false),
        ] {
            let found = source(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                (found.kind, found.name.as_str(), found.version.as_deref(), found.pinned),
                (kind, name, version, pinned),
                "{line}"
            );
        }
        for line in
            ["node dist/index.js", "npx ./local", "uv run server.py", "deno run -A main.ts", "docker compose up"]
        {
            assert_eq!(source(line), None, "{line}");
        }
    }

    #[test]
    fn package_urls_are_exact_or_have_no_version() {
        let purl = |line: &str| source(line).and_then(|s| s.purl()).unwrap_or_default();
        assert_eq!(purl("npx @acme/calc@1.2.3"), "pkg:npm/%40acme/calc@1.2.3");
        assert_eq!(purl("npx @acme/calc@latest"), "pkg:npm/%40acme/calc");
        assert_eq!(purl("uvx Acme_Calc==1.2"), "pkg:pypi/acme-calc@1.2");
        assert_eq!(purl("docker run ghcr.io/a/b:1"), "pkg:oci/b?repository_url=ghcr.io/a/b&tag=1");
        assert_eq!(purl("npx github:acme/calc"), "");
    }
}

//! Where a command line takes its code from: a package of a registry, an image, a repository, a URL, with what pins it.
//! Read from the words alone; nothing is resolved.

mod runner;

use std::collections::BTreeSet;

use url::Url;

use super::filled;
use super::line::Line;
use crate::target::Stdio;

/// Kinds of code source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A package of the npm registry.
    Npm,
    /// A package of PyPI.
    PyPi,
    /// A package of JSR.
    Jsr,
    /// A module of Go.
    Go,
    /// A package of NuGet.
    NuGet,
    /// A package of crates.io.
    Cargo,
    /// An artifact of a Maven repository.
    Maven,
    /// A package of RubyGems.
    Gem,
    /// A package of Packagist.
    Composer,
    /// A package of another registry or of a system's manager.
    Generic,
    /// A container image.
    Image,
    /// A repository.
    Git,
    /// An archive or script behind a URL.
    Url,
}

impl Kind {
    /// The word of reports: the type of a package URL, where there is one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::PyPi => "pypi",
            Self::Jsr => "jsr",
            Self::Go => "golang",
            Self::NuGet => "nuget",
            Self::Cargo => "cargo",
            Self::Maven => "maven",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::Generic => "generic",
            Self::Image => "oci",
            Self::Git => "git",
            Self::Url => "url",
        }
    }
}

/// What a runner fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSource {
    /// What it is.
    pub kind: Kind,
    /// Index of the argument that names it.
    pub argument: usize,
    /// As it is written there.
    pub written: String,
    /// Package, repository or image without version, tag and digest.
    pub name: String,
    /// Version, range, tag, branch or commit.
    pub version: Option<String>,
    /// Digest of an image.
    pub digest: Option<String>,
    /// Another package's name that it is called by in the line.
    pub alias: Option<String>,
    /// Exactly one content answers to it.
    pub pinned: bool,
}

/// What one line fetches.
#[derive(Debug, Default)]
pub struct Sources {
    /// What was looked at.
    pub list: Vec<CodeSource>,
    /// The line fetches, or may fetch, more.
    pub cut: bool,
    /// Programs of the line, with their verbs, that fetch what it does not name.
    pub untold: BTreeSet<String>,
}

impl Sources {
    /// Whether all that is fetched is in the list.
    pub fn is_whole(&self) -> bool {
        !self.cut && self.untold.is_empty()
    }
}

/// Packages of one line that are looked at.
pub const MOST: usize = 256;

/// What a command itself fetches first, when it fetches anything. A path of the machine is no source.
pub fn of(command: &str, args: &[&str]) -> Option<CodeSource> {
    of_steps(&Line::of(command, args)).next()
}

/// Everything that a line fetches: the server's own package first, then those that are put beside it, then what commands
/// of shell code fetch.
pub fn all(line: &Line<'_>) -> Sources {
    let mut found = of_steps(line).chain(line.commands().iter().flat_map(of_steps));
    let list = found.by_ref().take(MOST).collect();
    let steps = line.steps().chain(line.commands().iter().flat_map(Line::steps));
    let untold = steps.filter_map(|step| runner::untold(&step.program(), &step.texts())).collect();
    Sources { list, cut: line.is_deep() || line.is_cut() || found.next().is_some(), untold }
}

/// The same of a command and its arguments: as they are written, and with the defaults of references filled in.
pub fn all_of(command: &str, args: &[&str]) -> Sources {
    let mut found = all(&Line::of(command, args));
    let other = |text: &str| filled::filled(text).unwrap_or_else(|| text.to_owned());
    let (command_filled, args_filled) = (other(command), args.iter().map(|a| other(a)).collect::<Vec<_>>());
    if command_filled == command && args_filled == args {
        return found;
    }
    let args_filled: Vec<&str> = args_filled.iter().map(String::as_str).collect();
    let mut more = all(&Line::of(&command_filled, &args_filled));
    more.list.retain(|s| !found.list.contains(s));
    found.list.extend(more.list);
    found.untold.extend(more.untold);
    found.cut |= more.cut || found.list.len() > MOST;
    found.list.truncate(MOST);
    found
}

/// The same of what a target starts.
pub fn all_of_stdio(stdio: &Stdio) -> Sources {
    let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
    all_of(stdio.command.value.raw(), &args)
}

fn of_steps<'l>(line: &'l Line<'_>) -> impl Iterator<Item = CodeSource> + 'l {
    line.steps().flat_map(|step| {
        let placed = move |(source, at): (CodeSource, usize)| {
            let argument = step.args.get(at)?.argument?;
            Some(CodeSource { argument, ..source })
        };
        runner::sources(&step.program(), &step.texts()).into_iter().filter_map(placed)
    })
}

impl CodeSource {
    /// The package URL (`pkg:npm/…`), for inventories. A version stands in it only when it is exact; what a client fills in
    /// first has none.
    pub fn purl(&self) -> Option<String> {
        if filled::is_open(&self.name) {
            return None;
        }
        let escape = |t: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
            let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
            t.bytes().map(one).collect::<String>()
        };
        let version = self.version.as_deref().filter(|_| self.pinned);
        let version = version.map(|v| format!("@{}", escape(v))).unwrap_or_default();
        let plain = |name: &str| Some(format!("pkg:{}/{}{version}", self.kind.word(), escape(name)));
        match self.kind {
            Kind::Npm | Kind::Go | Kind::NuGet | Kind::Cargo | Kind::Gem | Kind::Composer => plain(&self.name),
            Kind::PyPi => plain(&self.name.to_ascii_lowercase().replace('_', "-")),
            Kind::Maven => plain(&self.name.replace(':', "/")),
            Kind::Image => {
                let short = self.name.rsplit('/').next().unwrap_or(&self.name).to_ascii_lowercase();
                let digest = self.digest.as_deref().map(|d| format!("@{}", d.replace(':', "%3A"))).unwrap_or_default();
                let tag = self.version.as_deref().map(|t| format!("&tag={}", escape(t))).unwrap_or_default();
                Some(format!("pkg:oci/{}{digest}?repository_url={}{tag}", escape(&short), escape(&self.name)))
            }
            Kind::Jsr | Kind::Git | Kind::Url | Kind::Generic => None,
        }
    }

    /// Who is asked for the code: the npm scope, the host, or the first part of an image's name.
    pub fn publisher(&self) -> Option<String> {
        match self.kind {
            Kind::Npm | Kind::Jsr => {
                self.name.strip_prefix('@').and_then(|n| n.split_once('/')).map(|(scope, _)| scope.to_owned())
            }
            Kind::PyPi | Kind::NuGet | Kind::Cargo | Kind::Gem | Kind::Generic => None,
            Kind::Composer => self.name.split_once('/').map(|(owner, _)| owner.to_owned()),
            Kind::Go => self.name.rsplit_once('/').map(|(owner, _)| owner.to_owned()),
            Kind::Maven => self.name.split_once(':').map(|(group, _)| group.to_owned()),
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
            (
                "uvx --from git+https://h/a/b@0123456789abcdef0123456789abcdef01234567#subdirectory=c serve",
                Kind::Git,
                "git+https://h/a/b",
                Some("0123456789abcdef0123456789abcdef01234567"),
                true,
            ),
            ("uvx --from git+https://h/a/b@main#egg=c serve", Kind::Git, "git+https://h/a/b", Some("main"), false),
            ("uvx --python 3.12 acme_calc==1.2", Kind::PyPi, "acme_calc", Some("1.2"), true),
            ("uvx acme==9", Kind::PyPi, "acme", Some("9"), true),
            ("uvx acme@9", Kind::PyPi, "acme", Some("9"), true),
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
            ("deno run -A jsr:@acme/calc@1.0.0", Kind::Jsr, "@acme/calc", Some("1.0.0"), true),
            ("npx calc@1.2", Kind::Npm, "calc", Some("1.2"), false),
            ("env A=1 timeout 5 npx calc", Kind::Npm, "calc", None, false),
            ("mise x -- npx -y calc", Kind::Npm, "calc", None, false),
            ("mise x npm:calc@latest -- calc", Kind::Npm, "calc", Some("latest"), false),
            ("uv run https://a.test/x.py", Kind::Url, "https://a.test/x.py", None, false),
            ("go run example.test/acme/calc@latest", Kind::Go, "example.test/acme/calc", Some("latest"), false),
            ("go run -tags a example.test/calc@v1.2.3", Kind::Go, "example.test/calc", Some("v1.2.3"), true),
            ("dnx Acme.Calc@1.* --yes", Kind::NuGet, "Acme.Calc", Some("1.*"), false),
            ("dnx --yes Acme.Calc --version 1.0.0", Kind::NuGet, "Acme.Calc", Some("1.0.0"), true),
            ("dotnet tool exec Acme.Calc", Kind::NuGet, "Acme.Calc", None, false),
            ("jbang acme@main", Kind::Git, "acme@main", None, false),
            ("jbang calc@acme/tools", Kind::Git, "calc@acme/tools", None, false),
            ("jbang org.acme:calc:1.2.3", Kind::Maven, "org.acme:calc", Some("1.2.3"), true),
            ("jbang --java 21 org.acme:calc:LATEST", Kind::Maven, "org.acme:calc", Some("LATEST"), false),
            ("nix run github:acme/calc", Kind::Git, "github:acme/calc", None, false),
            ("nix run nixpkgs#calc -- --x", Kind::Git, "nixpkgs", None, false),
            ("cargo install --git https://a.test/calc", Kind::Git, "https://a.test/calc", None, false),
            ("cargo install calc@1.2.3", Kind::Cargo, "calc", Some("1.2.3"), true),
            ("cargo install calc --version ^1", Kind::Cargo, "calc", Some("^1"), false),
            ("sudo docker --context x container run -it acme/calc:1", Kind::Image, "acme/calc", Some("1"), false),
            ("kubectl run x --image=acme/calc:1 -i", Kind::Image, "acme/calc", Some("1"), false),
            ("python -m pip install acme==1.0", Kind::PyPi, "acme", Some("1.0"), true),
            ("python3 -X utf8 -Im pip install acme", Kind::PyPi, "acme", None, false),
            ("npx https://x.example/a.tgz", Kind::Url, "https://x.example/a.tgz", None, false),
            ("npx -y @acme/a@npm:evil@1.0.0", Kind::Npm, "evil", Some("1.0.0"), true),
            ("npx -y a@npm:@evil/b", Kind::Npm, "@evil/b", None, false),
            ("npx -y a@github:evil/b", Kind::Git, "github:evil/b", None, false),
            ("npx -y a@evil/b", Kind::Git, "evil/b", None, false),
            ("npx -y a@https://x.example/a.tgz", Kind::Url, "https://x.example/a.tgz", None, false),
            ("npx -y ${P}", Kind::Npm, "${P}", None, false),
            ("npx -y ${P:-evil@1.0.0}", Kind::Npm, "${P:-evil@1.0.0}", None, false),
            ("npx -y acme@${V}", Kind::Npm, "acme", Some("${V}"), false),
            ("npx -y @acme/${P}@1.0.0", Kind::Npm, "@acme/${P}", Some("1.0.0"), false),
            ("uvx acme==${V}", Kind::PyPi, "acme", Some("${V}"), false),
            ("go run ${M}", Kind::Go, "${M}", None, false),
            ("deno -A https://a.test/x.ts", Kind::Url, "https://a.test/x.ts", None, false),
            ("deno run -A ${M}", Kind::Npm, "${M}", None, false),
            ("nix run ${M}", Kind::Git, "${M}", None, false),
        ] {
            let found = source(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                (found.kind, found.name.as_str(), found.version.as_deref(), found.pinned),
                (kind, name, version, pinned),
                "{line}"
            );
        }
        for line in [
            "node dist/index.js",
            "npx ./local",
            "npx ${workspaceFolder}/x",
            "uvx --from ${CLAUDE_PLUGIN_ROOT} serve",
            "deno run -A ${DIR}/main.ts",
            "uv run server.py",
            "deno run -A main.ts",
            "docker compose up",
            "docker compose -f x.yml run --rm svc",
            "docker exec -i box node x.js",
            "docker mcp gateway run",
            "go run ./cmd/server",
            "go run example.test/acme/calc",
            "cargo run --release",
            "cargo install --path .",
            "nix run .#calc",
            "jbang Server.java",
            "jbang ./a@b/Server.java",
            "dotnet run --project x",
        ] {
            assert_eq!(source(line), None, "{line}");
        }
    }

    #[test]
    fn packages_beside_the_first_are_sources_as_well() {
        let names = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let found = all(&Line::of(words[0], &words[1..])).list;
            found.iter().map(|s| format!("{}@{}:{}", s.name, s.argument, s.pinned)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names("npx -p @acme/a@1.0.0 --package=other a"), "@acme/a@1:true other@2:false");
        assert_eq!(
            names("uvx --with other --with=b==1.0,c acme==1.0.0"),
            "acme@3:true other@1:false b@2:true c@2:false"
        );
        assert_eq!(names("uv run --with a --with b==1 server.py"), "a@2:false b@4:true");
        assert_eq!(names("docker run -i acme/x npx -y calc"), "acme/x@2:false calc@5:false");
        assert_eq!(names("pipx run --pip-args --pre --with b acme==1.0"), "acme@5:true b@4:false");
        assert_eq!(names("pip3 install -q --index-url https://a.test acme==1.0 b"), "acme@4:true b@5:false");
        assert_eq!(names("npm install -g @acme/a@1.0.0 b"), "@acme/a@2:true b@3:false");
        assert_eq!(names("npm install"), "");
        let shell = |code: &str| {
            let found = all(&Line::of("sh", &["-c", code])).list;
            found.iter().map(|s| format!("{}@{}", s.name, s.argument)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shell("npx -y a@1.0.0 && uvx --with b c; pip install d"), "a@1 c@1 b@1 d@1");
        let args = ["run", "--pip-args", "--pre b==1 -r x.txt", "acme==1.0"];
        let found = all(&Line::of("pipx", &args)).list;
        assert_eq!(found.iter().map(|s| (&*s.name, s.argument)).collect::<Vec<_>>(), [("acme", 3), ("b", 1 + 1)]);
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(names(&format!("nix run github:acme/calc/{commit}")), "github:acme/calc@1:true");
        assert_eq!(names(&format!("nix shell git+https://a.test/x?rev={commit} -c y")), "git+https://a.test/x@1:true");
        assert_eq!(names(&format!("cargo install --git https://a.test/x --rev {commit}")), "https://a.test/x@2:true");
    }

    #[test]
    fn package_urls_are_exact_or_have_no_version() {
        let purl = |line: &str| source(line).and_then(|s| s.purl()).unwrap_or_default();
        assert_eq!(purl("npx @acme/calc@1.2.3"), "pkg:npm/%40acme/calc@1.2.3");
        assert_eq!(purl("npx @acme/calc@latest"), "pkg:npm/%40acme/calc");
        assert_eq!(purl("uvx Acme_Calc==1.2"), "pkg:pypi/acme-calc@1.2");
        assert_eq!(purl("docker run ghcr.io/a/b:1"), "pkg:oci/b?repository_url=ghcr.io/a/b&tag=1");
        assert_eq!(purl("go run example.test/calc@v1.2.3"), "pkg:golang/example.test/calc@v1.2.3");
        assert_eq!(purl("jbang org.acme:calc:1.2.3"), "pkg:maven/org.acme/calc@1.2.3");
        assert_eq!((purl("npx github:acme/calc"), purl("deno run jsr:@a/b@1.0.0")), (String::new(), String::new()));
    }
}

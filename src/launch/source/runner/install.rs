//! Installers, whose operands all are packages, and what a line has fetched without naming it.

mod table;

use super::super::super::filled;
use super::super::super::line::is_shell;
use super::super::{CodeSource, Kind};
use super::general::INTERPRETERS;
use super::spec::{is_exact, read};
use super::{named_image, operand, source, values, verb};
use table::{CARRIERS, FETCH, INSTALLERS, UNTOLD};

/// The verbs of a table's row that a line begins with, and where what follows them begins.
fn row<'v>(args: &[&str], verbs: &'v str) -> Option<(&'v str, usize)> {
    if verbs.is_empty() {
        return Some(("", 0));
    }
    // the longest: `archive.install hex` before `archive.install`
    verbs.split('|').filter_map(|v| Some((v, verb(args, v)?))).max_by_key(|(_, at)| *at)
}

/// What an installer's line names.
pub(super) fn sources(name: &str, args: &[&str]) -> Vec<(CodeSource, usize)> {
    let create = match name {
        "npm" => verb(args, "init|create|innit"),
        "pnpm" | "yarn" => verb(args, "create"),
        "bun" => verb(args, "create|c"),
        _ => None,
    };
    if let Some(from) = create {
        let at = operand(args, from, &["-w"]);
        return at.and_then(|at| Some((read(Kind::Npm, &created(args[at]))?, at))).into_iter().collect();
    }
    if ["docker", "podman", "nerdctl"].contains(&name) {
        return there(args);
    }
    if name == "code" || name == "cursor" {
        let named = values(args, 0, args.len(), &["--install-extension"]).into_iter();
        return named.filter_map(|(spec, at)| Some((other(Kind::Generic, spec)?, at))).collect();
    }
    let found = INSTALLERS.iter().filter(|(program, ..)| *program == name);
    let found = found.filter_map(|(_, verbs, kind, more)| Some((row(args, verbs)?.1, *kind, *more))).next();
    let Some((from, kind, more)) = found else { return Vec::new() };
    let mut out = named(kind, args, from, more);
    // the version is an option's
    if [Kind::Gem, Kind::Generic, Kind::Git].contains(&kind) && out.len() == 1 && out[0].0.version.is_none() {
        let version =
            values(args, from, args.len(), &["-v", "--version", "--pin", "--tag", "--ref"]).first().map(|v| v.0);
        let found = &mut out[0].0;
        found.pinned = version.is_some_and(is_exact) && kind != Kind::Git && !filled::is_open(&found.name);
        found.version = version.map(str::to_owned);
    }
    out
}

/// What is built or listed at an address: `docker build https://…`, `docker mcp gateway run --catalog=https://…`.
fn there(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let Some(from) = verb(args, "build|buildx build|buildx bake|image build|mcp gateway run") else {
        return Vec::new();
    };
    let far = |at: usize| {
        let value = args[at].split_once('=').filter(|(f, _)| f.starts_with('-')).map_or(args[at], |(_, v)| v);
        let is = ["http://", "https://", "git://", "git@", "github.com/"].iter().any(|p| value.starts_with(p));
        is.then(|| (source(if value.contains(".git") { Kind::Git } else { Kind::Url }, value, None, false), at))
    };
    (from..args.len()).filter_map(far).collect()
}

/// Lists and folders of packages: options with their value, and those whose value may be joined to them.
const LISTS: [&str; 10] = [
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "--constraints",
    "-e",
    "--editable",
    "--with-editable",
    "--with-requirements",
];

/// What an installer's words and options name, each with its index.
struct Given<'a> {
    specs: Vec<(&'a str, usize)>,
    lists: Vec<(&'a str, usize)>,
}

fn given<'a>(kind: Kind, args: &[&'a str], from: usize, more: &str) -> Given<'a> {
    let pip = [
        "-r",
        "--requirement",
        "--requirements",
        "--constraint",
        "-f",
        "-e",
        "--editable",
        "-t",
        "--target",
        "--root",
        "--trusted-host",
        "--proxy",
        "--timeout",
        "--retries",
        "--platform",
        "--python-version",
        "--upgrade-strategy",
        "--tag",
    ];
    let more: Vec<&str> = pip.into_iter().chain(more.split(' ').filter(|f| !f.is_empty())).collect();
    // a program, and its own words
    let runs = args.first().is_some_and(|verb| ["exec", "run"].contains(verb));
    let other_words = kind != Kind::Npm && kind != Kind::PyPi && runs;
    let end = args.iter().position(|a| *a == "--").filter(|_| other_words).unwrap_or(args.len());
    let first = operand(args, from, &more).filter(|first| *first < end);
    let until = if runs { first.unwrap_or(end) } else { args.len() };
    // packages that options name beside the operands, and those that are fetched for a program of theirs
    let (beside, instead): (&[&str], &[&str]) = match kind {
        Kind::Gem if runs => (&[], &["-g", "--gem"]),
        _ if more.contains(&"--id") => (&[], &["--id"]),
        _ if more.contains(&"--image") => (&[], &["-i", "--image"]),
        _ if more.contains(&"--spec") => (&["--with", "-w"], &["--spec", "-s"]),
        _ if more.contains(&"--from") => (&["--with"], &["--from"]),
        _ => (&[], &[]),
    };
    let instead = values(args, from, until, instead);
    let mut specs = Vec::new();
    let mut next = first.filter(|_| instead.is_empty());
    while let Some(at) = next {
        specs.push((args[at], at));
        next = operand(args, at + 1, &more).filter(|next| !runs && *next < end);
    }
    let options = instead.into_iter().chain(values(args, from, until, beside));
    specs.extend(options.flat_map(|(list, at)| list.split(',').map(move |spec| (spec, at))));
    let joined = |at: usize| {
        let value = ["-r", "-c", "-e"].iter().find_map(|f| args[at].strip_prefix(f)).filter(|v| !v.is_empty())?;
        (!args[at].starts_with("--")).then_some((value, at))
    };
    let lists = values(args, from, until, &LISTS).into_iter();
    let lists = match kind {
        Kind::PyPi => lists.chain((from..until).filter_map(joined)).collect(),
        _ => Vec::new(),
    };
    Given { specs, lists }
}

fn read_as(kind: Kind, spec: &str) -> Option<CodeSource> {
    match kind {
        Kind::Npm | Kind::PyPi => read(kind, spec),
        Kind::Image => (!filled::is_path(spec) && !spec.starts_with(['.', '/'])).then(|| named_image(spec)),
        _ => other(kind, spec),
    }
}

/// What an installer is told to install; a folder is no source.
pub(super) fn named(kind: Kind, args: &[&str], from: usize, more: &str) -> Vec<(CodeSource, usize)> {
    let Given { specs, lists } = given(kind, args, from, more);
    // lists and folders of packages that lie on another machine
    let far = lists.into_iter().filter(|(list, _)| list.contains("://"));
    specs.into_iter().chain(far).filter_map(|(spec, at)| Some((read_as(kind, spec)?, at))).collect()
}

/// Whether an installer takes a list, a folder or an archive of the machine beside what it names.
pub(super) fn is_partial(name: &str, args: &[&str]) -> bool {
    let found = INSTALLERS.iter().filter(|(program, ..)| *program == name);
    let found = found.filter_map(|(_, verbs, kind, more)| Some((row(args, verbs)?.1, *kind, *more))).next();
    let Some((from, kind, more)) = found else { return false };
    let Given { specs, lists } = given(kind, args, from, more);
    specs.iter().any(|(spec, _)| read_as(kind, spec).is_none()) || lists.iter().any(|(list, _)| !list.contains("://"))
}

/// A list of packages of the machine that a runner takes beside the package: its option.
pub(super) fn list<'o>(args: &[&str], from: usize, to: usize) -> Option<&'o str> {
    let own = ["--with-requirements", "--with-editable", "--constraints", "--overrides", "--build-constraints"];
    own.into_iter().find(|option| values(args, from, to, &[option]).iter().any(|(v, _)| !v.contains("://")))
}

/// A word of another registry than those of npm and Python.
fn other(kind: Kind, spec: &str) -> Option<CodeSource> {
    let local = spec.starts_with(['.', '/', '~', '\\']) || filled::is_path(spec);
    if local || spec.is_empty() {
        return None;
    }
    if spec.contains("://") {
        let git = kind == Kind::Git || spec.contains(".git") || spec.starts_with("git");
        return Some(source(if git { Kind::Git } else { Kind::Url }, spec, None, false));
    }
    let marks: &[char] = if kind == Kind::Composer { &[':', '='] } else { &['@', '='] };
    let cut = spec.get(1..).and_then(|rest| rest.find(marks)).map(|at| at + 1);
    let (name, version) = cut.map_or((spec, None), |at| (&spec[..at], Some(spec[at + 1..].trim_start_matches('='))));
    let pinned = version.is_some_and(is_exact) && kind != Kind::Git;
    Some(CodeSource { written: spec.to_owned(), ..source(kind, name, version, pinned) })
}

/// The package that `npm init NAME` runs.
pub(super) fn created(spec: &str) -> String {
    let address = spec.contains(':') || spec.starts_with(['.', '/', '~', '$']);
    let (scope, rest) = match spec.strip_prefix('@') {
        Some(scoped) => match scoped.split_once('/') {
            Some((scope, name)) => (format!("@{scope}/"), format!("-{name}")),
            None => {
                let (scope, version) =
                    scoped.split_once('@').map_or((scoped, String::new()), |(s, v)| (s, format!("@{v}")));
                (format!("@{scope}/"), version)
            }
        },
        None => (String::new(), format!("-{spec}")),
    };
    // an owner's repository is taken as it is
    if address || (scope.is_empty() && spec.contains('/')) { spec.to_owned() } else { format!("{scope}create{rest}") }
}

/// What a package of the line runs in its turn, named behind its verb.
pub(super) fn carried(args: &[&str], package: usize) -> Option<(CodeSource, usize)> {
    let name = args[package].get(1..).and_then(|r| r.find('@')).map_or(args[package], |at| &args[package][..=at]);
    let (_, verbs) = CARRIERS.iter().find(|(carrier, _)| *carrier == name)?;
    let from = package + 1 + verb(&args[package + 1..], verbs)?;
    let at = operand(args, from, &["--key", "--profile", "--client"])?;
    Some((other(Kind::Generic, args[at])?, at))
}

/// The program and the verbs of a line that fetches and names nothing.
pub(super) fn untold(name: &str, args: &[&str]) -> Option<String> {
    let Some((_, verbs)) = UNTOLD.iter().find(|(program, _)| *program == name) else {
        // whoever is told to fetch: of any program, at the first two words. Words of a script are its own, and any other may be
        // a secret
        if INTERPRETERS.contains(&name) || is_shell(name) {
            return None;
        }
        let first = operand(args, 0, &[])?;
        let two = [Some(first), operand(args, first + 1, &[])];
        let found = two.into_iter().flatten().find(|at| FETCH.contains(&args[*at]))?;
        return Some(format!("{name} {}", args[found]));
    };
    let (verbs, from) = row(args, verbs)?;
    // a runner of what lies on the machine
    let runs = ["npx", "pnpx", "bunx", "uvx", "dnx"].contains(&name)
        || ["exec", "x", "dlx", "run", "tool run"].contains(&verbs);
    // a line of code is looked at as such
    if runs
        && (operand(args, from, &[]).is_some()
            || (name != "uvx" && args[from..].iter().any(|a| ["-c", "--call"].contains(a))))
        && name != "docker-compose"
        && name != "podman-compose"
    {
        return None;
    }
    Some(format!("{name} {verbs}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{sources, untold};

    fn of(line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        let found = sources(words[0], &words[1..]).into_iter();
        let mark = |pinned: bool| if pinned { "!" } else { "" };
        found
            .map(|(s, at)| format!("{} {}@{at}{}", s.kind.word(), s.name, mark(s.pinned)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[test]
    fn installers_name_what_they_install() {
        for (line, named) in [
            ("npm create evil", "npm create-evil@1"),
            ("npm init -y @acme", "npm @acme/create@2"),
            ("pnpm create @acme/app@1.0.0", "npm @acme/create-app@1!"),
            ("yarn create acme/app", "git acme/app@1"),
            ("npm create @acme@latest", "npm @acme/create@1"),
            ("yarn global add evil", "npm evil@2"),
            ("bun install -g evil@1.0.0 b", "npm evil@2!, npm b@3"),
            ("pnpm --package evil dlx x", "npm evil@1"),
            ("pipx install evil==1.0", "pypi evil@1!"),
            ("uv tool install --with b evil", "pypi evil@4, pypi b@3"),
            ("uv add --script x.py evil", "pypi evil@3"),
            ("pixi exec --spec evil tool", "generic evil@2"),
            ("pixi exec --with b tool --spec c", "generic tool@3, generic b@2"),
            ("uv tool install --from evil --with b tool", "pypi evil@3, pypi b@5"),
            ("gem exec -g evil tool -g x", "gem evil@2"),
            ("cargo +nightly install a@1.0.0 b", "cargo a@2!, cargo b@3"),
            ("cargo-binstall -y evil", "cargo evil@1"),
            ("winget install -e --id=Evil.X", "generic Evil.X@2"),
            ("ctr images pull a.test/x:1", "oci a.test/x@2"),
            ("singularity run docker://evil/x:1 y", "oci evil/x@1"),
            ("skopeo copy docker://evil/x dir:y", "oci evil/x@1"),
            ("oras pull a.test/x:1", "oci a.test/x@1"),
            ("distrobox create -n y -i evil/x", "oci evil/x@4"),
            ("deno x evil", "npm evil@1"),
            ("deno create npm:evil", "npm create-evil@1"),
            ("deno init --npm evil", "npm create-evil@2"),
            ("deno compile -A npm:evil", "npm evil@2"),
            ("deno test https://a.test/x.ts", "url https://a.test/x.ts@1"),
            ("scala-cli run https://a.test/x.scala", "url https://a.test/x.scala@1"),
            ("dagger -m x call github.com/evil/x", "git github.com/evil/x@3"),
            ("git clone https://a.test/x.git y", "git https://a.test/x.git@1"),
            ("corepack prepare pnpm@9.0.0 --activate", "npm pnpm@1!"),
            ("docker buildx bake https://a.test/x.git", "git https://a.test/x.git@2"),
            ("cabal install evil", "generic evil@1"),
            ("yay -S evil", "generic evil@1"),
            ("podman pull -q a:1 b:1", "oci a@2, oci b@3"),
            ("docker service create a:1 b:1", "oci a@2"),
            ("uv add -c x.txt evil", "pypi evil@3"),
            ("uv --config-file c tool run evil", "pypi evil@4"),
            ("uvx -wevil safe==1.0", "pypi safe@1!, pypi evil@0"),
            ("pip3.12 install -r https://a.test/r.txt", "url https://a.test/r.txt@2"),
            ("pip install -rhttps://a.test/r.txt", "url https://a.test/r.txt@1"),
            ("pip install -e git+https://a.test/x", "git git+https://a.test/x@2"),
            ("python3 -Impip install evil", "pypi evil@2"),
            ("uv run --with-requirements https://a.test/r x.py", "url https://a.test/r@2"),
            ("deno run -A --cert c --env-file npm:evil", "npm evil@5"),
            ("deno install -gA npm:evil@1.0.0", "npm evil@2!"),
            ("go run -p 4 --tags x a.test/x@v1.0.0", "golang a.test/x@5!"),
            ("dotnet tool install -g evil --version 1.0.0", "nuget evil@3!"),
            ("mise x ubi:evil/x github:a/b@1 cargo:c@1.0.0 -- x", "git evil/x@1, git a/b@2, cargo c@3!"),
            ("nix develop github:evil/x -c y", "git github:evil/x@1"),
            ("nix-shell -p evil b --run y", "generic evil@1, generic b@2"),
            ("gem install evil -v 1.0.0", "gem evil@1!"),
            ("gem exec evil serve", "gem evil@1"),
            ("composer global require evil/x:1.0.0", "composer evil/x@2!"),
            ("gh extension install evil/gh-x", "git evil/gh-x@2"),
            ("docker pull -q evil/x:1", "oci evil/x@2"),
            ("docker service create --name a evil/x", "oci evil/x@4"),
            ("docker build https://a.test/x.git", "git https://a.test/x.git@1"),
            ("docker mcp gateway run --catalog=https://a.test/c", "url https://a.test/c@3"),
            ("kubectl apply -f https://a.test/x.yml", "url https://a.test/x.yml@2"),
            ("cs launch a.b:c:1.0.0", "maven a.b:c@1!"),
            ("npx -y @smithery/cli@1.0.0 run --key k @evil/x", "npm @smithery/cli@1!, generic @evil/x@5"),
            ("brew install evil", "generic evil@1"),
            ("brew install -- evil", "generic evil@2"),
            ("gem install -- evil", "gem evil@2"),
            ("composer require -- evil/x", "composer evil/x@2"),
            ("apt-get install -y -- evil", "generic evil@3"),
        ] {
            assert_eq!(of(line), named, "{line}");
        }
        for line in
            ["npm init -y", "npm run build", "pip install ./x", "gem list", "gh pr list", "docker ps", "mise x -- npx"]
        {
            assert_eq!(of(line), "", "{line}");
        }
    }

    #[test]
    fn what_a_line_has_fetched_and_does_not_name_is_said() {
        let of = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            untold(words[0], &words[1..])
        };
        for (line, said) in [
            ("docker compose -f x.yml up -d", "docker compose up"),
            ("docker mcp gateway run --servers=x", "docker mcp gateway run"),
            ("npm ci", "npm ci"),
            ("pip3 install -r x.txt", "pip install"),
            ("uv sync --frozen", "uv sync"),
            ("brew bundle --file=x", "brew bundle"),
            ("npx -y", "npx"),
            ("uvx", "uvx"),
            ("go get a.test/x", "go get"),
            ("terraform init", "terraform init"),
            ("conan install .", "conan install"),
            ("acme plugin install", "acme install"),
            ("acme --token tok_live_Zk3J9aQp7W install", "acme install"),
            ("tilt up", "tilt up"),
            ("pip install -r x.txt ok==1.0", "pip install"),
            ("pip install -rx.txt ok==1.0", "pip install"),
            ("pip install -c x.txt ok==1.0", "pip install"),
            ("pip install -e . ok==1.0", "pip install"),
            ("npm install ok@1.0.0 ./x", "npm install"),
            ("uv tool install --with ./x ok", "uv tool install"),
            ("uvx --with-requirements x.txt ok", "uvx --with-requirements"),
            ("uv run --with-requirements=x.txt x.py", "uv run --with-requirements"),
        ] {
            assert_eq!(of(line).as_deref(), Some(said), "{line}");
        }
        for line in [
            "npx -y a",
            "npx ./x",
            "npx -c y",
            "uv run x.py",
            "npm start",
            "docker run a",
            "node x.js",
            "go run ./x",
            "pip install -r https://a.test/r.txt ok",
            "python server.py pull",
            "bash start.sh install",
            "uvx ok --with-requirements x",
            "uv run --with b x.py",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}

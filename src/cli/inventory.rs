//! `inventory`: every client, configuration file and server, what was read and what was not, and why. Nothing is started.

mod cyclonedx;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::args::{Inventory as InventoryArgs, InventoryFormat, ScopeArg};
use super::failure::Failure;
use super::project::Project;
use crate::launch::identity::LaunchIdentity;
use crate::launch::line;
use crate::launch::source::{self, CodeSource, Sources};
use crate::secret;
use crate::target::clients::table::UNKNOWN;
use crate::target::clients::{FileReport, Inventory, Places, Standing, Status};
use crate::target::{ConfigScope, Fact, FactKind, Launch, Target};
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, quiet_json};

/// Signs of a command line that a document repeats.
const LINE: usize = 16 << 10;

/// Runs `inventory`.
pub fn run(args: &InventoryArgs, project: &Project) -> Result<ExitCode, Failure> {
    let mut found = Inventory::default();
    if args.targets.is_empty() {
        let scope = args.scope.unwrap_or(ScopeArg::All);
        let wanted = |s: ConfigScope| match scope {
            ScopeArg::All => true,
            ScopeArg::Project => s == ConfigScope::Project,
            ScopeArg::User => s != ConfigScope::Project,
        };
        let places = Places { all_projects: true, ..Places::of_process(&project.root) };
        found = Inventory::search(&places, wanted);
    }
    for path in &args.targets {
        if path.is_dir() {
            let inside = Inventory::search(&Places::of_project(path), |s| s == ConfigScope::Project);
            found.files.extend(inside.files);
            found.targets.extend(inside.targets);
        } else if !path.exists() {
            let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
            return Err(Failure::usage(format!("{name}: there is no such file or directory"))
                .help("without a name, `mcp-assay inventory` shows every place it knows"));
        } else {
            found.add(path, None, ConfigScope::Project, &project.root);
        }
    }
    found.finish();
    let text = match args.output {
        InventoryFormat::Json => json(&found),
        InventoryFormat::Human => human(&found),
        InventoryFormat::Cyclonedx => cyclonedx::text(&found, project.given),
    };
    super::print(text.as_bytes())?;
    Ok(if found.unread().is_empty() { ExitCode::Ok } else { ExitCode::Incomplete })
}

fn status(file: &FileReport) -> (&'static str, String) {
    let count = |n: usize| format!("{n} {}", if n == 1 { "server" } else { "servers" });
    match &file.status {
        Status::Read(n) => ("read", count(*n)),
        Status::Cut(n) => ("cut", format!("{}, and more that were not read", count(*n))),
        Status::Absent => ("absent", String::new()),
        Status::NotRead(why) => ("not-read", (*why).to_owned()),
        Status::Unreadable(why) => ("unreadable", why.clone()),
        Status::Malformed(why) => ("malformed", why.clone()),
    }
}

fn path_of(path: &std::path::Path) -> Untrusted {
    Untrusted::from(path.to_string_lossy().into_owned())
}

/// The command or URL without what may be a secret.
fn what(target: &Target) -> String {
    let line = LaunchIdentity::shown(target).line().cut(200);
    match (&target.launch, LaunchIdentity::of(target)) {
        (Launch::Stdio(_), Ok(_)) => format!("starts {}", line.to_terminal()),
        (Launch::Stdio(_), Err(_)) => format!("starts {} (with what looks like a secret)", line.to_terminal()),
        (Launch::Http(_), Ok(_)) => format!("is at {}", line.to_terminal()),
        (Launch::Http(_), Err(_)) => "is at a URL that carries a secret".to_owned(),
        (Launch::File(_), _) => "is a file".to_owned(),
    }
}

/// What a target's command fetches, each once: the server's own package first.
fn code(target: &Target) -> Sources {
    let Launch::Stdio(s) = &target.launch else { return Sources::default() };
    // the address of a repository may carry a token
    let (command, words) = (s.command.value.raw(), || s.args.iter().map(|a| a.value.raw()));
    let of = |args: Vec<String>| source::all_of(command, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let shown = secret::shown_line(command, words()).1;
    // who reads which package runs needs its name, whatever letters it is made of
    let kept = shown.iter().any(|w| w.contains(secret::HIDDEN)).then(|| of(secret::kept_line(command, words())));
    let mut found = of(shown);
    if let Some(kept) = kept.filter(|kept| kept.list.len() == found.list.len()) {
        let plain = |name: &str| !name.split(|c: char| !c.is_ascii_alphanumeric()).any(is_hex);
        for (shown, kept) in found.list.iter_mut().zip(kept.list).filter(|(_, kept)| plain(&kept.name)) {
            shown.name = kept.name;
        }
    }
    let mut known = BTreeSet::new();
    found.list.retain(|c| known.insert((c.kind, c.name.clone(), c.written.clone(), c.version.clone())));
    found
}

/// Hex as long as a key.
fn is_hex(word: &str) -> bool {
    word.len() >= 16 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

/// One of them in words.
fn fetched(source: &CodeSource) -> String {
    let name = Untrusted::from(source.name.as_str()).cut(120).to_terminal();
    let version = source.digest.as_ref().or(source.version.as_ref());
    let version = version.map(|v| format!(" {}", Untrusted::from(v.as_str()).cut(80).to_terminal()));
    let pinned = if source.pinned { "" } else { " (not pinned)" };
    format!("{} {name}{}{pinned}", source.kind.word(), version.unwrap_or_default())
}

fn overridden(target: &Target) -> Option<&Fact> {
    target.facts.iter().find(|f| f.kind == FactKind::Overridden)
}

fn human(found: &Inventory) -> String {
    let mut out = String::new();
    for file in found.files.iter().filter(|f| f.status != Status::Absent) {
        let (word, detail) = status(file);
        let also = if file.also.is_empty() { String::new() } else { format!(", also {}", file.also.join(", ")) };
        let client = file.client.unwrap_or("named");
        let doubtful = if file.standing == Some(Standing::Doubtful) { ", place not confirmed" } else { "" };
        let shown = path_of(&file.path).cut(200).to_terminal();
        let _ = writeln!(out, "{word} {shown} ({client}{also}, {}{doubtful}) {detail}", file.scope.word());
        for problem in &file.problems {
            let _ = writeln!(out, "  line {}: {}", problem.place.line, problem.sentence.to_terminal());
        }
        let inside = |t: &&Target| t.origin.as_ref().is_some_and(|o| o.file == file.path) && t.client == file.client;
        for target in found.targets.iter().filter(inside) {
            let off = if target.disabled() { " (switched off)" } else { "" };
            let over =
                overridden(target).map(|f| format!(" (the {} configuration goes before it)", f.what.to_terminal()));
            let over = over.unwrap_or_default();
            let line = target.origin.as_ref().map_or(0, |o| o.place.line);
            let name = target.name.cut(200).to_terminal();
            let _ = writeln!(out, "  line {line}: server {name} {}{off}{over}", what(target));
            let Sources { list, cut, untold } = code(target);
            let fetched: Vec<String> = list.iter().map(fetched).collect();
            if !fetched.is_empty() {
                let _ = writeln!(out, "    fetches {}", fetched.join(", "));
            }
            if !untold.is_empty() {
                let untold: Vec<String> = untold.into_iter().collect();
                let _ = writeln!(out, "    fetches what its line does not name: {}", untold.join(", "));
            }
            if cut {
                let (packages, commands) = (source::MOST, line::COMMANDS);
                let _ = writeln!(
                    out,
                    "    may fetch more: at most {packages} packages and {commands} commands are looked at, and only code that can be read to its end"
                );
            }
        }
    }
    if found.files.len() > 1 {
        let _ = writeln!(out, "not looked for: {}; no file of theirs is known", UNKNOWN.join(", "));
    }
    let absent = found.files.iter().filter(|f| f.status == Status::Absent).count();
    let unread = found.unread().len();
    let _ = writeln!(
        out,
        "{} in {}; {unread} of them could not be read in full; {absent} known places hold no file",
        super::count(found.targets.len(), "server"),
        super::count(found.files.len() - absent, "file")
    );
    out
}

fn json(found: &Inventory) -> String {
    let file = |f: &FileReport| {
        let (word, detail) = status(f);
        let problem = |p: &crate::target::config_file::Problem| serde_json::json!({ "line": p.place.line, "column": p.place.column, "message": p.sentence.to_visible() });
        serde_json::json!({
            "path": path_of(&f.path).to_visible(),
            "client": f.client,
            "also": f.also,
            "scope": f.scope.word(),
            "confirmed": f.standing.map(|s| s != Standing::Doubtful),
            "checked": f.standing.map(|s| s == Standing::Checked),
            "status": word,
            "detail": detail,
            "problems": f.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    };
    let server = |t: &Target| {
        let kind = match t.launch {
            Launch::Stdio(_) => "stdio",
            Launch::Http(_) => "http",
            Launch::File(_) => "file",
        };
        let place = |file: &std::path::Path, p: crate::target::Place| serde_json::json!({ "file": path_of(file).to_visible(), "line": p.line, "column": p.column });
        let launch = LaunchIdentity::of(t).ok().map(|_| LaunchIdentity::shown(t).line().cut(LINE).to_visible());
        let at = |c: &CodeSource| {
            let (Launch::Stdio(s), Some(origin)) = (&t.launch, &t.origin) else { return None };
            s.args.get(c.argument).and_then(|a| a.place).map(|p| place(&origin.file, p))
        };
        let package = |c: &CodeSource| {
            serde_json::json!({
                "type": c.kind.word(),
                "name": Untrusted::from(c.name.as_str()).to_visible(),
                "version": c.version.as_deref().map(|v| Untrusted::from(v).to_visible()),
                "digest": c.digest.as_deref().map(|d| Untrusted::from(d).to_visible()),
                "pinned": c.pinned,
                "purl": c.purl().map(|p| Untrusted::from(p).to_visible()),
                "origin": at(c),
            })
        };
        let found = code(t);
        let packages: Vec<_> = found.list.iter().map(package).collect();
        serde_json::json!({
            "id": t.id.as_str(),
            "name": t.name.to_visible(),
            "client": t.client,
            "scope": t.scope.word(),
            "kind": kind,
            "disabled": t.disabled(),
            "origin": t.origin.as_ref().map(|o| place(&o.file, o.place)),
            "launch": launch,
            "package": packages.first(),
            "packages": packages,
            "packagesComplete": found.is_whole(),
            "overriddenBy": overridden(t).map(|f| place(&f.file, f.place)),
        })
    };
    let files: Vec<_> = found.files.iter().map(file).collect();
    let servers: Vec<_> = found.targets.iter().map(server).collect();
    quiet_json(format!(
        "{:#}\n",
        serde_json::json!({ "version": 1, "files": files, "notLookedFor": UNKNOWN, "servers": servers })
    ))
}

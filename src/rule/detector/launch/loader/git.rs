//! Git's settings, as variables and as options. The list is of those that run no program and lead nowhere else.

use super::super::paths::{is_odd, plain};
use super::values::is_literal;

/// Settings that only say how Git shows, names, compares and keeps things. A dot at the end: all below it.
const HARMLESS: [&str; 98] = [
    "advice.",
    "author.",
    "branch.autosetupmerge",
    "branch.autosetuprebase",
    "branch.sort",
    "clone.defaultremotename",
    "color.",
    "column.",
    "commit.gpgsign",
    "commit.verbose",
    "committer.",
    "core.abbrev",
    "core.autocrlf",
    "core.bare",
    "core.bigfilethreshold",
    "core.checkstat",
    "core.commentchar",
    "core.compression",
    "core.excludesfile",
    "core.filemode",
    "core.eol",
    "core.ignorecase",
    "core.logallrefupdates",
    "core.longpaths",
    "core.loosecompression",
    "core.multipackindex",
    "core.packedgitlimit",
    "core.packedgitwindowsize",
    "core.precomposeunicode",
    "core.preloadindex",
    "core.protecthfs",
    "core.protectntfs",
    "core.quotepath",
    "core.repositoryformatversion",
    "core.safecrlf",
    "core.sharedrepository",
    "core.splitindex",
    "core.symlinks",
    "core.trustctime",
    "core.untrackedcache",
    "core.whitespace",
    "credential.interactive",
    "credential.usehttppath",
    "credential.username",
    "diff.algorithm",
    "diff.colormoved",
    "diff.context",
    "diff.ignoresubmodules",
    "diff.mnemonicprefix",
    "diff.noprefix",
    "diff.renamelimit",
    "diff.renames",
    "diff.statgraphwidth",
    "diff.submodule",
    "diff.suppressblankempty",
    "diff.wserrorhighlight",
    "feature.",
    "fetch.",
    "gc.",
    "grep.",
    "help.autocorrect",
    "help.format",
    "http.extraheader",
    "http.lowspeedlimit",
    "http.lowspeedtime",
    "http.maxrequests",
    "http.postbuffer",
    "http.sslbackend",
    "http.sslverify",
    "http.sslversion",
    "http.useragent",
    "http.version",
    "i18n.",
    "index.",
    "init.defaultbranch",
    "log.",
    "maintenance.auto",
    "merge.conflictstyle",
    "merge.ff",
    "merge.log",
    "merge.renames",
    "merge.stat",
    "pack.",
    "protocol.version",
    "pull.",
    "push.",
    "rebase.",
    "rerere.",
    "safe.",
    "stash.",
    "status.",
    "submodule.fetchjobs",
    "submodule.recurse",
    "tag.gpgsign",
    "tag.sort",
    "transfer.",
    "user.",
    "versionsort.suffix",
];

/// Below the names that are harmless otherwise: packages of hooks, and addresses.
const NOT: [&str; 3] = ["pack.packobjectshook", "fetch.bundleuri", "transfer.bundleuri"];

/// Whether a setting of Git may run a program, or send what it fetches elsewhere.
pub(super) fn is_risky(setting: &str) -> bool {
    let lower = setting.trim().to_ascii_lowercase();
    // `http.https://github.com/.extraheader`: for one address
    let http = lower.strip_prefix("http.").and_then(|rest| rest.rsplit_once('.')).map(|(_, last)| last);
    let lower = http.map_or_else(|| lower.clone(), |last| format!("http.{last}"));
    let known = |h: &str| match h.strip_suffix('.') {
        Some(_) => lower.starts_with(h),
        None => lower == h,
    };
    !lower.is_empty() && (!HARMLESS.iter().any(|h| known(h)) || NOT.contains(&lower.as_str()))
}

/// Whether a setting switches the check of certificates off; `value` is empty where it is on.
pub(super) fn is_unchecked(setting: &str, value: &str) -> bool {
    let lower = setting.trim().to_ascii_lowercase();
    let off = ["false", "0", "no", "off"].contains(&value.trim().to_ascii_lowercase().as_str());
    lower.starts_with("http.") && lower.ends_with(".sslverify") && off
}

/// `GIT_CONFIG_KEY_0=core.sshCommand` and the like; a file of settings may hold them all.
pub(super) fn runs(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    match name {
        _ if name.starts_with("GIT_CONFIG_KEY_") => is_risky(&lower),
        "GIT_CONFIG_PARAMETERS" => lower.contains('\\') || keys(&lower).is_none_or(|all| all.into_iter().any(is_risky)),
        "GIT_CONFIG" | "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM" => {
            !["", "/dev/null", "nul"].contains(&lower.as_str()) && !is_own_file(&lower)
        }
        "GIT_ALLOW_PROTOCOL" => lower.split(':').any(|p| p.trim() == "ext"),
        _ => false,
    }
}

/// The settings of `'a.b=c' 'd.e'='f'`; `None` when it is written otherwise.
fn keys(parameters: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = parameters.split('\'').collect();
    let outside = parts.iter().step_by(2).all(|p| p.trim().is_empty() || *p == "=");
    (outside && parts.len() % 2 == 1).then(|| {
        let quoted = (1..parts.len()).step_by(2).filter(|at| parts[at - 1] != "=");
        quoted.map(|at| parts[at].split('=').next().unwrap_or_default()).collect()
    })
}

/// Whether a file of settings is one of the person's or of the system, which Git reads in any case.
fn is_own_file(lower: &str) -> bool {
    let path = plain(lower);
    let roots = [
        "/home/",
        "/users/",
        "/root/",
        "/etc/",
        "~/",
        "$home/",
        "${home}/",
        "${env:home}/",
        "%userprofile%/",
        "c:/users/",
    ];
    let Some(rest) = roots.iter().find_map(|r| path.strip_prefix(r)) else { return false };
    rest.chars().all(|c| is_literal(c) && c != '~') && !rest.split('/').any(|f| f == "..") && !is_odd(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_run_nothing_are_told_from_all_others() {
        for setting in [
            "safe.directory",
            "user.email",
            "core.autocrlf",
            "init.defaultBranch",
            "http.extraHeader",
            "http.https://github.com/.extraheader",
            "color.ui",
            "pull.rebase",
            "",
        ] {
            assert!(!is_risky(setting), "{setting}");
        }
        for setting in [
            "core.sshCommand",
            "core.attributesfile",
            "diff.pdf.textconv",
            "diff.pdf.command",
            "remote.origin.url",
            "remote.origin.uploadpack",
            "submodule.x.update",
            "trailer.x.command",
            "browser.x.cmd",
            "http.proxy",
            "http.https://a.test/.proxy",
            "core.hooksPath",
            "uploadpack.packObjectsHook",
            "pack.packObjectsHook",
            "lfs.customtransfer.x.path",
            "alias.status",
            "credential.helper",
        ] {
            assert!(is_risky(setting), "{setting}");
        }
        for value in
            ["/home/me/.gitconfig", "~/.gitconfig", "${HOME}/gitconfig", "/etc/gitconfig", "C:\\Users\\me\\.gitconfig"]
        {
            assert!(!runs("GIT_CONFIG_GLOBAL", value), "{value}");
        }
        for value in [
            "${workspaceFolder}/x.cfg",
            "${env:X}/x.cfg",
            "$PWD/x.cfg",
            "$X",
            "./gitconfig",
            "gitconfig",
            "/home/../srv/x.cfg",
            "/proc/self/cwd/x.cfg",
            "//host/x.cfg",
        ] {
            assert!(runs("GIT_CONFIG_GLOBAL", value), "{value}");
        }
        assert!(is_unchecked("http.sslVerify", "false") && is_unchecked("http.https://a.test/.sslVerify", "0"));
        assert!(!is_unchecked("http.sslVerify", "true") && !is_unchecked("http.version", "0"));
        for (name, value) in [
            ("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=x'"),
            ("GIT_CONFIG_PARAMETERS", "'safe.directory'='*' 'core.fsmonitor'='./x'"),
            ("GIT_CONFIG_PARAMETERS", "core.fsmonitor=x"),
            ("GIT_ALLOW_PROTOCOL", "https:ext"),
        ] {
            assert!(runs(name, value), "{name}={value}");
        }
        for (name, value) in [
            ("GIT_CONFIG_PARAMETERS", "'safe.directory=*' 'user.name'='core.fsmonitor'"),
            ("GIT_ALLOW_PROTOCOL", "https:ssh"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_VALUE_0", "./x"),
        ] {
            assert!(!runs(name, value), "{name}={value}");
        }
    }
}

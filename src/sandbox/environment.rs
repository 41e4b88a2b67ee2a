//! The environment of a launched server (SANDBOX §7): nothing is inherited but what is named here.
//!
//! Declared secrets become the literal `placeholder` unless the person passes them by name: most servers list their tools
//! without a working token, and a hostile one must not get it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Program;
use super::package::Shelf;
use super::search;

/// What a secret that is not passed looks like to the server.
pub const PLACEHOLDER: &str = "placeholder";

/// A regular file that may be executed.
pub(super) fn executable(file: &Path) -> bool {
    #[cfg(unix)]
    let bit = |m: &std::fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&m.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let bit = |_: &std::fs::Metadata| true;
    file.metadata().is_ok_and(|m| m.is_file() && bit(&m))
}

/// Where interpreters are: shims on `PATH` need these when `HOME` is another one.
pub(super) const TOOLS: [&str; 6] =
    ["PYENV_ROOT", "VOLTA_HOME", "NVM_DIR", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR"];

/// Variables that name an index of packages. Runners get them, and rules judge where they lead.
pub const INDEXES: [&str; 10] = [
    "NPM_CONFIG_REGISTRY",
    "YARN_REGISTRY",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_FIND_LINKS",
];

/// What else package runners need to reach a registry. Only they get these.
const REGISTRY: [&str; 18] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "UV_NATIVE_TLS",
    "npm_config_registry",
    "npm_config_cafile",
    "NPM_CONFIG_CAFILE",
];

/// Keys of a user's `.npmrc` that say where the registry is; never the ones that hold credentials.
const NPMRC: [&str; 5] = ["registry", "cafile", "proxy", "https-proxy", "noproxy"];

/// The auditor's own environment, as values. It holds secrets, so its content is never shown.
#[derive(Clone, Default)]
pub struct Surroundings {
    own: BTreeMap<String, String>,
    npmrc: Vec<(String, String)>,
    /// Packages fetched in this run; clones share them.
    pub(super) shelf: Shelf,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings(…)")
    }
}

impl Surroundings {
    /// Reads the environment of this process and the registry settings of the user's `.npmrc`.
    pub fn of_process() -> Self {
        let own: BTreeMap<String, String> =
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        let file = own.get("HOME").map(|home| Path::new(home).join(".npmrc"));
        // no such file is the normal case
        let npmrc = file.and_then(|f| std::fs::read_to_string(f).ok()).unwrap_or_default();
        Self::new(own, &npmrc)
    }

    /// From values, for tests.
    pub fn new(own: impl IntoIterator<Item = (String, String)>, npmrc: &str) -> Self {
        let setting = |line: &str| {
            let (key, value) = line.split_once('=')?;
            let (key, value) = (key.trim(), value.trim().trim_matches('"'));
            let scoped = key.starts_with('@') && key.ends_with(":registry");
            ((scoped || NPMRC.contains(&key)) && !value.contains("${"))
                // the name of a scope is no word of npm's
                .then(|| (if scoped { key.to_owned() } else { key.replace('-', "_") }, value.to_owned()))
                .map(|(key, value)| (format!("npm_config_{key}"), value))
        };
        Self {
            own: own.into_iter().collect(),
            npmrc: npmrc.lines().filter_map(setting).collect(),
            shelf: Shelf::default(),
        }
    }

    /// A variable of the auditor.
    pub fn get(&self, name: &str) -> Option<&str> {
        // Windows has `Path`, and does not tell the two apart
        let same = |n: &str| cfg!(windows) && n.eq_ignore_ascii_case(name);
        let found = self.own.get(name).or_else(|| self.own.iter().find(|(n, _)| same(n)).map(|(_, v)| v));
        found.map(String::as_str)
    }

    /// `PATH` without relative entries, which would mean another file in every directory.
    pub fn path(&self) -> String {
        let path = self.get("PATH").unwrap_or(if cfg!(windows) { "" } else { "/usr/local/bin:/usr/bin:/bin" });
        search::directories(path, cfg!(windows)).join(if cfg!(windows) { ";" } else { ":" })
    }

    /// A program of that name on `PATH`.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.find_outside(name, Path::new(""))
    }

    /// The same, leaving one directory of `PATH` out.
    pub fn find_outside(&self, name: &str, leave_out: &Path) -> Option<PathBuf> {
        if name.is_empty() || search::is_path(name, cfg!(windows)) {
            return None;
        }
        let path = self.path();
        let all = search::directories(&path, cfg!(windows));
        let dirs: Vec<&Path> = all.into_iter().map(Path::new).filter(|dir| *dir != leave_out).collect();
        search::find(name, &dirs, cfg!(windows), executable)
    }

    /// How package runners reach a registry: settings, never credentials.
    pub fn registry(&self) -> BTreeMap<String, String> {
        let of_file = self.npmrc.iter().map(|(name, value)| (name.clone(), without_credentials(value)));
        let own =
            REGISTRY.iter().chain(&INDEXES).filter_map(|n| Some(((*n).to_owned(), without_credentials(self.get(n)?))));
        of_file.chain(own).collect()
    }

    /// Everything a server sees. `home` and `tmp` are private.
    pub fn environment(&self, program: &Program, home: &Path, tmp: &Path) -> BTreeMap<String, String> {
        let path = self.path();
        let mut env = BTreeMap::new();
        for name in TOOLS {
            if let Some(value) = self.get(name) {
                env.insert(name.to_owned(), value.to_owned());
            }
        }
        let pyenv = path.split(':').find_map(|p| p.strip_suffix("/shims").filter(|root| root.ends_with("/.pyenv")));
        if let Some(root) = pyenv {
            env.entry("PYENV_ROOT".to_owned()).or_insert_with(|| root.to_owned());
        }
        if program.fetches() {
            env.extend(self.registry());
        }
        for (name, value) in &program.env {
            let passed = program.pass_env.iter().any(|p| p == name);
            env.insert(name.clone(), self.declared(name, value.expose(), passed));
        }
        for name in &program.pass_env {
            if let (false, Some(value)) = (env.contains_key(name), self.get(name)) {
                env.insert(name.clone(), value.to_owned());
            }
        }
        env.extend(program.extra_env.iter().cloned());
        // last, so that nothing declared can redirect them
        env.insert("PATH".to_owned(), path);
        env.insert("HOME".to_owned(), home.to_string_lossy().into_owned());
        env.insert("TMPDIR".to_owned(), tmp.to_string_lossy().into_owned());
        env.insert("LANG".to_owned(), "C.UTF-8".to_owned());
        env.insert("TZ".to_owned(), "UTC".to_owned());
        env.retain(|name, value| !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0'));
        env
    }

    /// What the server sees of a declared variable.
    pub fn declared(&self, name: &str, value: &str, passed: bool) -> String {
        if !passed && (value.contains("${") || looks_secret(name, value)) {
            return PLACEHOLDER.to_owned();
        }
        if passed { self.resolve(value).unwrap_or_else(|| PLACEHOLDER.to_owned()) } else { value.to_owned() }
    }

    /// Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}`; `None` when a name has no value.
    pub fn resolve(&self, value: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = value;
        while let Some(at) = rest.find("${") {
            out.push_str(&rest[..at]);
            let end = at + rest[at..].find('}')?;
            let inner = rest[at + 2..end].trim();
            let (name, default) = match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inner.strip_prefix("env:").unwrap_or(inner), None),
            };
            out.push_str(self.get(name).or(default)?);
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        Some(out)
    }
}

/// Whether a declared variable is taken for a secret: by the words in its name, or by the shape of its value. Taking too
/// much for a secret costs a `--pass-env`; taking too little hands a token to code nobody approved.
fn looks_secret(name: &str, value: &str) -> bool {
    const WORDS: [&str; 16] = [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PWD",
        "PASS",
        "KEY",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
        "AUTH",
        "AUTHORIZATION",
        "COOKIE",
        "DSN",
        "PAT",
    ];
    let upper = name.to_ascii_uppercase();
    let word = |w: &str| WORDS.contains(&w) || ["TOKEN", "SECRET", "PASSWORD", "APIKEY"].iter().any(|s| w.ends_with(s));
    if upper.split(|c: char| !c.is_ascii_alphanumeric()).any(word) {
        return true;
    }
    if url::Url::parse(value).is_ok_and(|u| u.password().is_some() || !u.username().is_empty()) {
        return true;
    }
    const PREFIXES: [&str; 12] =
        ["sk-", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xox", "AKIA", "ASIA", "AIza", "eyJ", "Bearer "];
    let dense = |v: &str| {
        v.len() >= 20
            && v.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.".contains(&b))
            && !v.starts_with(['/', '.'])
            && v.bytes().any(|b| b.is_ascii_digit())
            && v.bytes().any(|b| b.is_ascii_alphabetic())
    };
    PREFIXES.iter().any(|p| value.starts_with(p)) || dense(value)
}

/// A URL without user name and password; other values as they are.
fn without_credentials(value: &str) -> String {
    match url::Url::parse(value) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            // these fail only for URLs without a host, which have no credentials
            let _no_host = url.set_username("").is_err() || url.set_password(None).is_err();
            url.to_string()
        }
        _ => value.to_owned(),
    }
}

//! Environment variables that load other code, switch checks off, or send packages and models elsewhere: of the entry, and
//! those that its command line sets.

use super::Judge;
use super::loader::{Loads, is_unchecked_setting, loads};
use super::paths::{PROJECT, is_odd, is_temporary};
use crate::sandbox::INDEXES;
use crate::target::ConfigScope;
use crate::target::config_file::models;
use crate::terms::Confidence;
use crate::untrusted::{Message, Untrusted};

/// A variable that a launch sets.
pub(super) struct Variable<'a> {
    pub(super) name: &'a Untrusted,
    pub(super) value: &'a str,
    /// In a container.
    pub(super) inside: bool,
    /// What it is set for fetches packages.
    pub(super) fetches: bool,
    /// It stands in the settings of the client, which apply there.
    pub(super) settings: Option<ConfigScope>,
}

/// Names that switch a check of certificates on, alone or at the end of a longer one.
const CHECKS: [&str; 9] = [
    "SSL_VERIFY",
    "VERIFY_SSL",
    "TLS_VERIFY",
    "VERIFY_TLS",
    "VERIFY_CERTS",
    "VERIFY_CERTIFICATES",
    "STRICT_SSL",
    "SSL_VERIFICATION",
    "REJECT_UNAUTHORIZED",
];
/// Names that switch one off.
const SKIPS: [&str; 6] = [
    "SSL_NO_VERIFY",
    "SKIP_TLS_VERIFY",
    "TLS_SKIP_VERIFY",
    "INSECURE_SKIP_VERIFY",
    "UV_INSECURE_HOST",
    "PIP_TRUSTED_HOST",
];

/// Proxies of package runners.
const RUNNERS_PROXIES: [&str; 3] = ["NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY", "UV_HTTP_PROXY"];
/// Proxies of every program.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Files of those who are trusted to vouch for others.
const TRUSTED: [&str; 7] = [
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "NPM_CONFIG_CAFILE",
];
/// Files that say where packages come from.
const INDEX_FILES: [&str; 6] = [
    "NPM_CONFIG_USERCONFIG",
    "NPM_CONFIG_GLOBALCONFIG",
    "PIP_CONFIG_FILE",
    "UV_CONFIG_FILE",
    "YARN_RC_FILENAME",
    "NUGET_CONFIG_FILE",
];

/// Places from which tools fetch runtimes, compilers and browsers. With `*`, any name with that beginning and end.
const MIRRORS: [&str; 30] = [
    "BUN_CONFIG_REGISTRY",
    "CARGO_REGISTRIES_*_INDEX",
    "COREPACK_NPM_REGISTRY",
    "ELECTRON_MIRROR",
    "FNM_NODE_DIST_MIRROR",
    "JBANG_DOWNLOAD_SOURCES",
    "JBANG_REPO",
    "JSR_URL",
    "NODEJS_ORG_MIRROR",
    "NPM_CONFIG_*_BINARY_HOST",
    "NPM_CONFIG_*_BINARY_HOST_MIRROR",
    "NPM_CONFIG_*_MIRROR",
    "NPM_CONFIG_DISTURL",
    "NUGET_SOURCE",
    "NVM_NODEJS_ORG_MIRROR",
    "N_NODE_MIRROR",
    "PLAYWRIGHT_*_DOWNLOAD_HOST",
    "PLAYWRIGHT_DOWNLOAD_HOST",
    "PUPPETEER_*_BASE_URL",
    "PUPPETEER_DOWNLOAD_BASE_URL",
    "PUPPETEER_DOWNLOAD_HOST",
    "PYTHON_BUILD_MIRROR_URL",
    "RUSTUP_DIST_SERVER",
    "RUSTUP_UPDATE_ROOT",
    "UV_INSTALLER_GHE_BASE_URL",
    "UV_INSTALLER_GITHUB_BASE_URL",
    "UV_PYPY_INSTALL_MIRROR",
    "UV_PYTHON_INSTALL_MIRROR",
    "YARN_NPM_REGISTRY_SERVER",
    "YARN_NPM_PUBLISH_REGISTRY",
];
/// Where those are by themselves.
const OWN_MIRRORS: [&str; 8] = [
    "https://nodejs.org/",
    "https://cdn.playwright.dev",
    "https://playwright.azureedge.net",
    "https://static.rust-lang.org",
    "https://storage.googleapis.com/chrome-for-testing-public",
    "https://github.com/astral-sh/",
    "https://github.com/electron/electron/",
    "https://jsr.io",
];

/// Folders in which package runners look for their settings.
const HOMES: [&str; 4] = ["HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA"];

/// Options of a Java machine for every program.
const JAVA: [&str; 3] = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];

fn is_mirror(upper: &str) -> bool {
    MIRRORS.iter().any(|m| match m.split_once('*') {
        Some((begin, end)) => upper.len() > begin.len() + end.len() && upper.starts_with(begin) && upper.ends_with(end),
        None => upper == *m,
    })
}

/// The value of a property of Java in a line of options.
fn property<'a>(options: &'a str, names: &[&str]) -> Option<&'a str> {
    let mut words = options.split_whitespace().filter_map(|w| w.strip_prefix("-D")?.split_once('='));
    words.rfind(|(name, _)| names.contains(name)).map(|(_, value)| value)
}

/// A path of wherever the client was started, or of the project that is open.
fn is_relative(path: &str) -> bool {
    let path = super::paths::plain(path);
    let anchored = path.starts_with(['/', '~', '$', '%']) || path.get(1..2) == Some(":");
    !path.is_empty() && (!anchored || PROJECT.iter().any(|o| path.starts_with(o)))
}

impl Judge<'_> {
    pub(super) fn environment(&mut self, variable: &Variable<'_>, add: impl FnOnce(&mut Self, &str, Message)) {
        let (n, value) = (variable.name.raw(), variable.value);
        let upper = n.to_ascii_uppercase();
        let ends = |all: &[&str]| {
            all.iter().any(|c| upper.strip_suffix(c).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
        };
        let on = !["", "0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str());
        let unchecked =
            (ends(&CHECKS) || upper == "PYTHONHTTPSVERIFY") && !on && !value.is_empty() || (ends(&SKIPS) && on);
        let index = INDEXES.contains(&upper.as_str()) && value.split([' ', ',']).any(|v| self.other_index(v))
            || upper == "GOPROXY" && value.split([',', '|']).any(|v| self.other_index(v))
            || upper.starts_with("NPM_CONFIG_@") && self.other_index(value)
            || is_mirror(&upper)
                && !OWN_MIRRORS.iter().any(|own| value.starts_with(own))
                && value.split([' ', ',']).any(|v| self.other_index(v))
            || INDEX_FILES.contains(&upper.as_str()) && !variable.inside && (is_odd(value) || is_relative(value))
            || HOMES.contains(&upper.as_str()) && variable.fetches && !variable.inside && is_relative(value);
        let java = JAVA.contains(&upper.as_str());
        let java_proxy = property(value, &["http.proxyHost", "https.proxyHost", "socksProxyHost"]).filter(|_| java);
        let java_store = property(value, &["javax.net.ssl.trustStore"]).filter(|_| java);
        let other_store = |path: &str| is_temporary(path) || is_relative(path);
        let proxies = PROXIES.contains(&upper.as_str()) || java_proxy.is_some();
        let value_of_proxy = with_scheme(java_proxy.unwrap_or(value));
        let proxy = (proxies || RUNNERS_PROXIES.contains(&upper.as_str())) && self.other_index(&value_of_proxy);
        // a company's own proxy is how it reaches the registries; but who answers to such a name, a network decides
        let company = proxies && is_company(&value_of_proxy);
        let weak = proxy && (company || (proxies && !variable.fetches));
        // Git has a setting in two variables
        let setting =
            upper.strip_prefix("GIT_CONFIG_KEY_").and_then(|at| self.value_of(&format!("GIT_CONFIG_VALUE_{at}")));
        let unchecked = unchecked || setting.is_some_and(|v| is_unchecked_setting(value, v));
        let model = models::elsewhere(n, value).is_some_and(|host| !self.published.allows(|a| a.model(&host)));
        let binds = ["HOST", "BIND", "BIND_ADDRESS", "LISTEN_ADDRESS", "LISTEN_ADDR", "LISTEN_HOST", "SERVER_NAME"];
        let everywhere = ["0.0.0.0", "::"].contains(&value) || (value == "*" && binds.contains(&upper.as_str()));
        let debugger = ["--inspect=0.0.0.0", "--inspect-brk=0.0.0.0", "--inspect=[::]", "--inspect-brk=[::]"];
        let loaded = loads(n, value, variable.inside, variable.settings.unwrap_or(self.target.scope));
        let found = if loaded == Some(Loads::Code) {
            ("loader-environment", ", which makes other code load first")
        } else if loaded == Some(Loads::Folder) {
            ("code-search-path", ", so that code is also looked for in folders that it names")
        } else if unchecked {
            ("insecure-transport", ", which switches the check of certificates off")
        } else if upper == "SSLKEYLOGFILE" && !value.is_empty() {
            ("insecure-transport", ", so that the keys of its connections are written to a file")
        } else if (TRUSTED.contains(&upper.as_str()) && !variable.inside && other_store(value))
            || java_store.is_some_and(|path| !variable.inside && other_store(path))
        {
            ("insecure-transport", ", so that whoever writes that file decides which hosts are believed")
        } else if upper == "DOCKER_HOST" && super::container::is_far(value) && !self.sets("DOCKER_TLS_VERIFY") {
            ("insecure-transport", ", so that a container engine on another machine is commanded without encryption")
        } else if super::container::is_elsewhere(&upper, value) {
            ("unusual-remote-host", ", so that containers may run on another machine")
        } else if index {
            ("package-index-override", ", so that its packages come from elsewhere")
        } else if proxy && variable.fetches {
            ("package-index-override", ", so that its packages come through another host")
        } else if proxy {
            ("package-index-override", ", so that what it sends and fetches goes through another host")
        } else if model {
            ("model-api-override", ", so that the model's words and keys go to another host")
        } else if upper.starts_with("DANGEROUSLY_OMIT_AUTH") && on {
            ("unauthenticated-listener", ", so that nobody is asked who they are")
        } else if upper == "NODE_OPTIONS" && !variable.inside && debugger.iter().any(|d| value.contains(d)) {
            ("unauthenticated-listener", ", which opens a debugger to the network")
        } else if upper.contains("DANGEROUSLY") && on {
            ("trust-all-mode", ", which switches a protection off")
        } else if ends(&binds) && everywhere && !variable.inside {
            ("exposed-listener", ", so that it listens on every network of the machine")
        } else {
            return;
        };
        let message = match variable.settings {
            Some(_) => Message::new("a file of the project has the client set "),
            None => self.says(" sets "),
        };
        let message = message.quote(variable.name).text(found.1.to_owned());
        add(self, found.0, message);
        if let Some(hit) = self.out.last_mut().filter(|_| weak) {
            hit.confidence = Some(Confidence::Low);
        }
    }

    /// Whether the entry sets a variable to something.
    fn sets(&self, name: &str) -> bool {
        self.value_of(name).is_some_and(|v| !v.is_empty())
    }

    /// What the entry sets a variable to.
    fn value_of(&self, name: &str) -> Option<&str> {
        let crate::target::Launch::Stdio(s) = &self.target.launch else { return None };
        s.env.iter().find(|(n, _)| n.value.raw().eq_ignore_ascii_case(name)).map(|(_, v)| v.value.expose())
    }
}

/// A proxy may be written without a scheme.
fn with_scheme(address: &str) -> String {
    if address.contains("://") { address.to_owned() } else { format!("http://{address}") }
}

/// Whether a host is one of a network of its own: its name means something only there, and in another network another.
fn is_company(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let private = host.parse::<std::net::Ipv4Addr>().is_ok_and(|a| a.is_private());
    let endings = ["local", "internal", "corp", "lan", "intranet", "intra", "home", "private", "localdomain"];
    private || host.rsplit_once('.').is_some_and(|(_, last)| endings.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_has_names_of_its_own_network() {
        for address in
            ["proxy.corp.local:8080", "http://proxy.corp:3128", "http://10.0.0.1:80", "http://p.acme.internal"]
        {
            assert!(is_company(&with_scheme(address)), "{address}");
        }
        for address in ["http://proxy.acme.test:8080", "http://203.0.113.7:80", "http://local.evil.test", ""] {
            assert!(!is_company(&with_scheme(address)), "{address}");
        }
    }
}

//! `[allow]` of `mcp-assay.toml`: hosts and folders that the project means, so that the rules about them are silent. Like
//! all policy it is the base's in a pull request, and every run says what it allows.

use serde::Deserialize;

use super::ConfigError;
use crate::untrusted::{Message, Untrusted};

/// What is meant although a rule would report it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Allow {
    /// Hosts of package indexes, mirrors and proxies: `package-index-override`.
    pub index_hosts: Vec<String>,
    /// Hosts at which a model is reached: `model-api-override`.
    pub model_hosts: Vec<String>,
    /// Hosts that stand between the client and a vendor: `third-party-gateway`.
    pub gateway_hosts: Vec<String>,
    /// Folders that a server may have as a whole: `broad-filesystem-scope`. Folders of keys stay reported.
    pub folders: Vec<String>,
}

impl Allow {
    /// Whether packages may come from this host.
    pub fn index(&self, host: &str) -> bool {
        among(&self.index_hosts, host)
    }

    /// Whether a model may be reached there.
    pub fn model(&self, host: &str) -> bool {
        among(&self.model_hosts, host)
    }

    /// Whether it may be given keys of others.
    pub fn gateway(&self, host: &str) -> bool {
        among(&self.gateway_hosts, host)
    }

    /// Whether a server may have this folder, as the configuration writes it.
    pub fn folder(&self, path: &str) -> bool {
        let plain = |p: &str| p.replace('\\', "/").trim_end_matches(['/', '*']).to_owned();
        self.folders.iter().any(|f| plain(f) == plain(path))
    }

    /// What is allowed, for the reader of a report; `None` when nothing is.
    pub fn sentence(&self) -> Option<Message> {
        let lists = [
            ("packages from ", &self.index_hosts),
            ("models at ", &self.model_hosts),
            ("keys for ", &self.gateway_hosts),
            ("whole folders ", &self.folders),
        ];
        let mut out = Message::new("mcp-assay.toml allows ");
        let mut any = false;
        for (what, list) in lists.into_iter().filter(|(_, l)| !l.is_empty()) {
            out = out.text(if any { "; " } else { "" }).text(what);
            any = true;
            for (i, entry) in list.iter().take(10).enumerate() {
                out = out.text(if i > 0 { ", " } else { "" }).quote(&Untrusted::from(entry.as_str()));
            }
            if list.len() > 10 {
                out = out.text(format!(" and {} more", list.len() - 10));
            }
        }
        any.then_some(out)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let fail = |what: String| Err(ConfigError { what, span: None });
        let shown = crate::untrusted::visible;
        for (key, hosts) in [
            ("index-hosts", &self.index_hosts),
            ("model-hosts", &self.model_hosts),
            ("gateway-hosts", &self.gateway_hosts),
        ] {
            if let Some(bad) = hosts.iter().find(|h| !is_host(h)) {
                return fail(format!("[allow]: {key}: `{}` is no host name or address", shown(bad)));
            }
        }
        let whole = |f: &str| f.starts_with(['/', '~', '$', '%']) || f.get(1..2) == Some(":");
        if let Some(bad) = self.folders.iter().find(|f| !whole(f)) {
            return fail(format!("[allow]: folders: `{}` is no whole path", shown(bad)));
        }
        Ok(())
    }
}

/// `*.acme.test` is every host below it, and not `acme.test` itself.
fn among(allowed: &[String], host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    allowed.iter().any(|a| match a.strip_prefix("*.") {
        Some(zone) => host.strip_suffix(&zone.to_ascii_lowercase()).is_some_and(|h| h.ends_with('.')),
        None => a.eq_ignore_ascii_case(&host),
    })
}

/// A name or an address, and nothing of a URL around it. A star stands for what is below two labels at least.
fn is_host(text: &str) -> bool {
    let (name, star) = text.strip_prefix("*.").map_or((text, false), |zone| (zone, true));
    let dots = name.contains('.');
    !name.contains('*')
        && (!star || dots)
        && url::Host::parse(name).is_ok_and(|h| h.to_string().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(&format!("[allow]\n{text}\n"), jiff::civil::date(2026, 1, 1))
    }

    #[test]
    fn a_host_is_meant_exactly_and_a_star_only_what_is_below_it() {
        let allow = parse("index-hosts = [\"npm.acme.test\", \"*.mirror.test\"]\nfolders = [\"/srv/\", \"C:\\\\\"]")
            .expect("valid")
            .allow;
        for (host, meant) in [
            ("npm.acme.test", true),
            ("NPM.acme.test.", true),
            ("evil-npm.acme.test", false),
            ("a.npm.acme.test", false),
            ("eu.mirror.test", true),
            ("mirror.test", false),
            ("evilmirror.test", false),
        ] {
            assert_eq!(allow.index(host), meant, "{host}");
        }
        assert!(allow.folder("/srv") && allow.folder("C:\\") && !allow.folder("/srv/data") && !allow.folder("/"));
        assert!(!allow.model("npm.acme.test") && !allow.gateway("npm.acme.test"));
        let said = allow.sentence().expect("something").to_terminal();
        assert!(said.contains("npm.acme.test") && said.contains("/srv/"), "{said}");
        assert_eq!(Allow::default().sentence(), None);
    }

    #[test]
    fn what_is_no_host_and_no_path_is_refused() {
        for bad in [
            "index-hosts = [\"https://npm.acme.test\"]",
            "index-hosts = [\"npm.acme.test:8080\"]",
            "index-hosts = [\"*\"]",
            "index-hosts = [\"*.test\"]",
            "model-hosts = [\"a*.acme.test\"]",
            "gateway-hosts = [\"\"]",
            "folders = [\"srv\"]",
            "hosts = [\"a.test\"]",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

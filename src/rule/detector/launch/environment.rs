//! Environment variables that load other code, switch checks off, or send packages and models elsewhere: of the entry, and
//! those that its command line sets.

use super::Judge;
use super::loader::loads;
use crate::sandbox::INDEXES;
use crate::target::config_file::settings::model_elsewhere;
use crate::untrusted::{Message, Untrusted};

/// A variable that a launch sets.
pub(super) struct Variable<'a> {
    pub(super) name: &'a Untrusted,
    pub(super) value: &'a str,
    /// In a container.
    pub(super) inside: bool,
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

/// Variables of proxies; npm has a registry for each scope beside them.
const PROXIES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY"];

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
            || (PROXIES.contains(&upper.as_str()) || upper.starts_with("NPM_CONFIG_@")) && self.other_index(value);
        let model = model_elsewhere(n, value).is_some_and(|host| !self.published.allows(|a| a.model(&host)));
        let binds = ["HOST", "BIND", "BIND_ADDRESS", "LISTEN_ADDRESS", "LISTEN_ADDR", "LISTEN_HOST", "SERVER_NAME"];
        let everywhere = ["0.0.0.0", "::"].contains(&value) || (value == "*" && binds.contains(&upper.as_str()));
        let debugger = ["--inspect=0.0.0.0", "--inspect-brk=0.0.0.0", "--inspect=[::]", "--inspect-brk=[::]"];
        let found = if loads(n, value, variable.inside) {
            ("loader-environment", ", which makes other code load first")
        } else if unchecked {
            ("insecure-transport", ", which switches the check of certificates off")
        } else if upper == "DOCKER_HOST" && super::container::is_far(value) && !self.sets("DOCKER_TLS_VERIFY") {
            ("insecure-transport", ", so that a container engine on another machine is commanded without encryption")
        } else if index {
            ("package-index-override", ", so that its packages come from elsewhere")
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
        let message = self.says(" sets ").quote(variable.name).text(found.1.to_owned());
        add(self, found.0, message);
    }

    /// Whether the entry sets a variable to something.
    fn sets(&self, name: &str) -> bool {
        let crate::target::Launch::Stdio(s) = &self.target.launch else { return false };
        s.env.iter().any(|(n, v)| n.value.raw() == name && !v.value.expose().is_empty())
    }
}

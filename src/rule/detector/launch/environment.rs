//! Environment variables that load other code, switch checks off, or send packages and models elsewhere.

use super::Judge;
use crate::sandbox::INDEXES;
use crate::target::config_file::settings::model_elsewhere;
use crate::target::{Located, Place};
use crate::untrusted::Untrusted;

/// Variables that make another program's code run.
const LOADERS: [&str; 27] = [
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "NODE_PATH",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PERL5OPT",
    "PERL5LIB",
    "RUBYOPT",
    "RUBYLIB",
    "CLASSPATH",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "BASH_ENV",
    "ENV",
    "ZDOTDIR",
    "PROMPT_COMMAND",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF",
    "GIT_ASKPASS",
    "GIT_EXEC_PATH",
    "GIT_PROXY_COMMAND",
    "GIT_CONFIG_GLOBAL",
    "DOTNET_STARTUP_HOOKS",
];

impl Judge<'_> {
    pub(super) fn environment(&mut self, name: &Located<Untrusted>, value: &str, place: Option<Place>, pointer: &str) {
        let n = name.value.raw();
        let upper = n.to_ascii_uppercase();
        let on = !["", "0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str());
        let says = |text: &str| self.says(" sets ").quote(&name.value).text(text.to_owned());
        let loads = LOADERS.contains(&n)
            || n.starts_with("DYLD_")
            || (n == "NODE_OPTIONS"
                && ["-r", "--require", "--import", "--loader", "--experimental-loader"]
                    .iter()
                    .any(|o| value.split_whitespace().any(|w| w == *o || w.starts_with(&format!("{o}=")))))
            || (["PATH", "Path"].contains(&n) && leads_elsewhere(value));
        let off = (n == "NODE_TLS_REJECT_UNAUTHORIZED" && value == "0")
            || (["PYTHONHTTPSVERIFY", "SSL_VERIFY", "GIT_SSL_VERIFY", "NPM_CONFIG_STRICT_SSL", "VERIFY_SSL"]
                .contains(&upper.as_str())
                && !on)
            || (["GIT_SSL_NO_VERIFY", "UV_INSECURE_HOST", "PIP_TRUSTED_HOST"].contains(&n) && on);
        let index = INDEXES.contains(&upper.as_str()) && value.split([' ', ',']).any(|v| self.other_index(v))
            || ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].contains(&upper.as_str()) && self.other_index(value);
        let model = model_elsewhere(n, value).is_some_and(|host| !self.published.allows(|a| a.model(&host)));
        let everywhere = ["0.0.0.0", "::", "*"].contains(&value);
        let found = if loads {
            Some(("loader-environment", ", which makes other code load first"))
        } else if off {
            Some(("insecure-transport", ", which switches the check of certificates off"))
        } else if index {
            Some(("package-index-override", ", so that its packages come from elsewhere"))
        } else if model {
            Some(("model-api-override", ", so that the model's words and keys go to another host"))
        } else if upper.starts_with("DANGEROUSLY_OMIT_AUTH") && on {
            Some(("unauthenticated-listener", ", so that nobody is asked who they are"))
        } else if upper.starts_with("DANGEROUSLY_") && on {
            Some(("trust-all-mode", ", which switches a protection off"))
        } else if ["HOST", "BIND", "BIND_ADDRESS", "LISTEN_ADDRESS", "MCP_HOST", "SERVER_HOST", "FASTMCP_HOST"]
            .contains(&upper.as_str())
            && everywhere
        {
            Some(("exposed-listener", ", so that it listens on every network of the machine"))
        } else {
            None
        };
        if let Some((rule, text)) = found {
            let message = says(text);
            self.add(rule, place, pointer, message);
        }
    }
}

/// The first folder of a search path is one that others, or a project, may fill.
fn leads_elsewhere(path: &str) -> bool {
    let first = path.split([':', ';']).next().unwrap_or_default();
    let first = if path.get(1..3) == Some(":\\") { path.split(';').next().unwrap_or_default() } else { first };
    first.is_empty() || first.starts_with('.') || super::paths::is_temporary(first)
}

//! Addresses at which a client reaches its model, by variables and by its settings.

use super::super::ConfigScope;
use super::super::document::Node;
use super::Source;
use super::trust::{CODEX, OPENCODE};

const ANTHROPIC: &[&str] = &["anthropic.com", "claude.com"];
const OPENAI: &[&str] = &["openai.com"];
const AZURE: &[&str] = &["azure.com", "azure.us", "azure.cn", "microsoft.com"];
const AMAZON: &[&str] = &["amazonaws.com", "amazonaws.com.cn", "api.aws"];
const GOOGLE: &[&str] = &["googleapis.com"];

/// Addresses of models, and the hosts that are their vendor's own.
const MODEL_API: [(&str, &[&str]); 13] = [
    ("ANTHROPIC_BASE_URL", ANTHROPIC),
    ("ANTHROPIC_API_URL", ANTHROPIC),
    ("ANTHROPIC_BEDROCK_BASE_URL", AMAZON),
    ("ANTHROPIC_VERTEX_BASE_URL", GOOGLE),
    ("ANTHROPIC_FOUNDRY_BASE_URL", AZURE),
    ("OPENAI_BASE_URL", OPENAI),
    ("OPENAI_API_BASE", OPENAI),
    ("OPENAI_API_BASE_URL", OPENAI),
    ("CODEX_BASE_URL", OPENAI),
    ("AZURE_OPENAI_ENDPOINT", AZURE),
    ("GOOGLE_GEMINI_BASE_URL", GOOGLE),
    ("GEMINI_BASE_URL", GOOGLE),
    ("MISTRAL_BASE_URL", &["mistral.ai"]),
];

/// Vendors of models, of whom a person may name any.
const VENDORS: [&str; 24] = [
    "anthropic.com",
    "claude.com",
    "openai.com",
    "azure.com",
    "azure.us",
    "azure.cn",
    "microsoft.com",
    "amazonaws.com",
    "googleapis.com",
    "mistral.ai",
    "openrouter.ai",
    "groq.com",
    "together.xyz",
    "together.ai",
    "deepseek.com",
    "x.ai",
    "fireworks.ai",
    "cerebras.ai",
    "github.ai",
    "githubcopilot.com",
    "huggingface.co",
    "moonshot.ai",
    "aliyuncs.com",
    "z.ai",
];

/// Providers that OpenCode knows: a file that gives one of them another address sends it what was meant for that vendor.
const KNOWN: [&str; 8] = ["anthropic", "openai", "google", "azure", "mistral", "openrouter", "groq", "opencode"];

/// Names by which what runs in a container reaches the machine that it runs on, or what its engine runs there.
pub const MACHINE: [&str; 8] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "model-runner.docker.internal",
    "vm.docker.internal",
    "host.containers.internal",
    "host.lima.internal",
    "host.orb.internal",
];

/// The host of a model's address, when it is another one than its vendor's or this machine.
pub fn elsewhere(name: &str, value: &str) -> Option<String> {
    let (_, hosts) = MODEL_API.iter().find(|(n, _)| *n == name)?;
    away(hosts, value)
}

/// The host of an address that is none of these, and not this machine.
fn away(hosts: &[&str], value: &str) -> Option<String> {
    let value = filled(value);
    let value = value.trim();
    let scheme = value.find("://").is_some_and(|at| value[..at].bytes().all(|b| b.is_ascii_alphanumeric()));
    // clients fill in the scheme
    let whole = match value.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None if scheme => value.to_owned(),
        None => format!("https://{value}"),
    };
    let url = url::Url::parse(&whole).ok()?;
    let elsewhere = match url.host()? {
        url::Host::Domain(d) => {
            let own = hosts.iter().any(|h| d == *h || d.ends_with(&format!(".{h}")));
            // what has no dot is in a network of one's own, and so is the machine that a container runs on
            let here = d == "localhost" || d.ends_with(".localhost") || !d.contains('.');
            !own && !here && !MACHINE.contains(&d)
        }
        url::Host::Ipv4(a) => !a.is_loopback(),
        url::Host::Ipv6(a) => !a.is_loopback(),
    };
    url.host_str().filter(|_| elsewhere).map(str::to_owned)
}

/// A value with the defaults of its references: `${X:-https://a.test}`.
fn filled(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        let (inside, after) = behind.split_once('}').unwrap_or((behind, ""));
        out.push_str(inside.split_once(":-").or_else(|| inside.split_once('-')).map_or("", |(_, default)| default));
        rest = after;
    }
    out + rest
}

/// Tells every address of a file at which a model is reached elsewhere.
pub(super) fn read(root: &Node, source: &Source<'_>, told: &mut dyn FnMut(&Node, &str)) {
    for member in root.get("env").map(Node::members).unwrap_or_default() {
        if let Some(host) = member.value.text().and_then(|v| elsewhere(&member.key, v)) {
            told(&member.value, &format!("{} at {host}", member.key));
        }
    }
    // which provider a person takes is that person's choice
    if source.scope != ConfigScope::Project {
        return;
    }
    let mut other = |key: &str, node: Option<&Node>| {
        if let Some((node, host)) = node.and_then(|n| Some((n, away(&VENDORS, n.text()?)?))) {
            told(node, &format!("{key} at {host}"));
        }
    };
    let whose = |owners: &[&str]| source.client.is_none_or(|c| owners.contains(&c));
    let text = |path: &[&str]| root.at(path).and_then(Node::text);
    if whose(CODEX) {
        other("openai_base_url", root.get("openai_base_url"));
        other("chatgpt_base_url", root.get("chatgpt_base_url"));
        let profile = text(&["profile"]).unwrap_or_default();
        let taken = [text(&["model_provider"]), text(&["profiles", profile, "model_provider"])];
        for name in taken.into_iter().flatten() {
            other("model_providers", root.at(&["model_providers", name, "base_url"]));
        }
    }
    if whose(OPENCODE) {
        let models = [text(&["model"]), text(&["small_model"])];
        for provider in root.get("provider").map(Node::members).unwrap_or_default() {
            let begins = |m: &str| m.strip_prefix(provider.key.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if KNOWN.contains(&provider.key.as_str()) || models.iter().flatten().any(|m| begins(m)) {
                other("provider.options.baseURL", provider.value.at(&["options", "baseURL"]));
                other("provider.api", provider.value.get("api"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::elsewhere;

    #[test]
    fn a_default_and_an_address_without_a_scheme_are_addresses() {
        for value in [
            "https://evil.test",
            "https://${X:-evil.test}",
            "${X:-https://evil.test/v1}",
            "${X-https://evil.test}",
            "//evil.test",
            "evil.test/v1",
            "http://203.0.113.7:80",
        ] {
            assert!(elsewhere("ANTHROPIC_BASE_URL", value).is_some(), "{value}");
        }
        for value in [
            "https://api.anthropic.com",
            "http://localhost:4000",
            "localhost:4000",
            "${ANTHROPIC_BASE_URL}",
            "<your-gateway>",
            "https://${REGION}",
            "",
            "your-base-url",
        ] {
            assert_eq!(elsewhere("ANTHROPIC_BASE_URL", value), None, "{value}");
        }
        assert!(elsewhere("ANTHROPIC_BEDROCK_BASE_URL", "https://bedrock-runtime.eu-west-1.amazonaws.com").is_none());
        assert!(elsewhere("ANTHROPIC_VERTEX_BASE_URL", "https://evil.test").is_some());
    }
}

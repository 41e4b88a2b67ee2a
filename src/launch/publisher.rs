//! Who is asked for a server's code or answers, as far as the launch says: an npm scope, an owner of images or repositories,
//! a package of its own name, a registrable host. Nothing is looked up, and nothing is known of a local program.

use super::identity::LaunchIdentity;
use super::source::{self, Kind};
use crate::target::{Launch, Target};
use crate::untrusted::Untrusted;

/// The publisher of a target; two targets with the same words have the same one.
pub fn of(target: &Target) -> Option<String> {
    match &target.launch {
        Launch::Stdio(s) => {
            let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
            of_words(s.command.value.raw(), &args)
        }
        Launch::Http(h) => of_url(h.url.value.raw()),
        Launch::File(_) => None,
    }
}

/// The publisher of a launch that was approved.
pub fn of_identity(launch: &LaunchIdentity) -> Option<String> {
    match launch {
        LaunchIdentity::Stdio { command, args, .. } => {
            let args: Vec<&str> = args.iter().map(Untrusted::raw).collect();
            of_words(command.raw(), &args)
        }
        LaunchIdentity::Http { url, .. } => of_url(url.raw()),
        LaunchIdentity::File { .. } => None,
    }
}

fn of_words(command: &str, args: &[&str]) -> Option<String> {
    let found = source::of(command, args)?;
    let own = found.publisher().map(|p| p.to_ascii_lowercase());
    Some(match found.kind {
        Kind::Npm => own.map_or_else(|| format!("npm/{}", found.name), |scope| format!("npm/@{scope}")),
        Kind::PyPi => format!("pypi/{}", found.name.to_ascii_lowercase()),
        Kind::Jsr => format!("jsr/{}", own.unwrap_or(found.name)),
        Kind::Go => own.map_or_else(|| format!("go/{}", found.name), |owner| format!("go/{owner}")),
        Kind::NuGet => format!("nuget/{}", found.name.to_ascii_lowercase()),
        Kind::Cargo => format!("cargo/{}", found.name),
        Kind::Gem => format!("gem/{}", found.name),
        Kind::Generic => format!("generic/{}", found.name),
        Kind::Composer => format!("composer/{}", own.unwrap_or(found.name)),
        Kind::Maven => format!("maven/{}", own.unwrap_or(found.name)),
        Kind::Image => own.unwrap_or_else(|| format!("image/{}", found.name)),
        Kind::Git | Kind::Url => own?,
    })
}

fn of_url(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    Some(format!("host/{}", registrable(url.host_str()?)))
}

/// Whether both launches name one publisher.
pub fn same(a: &Target, b: &Target) -> bool {
    of(a).is_some_and(|p| Some(p) == of(b))
}

/// Whether both are one server: the same launch, under whatever name.
pub fn one_server(a: &Target, b: &Target) -> bool {
    if matches!(a.launch, Launch::File(_)) || matches!(b.launch, Launch::File(_)) {
        return false;
    }
    matches!((LaunchIdentity::of(a), LaunchIdentity::of(b)), (Ok(a), Ok(b)) if a == b)
}

/// The part of a host that somebody registers, roughly: two labels, or three below `co.uk` and the like.
pub fn registrable(host: &str) -> String {
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let short = |l: &&str| ["co", "com", "org", "net", "ac", "gov"].contains(l);
    let keep = if labels.len() >= 3 && labels[labels.len() - 1].len() == 2 && short(&labels[labels.len() - 2]) {
        3
    } else {
        2
    };
    labels[labels.len().saturating_sub(keep)..].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file::from_text;

    #[test]
    fn publishers_are_scopes_owners_and_hosts() {
        let text = r#"{"mcpServers": {
          "a": {"command": "npx", "args": ["@acme/x@1.0.0"]}, "b": {"command": "npx", "args": ["@acme/y"]},
          "c": {"command": "uvx", "args": ["x"]}, "d": {"url": "https://mcp.acme.co.uk/x"}, "e": {"url": "https://acme.co.uk"},
          "f": {"command": "node", "args": ["x.js"]}, "g": {"command": "docker", "args": ["run", "ghcr.io/acme/x"]}
        }}"#;
        let targets = from_text(text, "f").expect("valid");
        let names: Vec<String> = targets.iter().map(|t| of(t).unwrap_or_default()).collect();
        assert_eq!(
            names,
            ["npm/@acme", "npm/@acme", "pypi/x", "host/acme.co.uk", "host/acme.co.uk", "", "ghcr.io/acme"]
        );
        assert!(
            same(&targets[0], &targets[1]) && !same(&targets[5], &targets[5]) && one_server(&targets[5], &targets[5])
        );
    }
}

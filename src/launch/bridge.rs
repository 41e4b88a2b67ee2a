//! Bridges: programs that only carry words between a client and a server at an address.

use super::line::{Line, Step};
use crate::target::Stdio;

/// Their names, without scope, owner and version.
const BRIDGES: [&str; 3] = ["mcp-remote", "mcp-proxy", "supergateway"];

/// Whether a word names a bridge: a program, a package or an image.
fn is_bridge(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.split(['@', ':', '=', '[']).next().unwrap_or(name);
    BRIDGES.contains(&name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name))
}

/// The addresses that a launch hands to a bridge, each with its argument; none when it starts no bridge.
pub fn addresses(stdio: &Stdio) -> Vec<(usize, url::Url)> {
    in_line(&Line::of_stdio(stdio))
}

/// The same of a line that is taken apart.
pub fn in_line(line: &Line<'_>) -> Vec<(usize, url::Url)> {
    if !line.steps().flat_map(Step::words).any(|w| is_bridge(&w.text)) {
        return Vec::new();
    }
    let last = line.steps().last().map(Step::words).unwrap_or_default();
    // what stands before it is its runner's
    let from = last.iter().position(|w| is_bridge(&w.text)).map_or(0, |at| at + 1);
    let address = |text: &str| {
        let text = match text.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => value,
            _ => text,
        };
        let starts = ["http://", "https://", "ws://", "wss://"].iter().any(|s| text.starts_with(s));
        starts.then(|| url::Url::parse(text).ok()).flatten()
    };
    last[from..].iter().filter_map(|w| Some((w.argument?, address(&w.text)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Launch;
    use crate::target::argument::command_target;

    #[test]
    fn an_address_is_a_bridges_or_nothing() {
        let of = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let Launch::Stdio(stdio) = command_target(&words).expect("a target").launch else { panic!("{line}") };
            addresses(&stdio).into_iter().map(|(at, url)| format!("{at} {url}")).collect::<Vec<_>>()
        };
        assert_eq!(of("npx -y mcp-remote@1.0.0 http://a.test/mcp"), ["2 http://a.test/mcp"]);
        assert_eq!(of("npx --registry http://b.test mcp-remote http://a.test/mcp").len(), 1);
        assert_eq!(of("cmd /c npx -y supergateway --sse=https://a.test/x"), ["4 https://a.test/x"]);
        assert_eq!(of("docker run -i ghcr.io/acme/mcp-proxy:1 ws://a.test/x"), ["3 ws://a.test/x"]);
        assert_eq!(of("uvx mcp-proxy https://a.test/x --env A http://b.test").len(), 2);
        assert!(of("node server.js http://a.test").is_empty() && of("npx mcp-remote-fake http://a.test").is_empty());
    }
}

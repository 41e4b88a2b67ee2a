//! A target inside a recording: everything that decides findings about it, and no secret. Values of variables and headers
//! are left out but for a few that are switches; an argument or a URL that carries what looks like a secret keeps the whole
//! launch out.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::identity::LaunchIdentity;
use crate::json::Node;
use crate::secret;
use crate::target::{Beside, ConfigScope, File, Http, Launch, Located, Origin, Place, Secret, Stdio, Target};
use crate::terms::TargetId;
use crate::untrusted::Untrusted;

/// Variables whose short values are switches that rules read.
const SWITCHES: [&str; 5] =
    ["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "SSL_VERIFY", "GIT_SSL_VERIFY", "GIT_SSL_NO_VERIFY"];

/// A target as read back.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The target; its launch is a file where it was withheld.
    pub target: Target,
    /// Something was withheld, so that rules about the launch see less than they did.
    pub withheld: bool,
}

/// Writes a target.
pub fn to_json(target: &Target) -> Value {
    let identity = LaunchIdentity::of(target).ok();
    let withheld = identity.as_ref().is_none_or(LaunchIdentity::is_partial);
    let (launch, secrets) = match (&target.launch, &identity) {
        (Launch::Stdio(s), Some(LaunchIdentity::Stdio { args, .. })) => {
            let variable = |(name, value): &(Located<Untrusted>, Located<Secret>)| {
                let shown = SWITCHES.contains(&name.value.raw()) && value.value.expose().len() <= 5;
                let value = Located { value: shown.then(|| value.value.expose()), place: value.place };
                json!({"name": text(name), "value": value.value, "place": place(value.place)})
            };
            let launch = json!({
                "command": text(&s.command),
                "args": s.args.iter().zip(args).map(|(at, arg)| same_place(at, arg)).collect::<Vec<_>>(),
                "env": s.env.iter().map(variable).collect::<Vec<_>>(),
                "cwd": s.cwd.as_ref().map(text),
            });
            (launch, any_secret(&s.env))
        }
        (Launch::Http(h), Some(LaunchIdentity::Http { url, .. })) => {
            let header = |(name, value): &(Located<Untrusted>, Located<Secret>)| json!({"name": text(name), "value": null, "place": place(value.place)});
            let launch = json!({
                "url": same_place(&h.url, url),
                "headers": h.headers.iter().map(header).collect::<Vec<_>>(),
                "sse": h.sse,
            });
            (launch, any_secret(&h.headers))
        }
        // a saved manifest is started by nothing
        _ => (Value::Null, false),
    };
    let known = |located: &Option<Located<Untrusted>>| located.as_ref().filter(|_| identity.is_some()).map(text);
    let (helper, env_file) = (known(&target.beside.helper), known(&target.beside.env_file));
    json!({
        "id": target.id.as_str(),
        "client": target.client,
        "scope": target.scope.word(),
        "origin": target.origin.as_ref().map(|o| json!({"file": secret::masked(&o.file.to_string_lossy()), "place": place(Some(o.place))})),
        "disabled": target.disabled(),
        "disabledBy": target.off.map(ConfigScope::word),
        "autoApproved": target.auto_approved.iter().map(text).collect::<Vec<_>>(),
        "launch": launch,
        "headersHelper": helper,
        "envFile": env_file,
        "withheld": withheld || secrets || !target.beside.env.is_empty(),
    })
}

fn any_secret(values: &[(Located<Untrusted>, Located<Secret>)]) -> bool {
    values.iter().any(|(name, value)| secret::is_secret(Some(name.value.raw()), value.value.expose()))
}

fn text(located: &Located<Untrusted>) -> Value {
    json!({"text": secret::masked(located.value.raw()), "place": place(located.place)})
}

/// What stands for a text, where it stood.
fn same_place(located: &Located<Untrusted>, instead: &Untrusted) -> Value {
    text(&Located { value: instead.clone(), place: located.place })
}

fn place(place: Option<Place>) -> Value {
    place.map_or(Value::Null, |p| json!([p.line, p.column, p.end_line, p.end_column]))
}

/// Reads a target that was recorded under a name; `file` is the recording. `None` when it is not as written.
pub fn from_node(node: &Node, name: &Untrusted, file: File) -> Option<Saved> {
    let client = match node.get("client").and_then(Node::as_str) {
        Some(client) => Some(crate::target::clients::TABLE.iter().find(|row| row.client == client)?.client),
        None => None,
    };
    let origin = match node.get("origin").filter(|o| o.is_object()) {
        Some(o) => Some(Origin { file: PathBuf::from(o.get("file")?.as_str()?), place: read_place(o.get("place"))?? }),
        None => None,
    };
    let launch = match node.get("launch").filter(|l| l.is_object()) {
        None => Launch::File(file),
        Some(l) if l.get("url").is_some() => Launch::Http(Http {
            url: read_text(l.get("url")?)?,
            headers: l.get("headers")?.elements().iter().map(read_value).collect::<Option<_>>()?,
            sse: l.get("sse")?.as_bool()?,
        }),
        Some(l) => Launch::Stdio(Stdio {
            command: read_text(l.get("command")?)?,
            args: l.get("args")?.elements().iter().map(read_text).collect::<Option<_>>()?,
            env: l.get("env")?.elements().iter().map(read_value).collect::<Option<_>>()?,
            cwd: match l.get("cwd").filter(|c| c.is_object()) {
                Some(cwd) => Some(read_text(cwd)?),
                None => None,
            },
        }),
    };
    let scope_of = |word: &str| ConfigScope::ALL.into_iter().find(|s| s.word() == word);
    let scope = scope_of(node.get("scope")?.as_str()?)?;
    // recordings from before it was told by whom: by the file that it stands in
    let by = match node.get("disabledBy").and_then(Node::as_str) {
        Some(by) => scope_of(by)?,
        None => scope,
    };
    let off = node.get("disabled")?.as_bool()?.then_some(by);
    // recordings from before these were kept have none
    let beside = |key: &str| match node.get(key).filter(|n| n.is_object()) {
        Some(n) => read_text(n).map(Some),
        None => Some(None),
    };
    let target = Target {
        id: TargetId::new(node.get("id")?.as_str()?),
        name: name.clone(),
        client,
        scope,
        origin,
        launch,
        beside: Beside { helper: beside("headersHelper")?, env_file: beside("envFile")?, env: Vec::new() },
        off,
        auto_approved: node.get("autoApproved")?.elements().iter().map(read_text).collect::<Option<_>>()?,
        facts: Vec::new(),
        also: Vec::new(),
    };
    Some(Saved { target, withheld: node.get("withheld")?.as_bool()? })
}

fn read_place(node: Option<&Node>) -> Option<Option<Place>> {
    let parts = node?.elements();
    if parts.is_empty() {
        return Some(None);
    }
    let number = |i: usize| u32::try_from(parts.get(i)?.as_u64()?).ok();
    Some(Some(Place { line: number(0)?, column: number(1)?, end_line: number(2)?, end_column: number(3)? }))
}

fn read_text(node: &Node) -> Option<Located<Untrusted>> {
    Some(Located { value: node.get("text")?.as_str()?.into(), place: read_place(node.get("place"))? })
}

fn read_value(node: &Node) -> Option<(Located<Untrusted>, Located<Secret>)> {
    let value = node.get("value").and_then(Node::as_str).unwrap_or_default();
    Some((read_text(node.get("name")?)?, Located { value: Secret::new(value), place: read_place(node.get("place"))? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file;

    fn there_and_back(config: &str) -> (Target, String, Saved) {
        let target = config_file::from_text(config, ".mcp.json").expect("a configuration").remove(0);
        let text = to_json(&target).to_string();
        let node = crate::json::read(text.as_bytes(), &Default::default()).expect("JSON").root;
        let file = File { path: "r.json".into(), index: 0 };
        let saved = from_node(&node, &target.name, file).expect("a target");
        (target, text, saved)
    }

    #[test]
    fn what_decides_findings_comes_back() {
        let (target, _, saved) = there_and_back(
            r#"{"mcpServers":{"a":{"command":"npx","args":["-y","x"],"env":{"NODE_TLS_REJECT_UNAUTHORIZED":"0"},"cwd":"/x"}}}"#,
        );
        assert!(!saved.withheld);
        assert_eq!(format!("{:?}", saved.target), format!("{target:?}"));
        let Launch::Stdio(s) = &saved.target.launch else { panic!("a program") };
        assert_eq!(s.env[0].1.value.expose(), "0");
    }

    #[test]
    fn no_secret_is_written() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        for config in [
            format!(r#"{{"mcpServers":{{"a":{{"command":"x","env":{{"T":"{token}"}}}}}}}}"#),
            format!(r#"{{"mcpServers":{{"a":{{"command":"x","args":["--token","{token}"]}}}}}}"#),
            format!(r#"{{"mcpServers":{{"a":{{"url":"https://u:{token}@x.test/"}}}}}}"#),
            format!(
                r#"{{"mcpServers":{{"a":{{"url":"https://x.test/","headers":{{"Authorization":"Bearer {token}"}}}}}}}}"#
            ),
        ] {
            let (_, text, saved) = there_and_back(&config);
            assert!(!text.contains(&token), "{text}");
            assert!(saved.withheld, "{config}");
        }
        // what may be one
        let random = "A1q8kP3nV7rT2mX9wL4sB6dF1yC5hJ0gR8tE2uA7iK4oM9zD";
        let config = format!(r#"{{"mcpServers":{{"a":{{"command":"x","args":["-y","{random}"]}}}}}}"#);
        let (_, text, saved) = there_and_back(&config);
        assert!(!text.contains(random) && text.contains("-y") && saved.withheld, "{text}");
    }
}

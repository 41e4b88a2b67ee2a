//! The inventory as `CycloneDX` 1.6: local servers are applications, the packages and images they fetch are libraries and
//! containers, remote servers are services. The same configuration gives the same bytes: no serial number, and no time
//! unless one was given with `--now`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{code, overridden};
use crate::launch::identity::LaunchIdentity;
use crate::launch::source::{CodeSource, Kind};
use crate::secret;
use crate::target::clients::Inventory;
use crate::target::{Launch, Target};
use crate::untrusted::{Untrusted, quiet_json};

pub(super) fn text(found: &Inventory, now: Option<jiff::Timestamp>) -> String {
    let (mut components, mut services, mut dependencies) = (Vec::new(), Vec::new(), Vec::new());
    let mut packages: BTreeMap<String, Value> = BTreeMap::new();
    for target in &found.targets {
        let reference = format!("server:{}", target.id.as_str());
        let mut needs = Vec::new();
        match &target.launch {
            Launch::Http(h) => services.push(service(target, &reference, h.url.value.raw())),
            Launch::Stdio(_) | Launch::File(_) => {
                let sources = code(target);
                let whole = sources.is_whole();
                for source in sources.list {
                    let package = package(&source);
                    let name = package["bom-ref"].as_str().unwrap_or_default().to_owned();
                    if !needs.contains(&name) {
                        needs.push(name.clone());
                    }
                    packages.entry(name).or_insert(package);
                }
                let mut properties = properties(target);
                if !whole {
                    properties.push(property("mcp-assay:packages-complete", "false"));
                }
                components.push(json!({
                    "type": "application",
                    "bom-ref": reference,
                    "name": target.name.to_visible(),
                    "properties": properties,
                }));
            }
        }
        dependencies.push(json!({ "ref": reference, "dependsOn": needs }));
    }
    components.extend(packages.into_values());
    let mut metadata = json!({
        "tools": { "components": [{ "type": "application", "name": "mcp-assay", "version": env!("CARGO_PKG_VERSION") }] },
        "properties": [property("mcp-assay:complete", if found.unread().is_empty() { "true" } else { "false" })],
    });
    if let (Some(now), Some(object)) = (now, metadata.as_object_mut()) {
        object.insert("timestamp".to_owned(), json!(now.to_string()));
    }
    let bom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata,
        "components": components,
        "services": services,
        "dependencies": dependencies,
    });
    quiet_json(format!("{bom:#}\n"))
}

fn property(name: &str, value: impl Into<String>) -> Value {
    json!({ "name": name, "value": value.into() })
}

fn properties(target: &Target) -> Vec<Value> {
    let mut out = vec![
        property("mcp-assay:client", target.client.unwrap_or("none")),
        property("mcp-assay:scope", target.scope.word()),
        property("mcp-assay:disabled", target.disabled().to_string()),
    ];
    if let Some(origin) = &target.origin {
        out.push(property("mcp-assay:file", super::path_of(&origin.file).to_visible()));
        out.push(property("mcp-assay:line", origin.place.line.to_string()));
        out.push(property("mcp-assay:column", origin.place.column.to_string()));
    }
    // without an identity there is a secret in it
    if let (Launch::Stdio(_), Ok(_)) = (&target.launch, LaunchIdentity::of(target)) {
        out.push(property("mcp-assay:launch", LaunchIdentity::shown(target).line().to_visible()));
    }
    if overridden(target).is_some() {
        out.push(property("mcp-assay:overridden", "true"));
    }
    out
}

fn service(target: &Target, reference: &str, url: &str) -> Value {
    let mut out = json!({
        "bom-ref": reference,
        "name": target.name.to_visible(),
        "properties": properties(target),
    });
    if LaunchIdentity::of(target).is_ok()
        && let Some(object) = out.as_object_mut()
    {
        // behind the path stands whatever its owner put there, and a bill of materials is given away
        let shown = secret::shown(url.split(['?', '#']).next().unwrap_or_default());
        let shown = Untrusted::from(shown).to_visible();
        if is_iri(&shown) {
            object.insert("endpoints".to_owned(), json!([shown]));
        } else if let Some(list) = object.get_mut("properties").and_then(Value::as_array_mut) {
            // `${input:host}` and the like are no address yet, and a reader of the format would refuse the whole
            list.push(property("mcp-assay:url", shown));
        }
    }
    out
}

/// Whether a text may stand where the format wants an address (RFC 3987): no blanks, no braces, whole escapes.
fn is_iri(text: &str) -> bool {
    let banned = |c: char| c.is_control() || c.is_whitespace() || "<>\"{}|\\^`[]".contains(c);
    let whole =
        |(at, _): (usize, &str)| text.get(at + 1..at + 3).is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
    let loopback = text.replacen("://[::1]", "://localhost", 1);
    url::Url::parse(text).is_ok() && !loopback.contains(banned) && text.match_indices('%').all(whole)
}

fn package(source: &CodeSource) -> Value {
    let shown = |t: &str| Untrusted::from(t).to_visible();
    let kind = if source.kind == Kind::Image { "container" } else { "library" };
    let version = source.version.as_deref().unwrap_or("unpinned");
    let exact = shown(source.digest.as_deref().unwrap_or(version));
    let mut out = json!({
        "type": kind,
        "bom-ref": format!("package:{}/{}@{exact}", source.kind.word(), shown(&source.name)),
        "name": shown(&source.name),
        "properties": [property("mcp-assay:pinned", source.pinned.to_string())],
    });
    let Some(object) = out.as_object_mut() else { return out };
    if let Some(version) = &source.version {
        object.insert("version".to_owned(), json!(shown(version)));
    }
    if let Some(purl) = source.purl() {
        object.insert("purl".to_owned(), json!(shown(&purl)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::is_iri;

    #[test]
    fn placeholders_and_broken_escapes_are_no_addresses() {
        for good in [
            "https://mcp.acme.test/mcp",
            "http://[::1]:8080/sse",
            "https://a.test/%7Ex?b=c&d=%20",
            "https://\u{e4}.test/",
        ] {
            assert!(is_iri(good), "{good}");
        }
        for bad in [
            "https://${HOST}/mcp",
            "https://a.test/a b",
            "https://a.test/<x>",
            "https://a.test/50%",
            "https://a.test/%zz",
            "https://a.test/[x]",
            "not a url",
        ] {
            assert!(!is_iri(bad), "{bad}");
        }
    }
}

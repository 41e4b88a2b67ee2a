//! Addresses that a host or a person opens because the server names them, and secrets that stand in published words.
//! Family `protocol`.

use crate::capture::is_public;
use crate::finding::Evidence;
use crate::json::{Node, Pointer};
use crate::manifest::Item;
use crate::rule::Hit;
use crate::rule::strings::{Judged, Reader, Text};
use crate::secret;
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Bytes of one text that are looked at for secrets.
const TEXT: usize = 256 << 10;

/// Runs over every item and its strings.
#[derive(Default)]
pub struct Links {
    out: Vec<Hit>,
    /// A secret of this item was found.
    known: bool,
}

impl<'i> Reader<'i> for Links {
    fn item(&mut self, server: usize, item: &'i Item) {
        self.known = false;
        for (pointer, url) in opened(item) {
            self.out.extend(unsafe_url(url).map(|what| address(server, item, pointer, url, what)));
        }
    }

    fn text(&mut self, server: usize, Text { item, trail, text, judged, .. }: Text<'_, 'i>) {
        if judged == Judged::No && !self.known && text.len() <= TEXT && secret::holds_token(text) {
            self.known = true;
            self.out.push(published(server, item, trail.pointer()));
        }
    }

    fn hits(self: Box<Self>) -> Vec<Hit> {
        self.out
    }
}

/// Members whose URL is opened, or loaded to be shown.
fn opened(item: &Item) -> Vec<(Pointer, &str)> {
    let mut out = Vec::new();
    let root = Pointer::root();
    let site = item.text("websiteUrl").filter(|_| item.key.kind == ItemKind::Server);
    out.extend(site.map(|url| (root.child("websiteUrl"), url)));
    for (i, icon) in item.node.get("icons").map(Node::elements).unwrap_or_default().iter().enumerate() {
        let source = icon.get("src").and_then(Node::as_str);
        out.extend(source.map(|url| (root.child("icons").child(&i.to_string()).child("src"), url)));
    }
    // schemes of its own are what a resource is for; only what a browser would open is judged
    let web =
        item.text("uri").filter(|uri| ["http", "javascript", "data", "vbscript"].iter().any(|s| has_scheme(uri, s)));
    out.extend(web.filter(|_| item.key.kind == ItemKind::Resource).map(|uri| (root.child("uri"), uri)));
    out
}

fn has_scheme(uri: &str, scheme: &str) -> bool {
    uri.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme))
}

/// Why a URL is not one that a publisher would name.
fn unsafe_url(text: &str) -> Option<&'static str> {
    if text.contains(['`', '"', '\'', '<', '>', '|', '\\', '\n', '\r', '\t', ' ']) || text.contains("$(") {
        return Some("holds characters that a shell or a page would take as code");
    }
    let Ok(url) = url::Url::parse(text) else { return None };
    match url.scheme() {
        "https" | "http" | "ws" | "wss" => {}
        "data" if has_scheme(text, "data:image/") && !has_scheme(text, "data:image/svg") => return None,
        "data" => return Some("carries a document of its own that may run"),
        "javascript" | "vbscript" => return Some("is code"),
        "file" => return Some("is a file of the machine that opens it"),
        _ => return None,
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("holds a user name, which hides the host it leads to");
    }
    let address = match url.host()? {
        url::Host::Ipv4(a) => std::net::IpAddr::V4(a),
        url::Host::Ipv6(a) => std::net::IpAddr::V6(a),
        // a name that is shown otherwise than it is resolved
        url::Host::Domain(_) => {
            return written_host(text).split('.').any(mixed).then_some("has a host that looks like another one");
        }
    };
    if address.is_loopback() {
        return None;
    }
    Some(if is_public(address) { "leads to a bare address" } else { "leads into a private network" })
}

/// The host as people see it; the parsed one is in ASCII.
fn written_host(text: &str) -> &str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// A label of Latin letters and of letters that look like them.
fn mixed(label: &str) -> bool {
    let like = |c: char| ('\u{370}'..='\u{52f}').contains(&c);
    label.chars().any(like) && label.chars().any(|c| c.is_ascii_alphabetic())
}

fn address(server: usize, item: &Item, pointer: Pointer, url: &str, what: &str) -> Hit {
    let url = Untrusted::from(url);
    let message = Message::new(format!("an address of {} ", item.key.kind.word())).quote(&item.key.name);
    Hit {
        item: Some(item.key.clone()),
        message: message.text(format!(" {what}")),
        evidence: vec![Evidence::whole(&pointer, url, what)],
        pointer,
        ..Hit::new("unsafe-url", server)
    }
}

/// A token in words that everybody can read. The text is not evidence: it would carry the secret into every report.
fn published(server: usize, item: &Item, pointer: Pointer) -> Hit {
    let message = Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name);
    Hit {
        item: Some(item.key.clone()),
        message: message.text(" publishes what looks like a secret; it is not shown here"),
        evidence: vec![Evidence::whole(&pointer, "(not shown)", "looks like a token of a known issuer")],
        pointer,
        ..Hit::new("secret-in-text", server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_publishers_are_fine_and_others_are_named() {
        for good in [
            "https://vendor.test/a?b=1&c=%20",
            "http://localhost:3000/",
            "data:image/png;base64,iVBO",
            "ui://page",
            "https://m\u{fc}nchen.test/",
        ] {
            assert_eq!(unsafe_url(good), None, "{good}");
        }
        let bad = [
            ("javascript:alert(1)", "code"),
            ("data:text/html,<b>", "as code"),
            ("data:text/html;base64,AAAA", "document"),
            ("data:image/svg+xml;base64,AAAA", "document"),
            ("file:///etc/passwd", "file"),
            ("https://vendor.test@evil.test/", "user name"),
            ("https://192.168.1.1/", "private"),
            ("http://169.254.169.254/latest", "private"),
            ("https://8.8.8.8/", "bare"),
            ("https://a.test/$(id)", "shell"),
            ("https://p\u{430}ypal.test/", "looks like"),
        ];
        for (url, why) in bad {
            assert!(unsafe_url(url).is_some_and(|w| w.contains(why)), "{url}: {:?}", unsafe_url(url));
        }
    }
}

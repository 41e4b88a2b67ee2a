//! A server whose name is a well-known one in other letters, judged alone: the other server need not be installed. Names of two
//! servers of one client are compared in `fleet`.

use super::{Likeness, entry, likeness, look};
use crate::json::Node;
use crate::package::known::VENDORS_NEIGHBOURS;
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::Message;

/// Names people look for. Short ones are compared by look only, see [`likeness`].
const KNOWN: [&str; 44] = [
    "github",
    "gitlab",
    "bitbucket",
    "slack",
    "notion",
    "stripe",
    "paypal",
    "shopify",
    "playwright",
    "puppeteer",
    "atlassian",
    "confluence",
    "cloudflare",
    "supabase",
    "hubspot",
    "salesforce",
    "microsoft",
    "anthropic",
    "openai",
    "mongodb",
    "elasticsearch",
    "grafana",
    "netlify",
    "vercel",
    "zapier",
    "postgres",
    "terraform",
    "kubernetes",
    "whatsapp",
    "telegram",
    "airtable",
    "figma",
    "context7",
    "filesystem",
    "firecrawl",
    "tavily",
    "perplexity",
    "browserbase",
    "outlook",
    "dropbox",
    "mailchimp",
    "coinbase",
    "binance",
    "official",
];

pub(super) fn detect(server: usize, fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let subject = &fleet[server];
    let info = subject.manifest.of_kind(ItemKind::Server).find(|i| i.key.name.raw() == "info");
    let said = info.and_then(|i| i.node.get("name")).and_then(Node::as_str).unwrap_or_default();
    for name in [subject.target.name.raw(), said] {
        let name = crate::text::capped(name, 200);
        let words = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !VENDORS_NEIGHBOURS.contains(&w.to_lowercase().as_str()));
        // a name that is also written right is the vendor's, spelled twice
        let right: Vec<String> = words.clone().map(str::to_lowercase).collect();
        let hit = words.filter(|w| !KNOWN.contains(&w.to_lowercase().as_str())).find_map(|word| {
            let looks = |k: &&'static str| Some((*k, confusable(k, word)?));
            let (known, near) = KNOWN.iter().filter(|k| !right.iter().any(|r| r == *k)).find_map(looks)?;
            // beside the one that is meant, two names are compared
            let beside = fleet.iter().any(|s| s.target.name.raw().to_lowercase().contains(known));
            (!beside).then_some((word, known, near))
        });
        if let Some((word, known, near)) = hit {
            let message = Message::new("the name of server ")
                .quote(&name.into())
                .text(" is one that is well known, in other letters: ")
                .quote(&word.into())
                .text(format!(" for {known}"));
            let hit = entry("confusable-name", server, subject.target, "/name", message);
            let certain = near != Likeness::Longer;
            out.push(if certain { hit } else { Hit { confidence: Some(Confidence::Low), ..hit } });
            return;
        }
    }
}

/// Whether a word is a known name in other letters.
fn confusable(known: &str, word: &str) -> Option<Likeness> {
    likeness(&look(known), &look(word))
}

/// Whether one of two names is a well-known one, or has one in it that the other has not: then the other is taken for it.
pub(super) fn is_imitated(a: &str, b: &str) -> bool {
    KNOWN.iter().any(|k| a == *k || b == *k || a.contains(k) != b.contains(k))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_known_name_is_another_ones_look_alike() {
        for a in KNOWN {
            for b in KNOWN.iter().filter(|b| **b != a) {
                assert!(confusable(a, b).is_none(), "{a} {b}");
            }
        }
        let needless = |w: &&&str| !w.ends_with('s') && !KNOWN.iter().any(|k| confusable(k, w).is_some());
        let none: Vec<&&str> = VENDORS_NEIGHBOURS.iter().filter(needless).collect();
        assert!(none.is_empty(), "words that look like nothing: {none:?}");
        assert_eq!(confusable("github", "g1thub"), Some(Likeness::Near));
        assert_eq!(confusable("playwright", "playwrlght"), Some(Likeness::Near));
        assert_eq!(confusable("context7", "context7r"), Some(Likeness::Longer));
    }
}

//! A vendor's name, mark or the word "official" on a server that is launched from somewhere else. Only launches whose
//! publisher is known are judged; naming a vendor's product is no claim, and a server that is called by the vendor's plain name
//! in a configuration is only told, quietly: people call community servers so.

use super::entry;
use crate::json::{Node, Pointer};
use crate::launch::{bridge, publisher};
use crate::package::{Reference, known};
use crate::rule::{Hit, Subject};
use crate::target::{Launch, Target};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Vendor, registrable hosts, owners of npm scopes, images and repositories. Written in September 2026 from the vendors' own
/// pages.
const VENDORS: [(&str, &[&str], &[&str]); 28] = [
    ("github", &["github.com", "githubcopilot.com"], &["github"]),
    ("gitlab", &["gitlab.com"], &["gitlab", "gitlab-org"]),
    ("slack", &["slack.com"], &["slack", "slackapi"]),
    ("notion", &["notion.com", "notion.so"], &["notionhq", "makenotion"]),
    ("stripe", &["stripe.com"], &["stripe"]),
    ("atlassian", &["atlassian.com", "atlassian.net"], &["atlassian"]),
    ("linear", &["linear.app"], &["linear"]),
    ("figma", &["figma.com"], &["figma"]),
    ("cloudflare", &["cloudflare.com"], &["cloudflare"]),
    ("sentry", &["sentry.io", "sentry.dev"], &["sentry", "getsentry"]),
    ("supabase", &["supabase.com", "supabase.co"], &["supabase", "supabase-community"]),
    ("paypal", &["paypal.com"], &["paypal"]),
    ("shopify", &["shopify.com", "shopify.dev"], &["shopify"]),
    ("hubspot", &["hubspot.com"], &["hubspot"]),
    ("salesforce", &["salesforce.com"], &["salesforce"]),
    ("microsoft", &["microsoft.com", "azure.com"], &["microsoft", "azure", "playwright"]),
    ("google", &["google.com", "googleapis.com"], &["google", "googleapis", "google-cloud"]),
    ("amazon", &["amazon.com", "amazonaws.com", "aws.amazon.com"], &["aws", "awslabs", "amazon"]),
    ("openai", &["openai.com"], &["openai"]),
    ("anthropic", &["anthropic.com", "claude.com"], &["anthropic-ai", "anthropics", "modelcontextprotocol"]),
    ("mongodb", &["mongodb.com"], &["mongodb", "mongodb-js", "mongodb-developer"]),
    ("elastic", &["elastic.co"], &["elastic"]),
    ("grafana", &["grafana.com"], &["grafana"]),
    ("vercel", &["vercel.com"], &["vercel"]),
    ("netlify", &["netlify.com"], &["netlify"]),
    ("zapier", &["zapier.com"], &["zapier"]),
    ("postman", &["postman.com"], &["postman", "postmanlabs"]),
    ("terraform", &["hashicorp.com"], &["hashicorp"]),
];

/// Who keeps reference servers for other vendors' products, and whether only images of that owner are theirs: anybody may
/// have a package of that name.
const REFERENCE: [(&str, bool); 3] = [("modelcontextprotocol", false), ("mcp", true), ("docker", true)];

pub(super) fn detect(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let Some(publisher) = publisher::of(subject.target) else { return };
    plain(server, subject, &publisher, out);
    let Some(info) = subject.manifest.of_kind(ItemKind::Server).find(|i| i.key.name.raw() == "info") else { return };
    let text = |key: &str| info.node.get(key).and_then(Node::as_str).unwrap_or_default();
    for (vendor, hosts, owners) in VENDORS {
        if is_of(&publisher, hosts, owners) {
            continue;
        }
        let claim = ["title", "name", "description"].into_iter().find(|key| claims(text(key), vendor));
        let mark = icons(&info.node).into_iter().find(|(_, src)| is_host(src, hosts));
        let at = match (claim, mark) {
            (Some(key), _) => (Pointer::root().child(key), "calls itself"),
            (None, Some((i, _))) => {
                (Pointer::root().child("icons").child(&i.to_string()).child("src"), "shows the mark of")
            }
            (None, None) => continue,
        };
        let message = Message::new("server ")
            .quote(&subject.target.name)
            .text(format!(" {} {vendor}{}, and is launched from ", at.1, if claim.is_some() { "'s own" } else { "" }))
            .quote(&publisher.as_str().into());
        out.push(Hit {
            item: Some(info.key.clone()),
            pointer: at.0,
            message,
            ..Hit::new("vendor-impersonation", server)
        });
    }
}

/// A vendor's name and nothing else as the name of the entry, for somebody else's code or URL.
fn plain(server: usize, subject: &Subject<'_>, publisher: &str, out: &mut Vec<Hit>) {
    let name = crate::text::capped(subject.target.name.raw(), 200).to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let own: Vec<&str> = words.filter(|w| !matches!(*w, "mcp" | "server")).collect();
    let [name] = own[..] else { return };
    let Some((vendor, hosts, owners)) = VENDORS.iter().find(|(v, ..)| *v == name) else { return };
    // the URL says who answers
    let publisher = bridged(subject.target).unwrap_or_else(|| publisher.to_owned());
    // a server of others that very many people start is no surprise under this name
    let popular =
        Reference::all(subject.target).first().is_some_and(known::is_known) && !publisher.starts_with("host/");
    if popular || is_of(&publisher, hosts, owners) {
        return;
    }
    let message = Message::new("server ")
        .quote(&subject.target.name)
        .text(format!(" is called by the name of {vendor}, and is launched from "))
        .quote(&publisher.as_str().into())
        .text(", which is not known to be theirs");
    out.push(entry("vendor-name-elsewhere", server, subject.target, "/name", message));
}

/// The host of the address that a bridge is given.
fn bridged(target: &Target) -> Option<String> {
    let Launch::Stdio(stdio) = &target.launch else { return None };
    let (_, url) = bridge::addresses(stdio).into_iter().next()?;
    Some(format!("host/{}", publisher::registrable(url.host_str()?)))
}

/// "official" in the languages of the lexicons; those of the second list are not cut into words.
const OFFICIAL: &[&str] = &[
    "official",
    "oficial",
    "officiel",
    "officielle",
    "offizieller",
    "offizielle",
    "offizielles",
    "официальный",
    "официальная",
    "رسمي",
    "الرسمي",
    "आधिकारिक",
];
const OFFICIAL_INSIDE: [(&str, &str); 3] = [("官方", "非官方"), ("公式", "非公式"), ("공식", "비공식")];

/// "official" beside the vendor's name.
fn claims(text: &str, vendor: &str) -> bool {
    let inside = |(yes, no): &(&str, &str)| text.contains(yes) && !text.contains(no);
    if OFFICIAL_INSIDE.iter().any(inside) && text.to_lowercase().contains(vendor) {
        return true;
    }
    let words = crate::rule::capability::words(text);
    let Some(at) = words.iter().position(|w| w == vendor) else { return false };
    let near = |w: &&str| words.iter().position(|x| x == w).is_some_and(|i| i.abs_diff(at) <= 3);
    let denied = ["unofficial", "community", "not", "third", "inspired", "no", "nicht", "non", "não", "неофициальный"];
    let denied = denied.iter().any(|d| words.iter().any(|w| w == d));
    !denied && OFFICIAL.iter().any(near)
}

/// The vendor whose key somebody else is given: named in a header, a parameter or a placeholder, or by the form of the key.
pub(in crate::rule::detector) fn of_key(name: &str, value: &str) -> Option<&'static str> {
    const FORMS: [(&str, &str); 14] = [
        ("ghp_", "github"),
        ("gho_", "github"),
        ("github_pat_", "github"),
        ("glpat-", "gitlab"),
        ("xoxb-", "slack"),
        ("xoxp-", "slack"),
        ("xapp-", "slack"),
        ("ntn_", "notion"),
        ("lin_api_", "linear"),
        ("sk_live_", "stripe"),
        ("rk_live_", "stripe"),
        ("shpat_", "shopify"),
        ("sk-ant-", "anthropic"),
        ("sk-proj-", "openai"),
    ];
    let key = value.split_whitespace().next_back().unwrap_or_default();
    let form = FORMS.iter().find(|(prefix, _)| key.starts_with(prefix)).map(|(_, vendor)| *vendor);
    form.or_else(|| {
        let asks = if crate::secret::is_placeholder(key) { key } else { "" };
        let mut words = crate::rule::capability::words(name);
        words.extend(crate::rule::capability::words(asks));
        let secret = ["token", "key", "secret", "pat", "apikey", "password", "credential", "credentials"];
        let kept = words.iter().any(|w| secret.contains(&w.as_str()));
        VENDORS.iter().map(|(vendor, ..)| *vendor).find(|v| kept && words.iter().any(|w| w == v))
    })
}

/// Whether a host is this vendor's own.
pub(in crate::rule::detector) fn owns(vendor: &str, host: &str) -> bool {
    let host = publisher::registrable(host);
    VENDORS.iter().any(|(v, hosts, _)| *v == vendor && hosts.contains(&host.as_str()))
}

fn icons(info: &Node) -> Vec<(usize, String)> {
    let icons = info.get("icons").map(Node::elements).unwrap_or_default();
    let src = |(i, n): (usize, &Node)| Some((i, n.get("src")?.as_str()?.to_owned()));
    icons.iter().enumerate().filter_map(src).collect()
}

fn is_host(url: &str, hosts: &[&str]) -> bool {
    let host = url::Url::parse(url).ok().and_then(|u| u.host_str().map(publisher::registrable));
    // files of everybody lie on these
    let shared = ["github.com", "githubusercontent.com", "googleapis.com", "amazonaws.com", "gitlab.com"];
    host.is_some_and(|h| hosts.contains(&h.as_str()) && !shared.contains(&h.as_str()))
}

fn is_of(publisher: &str, hosts: &[&str], owners: &[&str]) -> bool {
    if let Some(host) = publisher.strip_prefix("host/") {
        return hosts.contains(&host);
    }
    let package = publisher.starts_with("npm/") || publisher.starts_with("pypi/");
    let keeps = |part: &str| REFERENCE.iter().any(|(owner, image)| part == *owner && !(*image && package));
    let mut parts = publisher.split(['/', '@', ':']).map(str::to_ascii_lowercase);
    parts.any(|p| owners.contains(&p.as_str()) || keeps(&p))
}

//! `[[suppress]]`: a finding that somebody set aside, with reason, owner and expiry, bound to what it was written for.
//! Whether it has an effect is decided by `policy`.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::json::{Node, line_column};
use crate::terms::{Digest, RuleId};
use crate::untrusted::{Message, Untrusted};

/// Days a suppression may last.
const LONGEST: i32 = 366;

/// One `[[suppress]]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Suppression {
    /// The rule.
    pub rule: String,
    /// The server's name.
    pub server: Untrusted,
    /// `tool/add`; `None` for findings about the server itself.
    pub item: Option<Untrusted>,
    /// Digest of the item it was written for; without `item`, of the launch identity.
    pub digest: Digest,
    /// Digests of the other items that belong to the finding, sorted.
    pub related: Vec<Digest>,
    /// A finding's fingerprint, to narrow it further.
    pub finding: Option<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it has an effect.
    pub expires: Date,
    /// A ticket.
    pub issue: Option<String>,
    /// Where its table stands in the file: line and column of its begin and its end, from 1. Not a part of what is signed.
    pub place: [(u32, u32); 2],
}

/// The tables of the file, each with its bytes.
pub(super) fn tables<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<Suppression>, D::Error> {
    let place = |s: Spanned<Suppression>| {
        let at = |n: usize| (0, u32::try_from(n).unwrap_or(u32::MAX));
        let place = [at(s.span().start), at(s.span().end)];
        Suppression { place, ..s.into_inner() }
    };
    Ok(Vec::<Spanned<Suppression>>::deserialize(from)?.into_iter().map(place).collect())
}

/// As written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: String,
    server: String,
    item: Option<String>,
    digest: String,
    #[serde(default)]
    related: Vec<String>,
    finding: Option<String>,
    reason: String,
    owner: String,
    expires: toml::value::Datetime,
    issue: Option<String>,
}

impl TryFrom<Table> for Suppression {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let digest = |text: &String| {
            text.parse::<Digest>()
                .map_err(|()| "`digest` and `related` are written `sha256:` and 64 hex digits".to_owned())
        };
        let mut related = table.related.iter().map(digest).collect::<Result<Vec<_>, _>>()?;
        related.sort_unstable();
        let date = |d: toml::value::Date| {
            Date::new(i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok()
        };
        Ok(Self {
            digest: digest(&table.digest)?,
            expires: table.expires.date.and_then(date).ok_or("`expires` is no date")?,
            rule: table.rule,
            server: table.server.into(),
            item: table.item.map(Untrusted::from),
            related,
            finding: table.finding,
            reason: table.reason,
            owner: table.owner,
            issue: table.issue,
            place: [(1, 1); 2],
        })
    }
}

impl Suppression {
    /// Lines and columns in the place of the bytes that [`tables`] left.
    pub(super) fn locate(&mut self, file: &str) {
        self.place = self.place.map(|(_, byte)| line_column(file.as_bytes(), byte as usize));
    }

    /// Whether both say the same, wherever they stand.
    pub fn says(&self, other: &Self) -> bool {
        Self { place: other.place, ..self.clone() } == *other
    }

    /// What its form cannot say.
    pub(super) fn check(&self, today: Date) -> Result<(), &'static str> {
        if self.reason.trim().chars().count() < 10 {
            return Err("`reason` needs at least ten characters");
        }
        if self.owner.trim().is_empty() || RuleId::new(&self.rule).is_none() {
            return Err("`owner` is empty or `rule` is no rule id");
        }
        if today.until(self.expires).is_ok_and(|span| span.get_days() > LONGEST) {
            return Err("`expires` is more than a year ahead");
        }
        Ok(())
    }

    /// The form whose digest is signed.
    pub(super) fn to_node(&self) -> Node {
        let digests: Vec<String> = self.related.iter().map(Digest::to_string).collect();
        let all = [
            ("rule", Some(self.rule.clone())),
            ("server", Some(self.server.raw().to_owned())),
            ("item", self.item.as_ref().map(|i| i.raw().to_owned())),
            ("digest", Some(self.digest.to_string())),
            ("related", (!digests.is_empty()).then(|| digests.join(" "))),
            ("finding", self.finding.clone()),
            ("reason", Some(self.reason.clone())),
            ("owner", Some(self.owner.clone())),
            ("expires", Some(self.expires.to_string())),
            ("issue", self.issue.clone()),
        ];
        Node::object(all.into_iter().filter_map(|(k, v)| Some((k, Node::text(&v?)))))
    }

    /// One line for people.
    pub fn line(&self) -> Message {
        let own = |text: &String| Untrusted::from(text.as_str());
        let about = Message::new("").quote(&own(&self.rule)).text(" for server ").quote(&self.server);
        let about = match &self.item {
            Some(item) => about.text(", ").quote(item),
            None => about,
        };
        // whoever signs it reads the whole reason
        let about = about.text(format!(", until {}, ", self.expires)).quote(&own(&self.owner)).text(": ");
        about.quote_whole(&own(&self.reason))
    }
}

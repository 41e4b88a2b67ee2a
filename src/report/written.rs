//! A report in JSON v1 between the run that it is of and its text. It has an entry for each server and each finding, of which
//! there may be ten thousand: those are kept as text, for as values they take nine times the room.

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::untrusted::{escaped, quiet_json};

/// Members of a report whose entries are kept as text, in the order of [`Written::lists`].
const LISTS: [&str; 2] = ["targets", "findings"];

/// A report in JSON v1, every text of it visible.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its members in their order. A list that is kept as text is only named here.
    head: Map<String, Value>,
    lists: [Option<Vec<Box<str>>>; 2],
}

impl Written {
    /// From a report as it was saved. What is in it is made visible again.
    pub fn of(mut head: Map<String, Value>) -> Self {
        let mut list = |member: &str| match head.get_mut(member).map(Value::take) {
            Some(Value::Array(entries)) => Some(entries.iter().map(entry).collect()),
            other => {
                // it is not what the format says, and stays what it is
                other.into_iter().for_each(|value| head[member] = value);
                None
            }
        };
        let lists = LISTS.map(&mut list);
        Self { head: visible(&head), lists }
    }

    /// Adds a target.
    pub fn target(&mut self, value: &Value) {
        self.lists[0].get_or_insert_default().push(entry(value));
    }

    /// Adds a finding.
    pub fn finding(&mut self, value: &Value) {
        self.lists[1].get_or_insert_default().push(entry(value));
    }

    fn list(&self, member: &str) -> Option<&[Box<str>]> {
        let at = LISTS.iter().position(|list| *list == member)?;
        self.lists[at].as_deref()
    }

    /// The report as one document.
    ///
    /// # Errors
    /// An entry is no JSON, which is a mistake of ours.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(quiet_json(serde_json::to_string_pretty(self)? + "\n"))
    }

    /// One object per line: `auditor`, `baseline`, `target`, `finding`, `change`, `summary`, `notice`.
    pub fn lines(&self) -> String {
        let mut out = String::new();
        for (member, kind) in [
            ("auditor", "auditor"),
            ("baseline", "baseline"),
            ("targets", "target"),
            ("findings", "finding"),
            ("changes", "change"),
            ("summary", "summary"),
            ("notices", "notice"),
        ] {
            let mut push = |entry: &str| out.push_str(&format!("{{\"type\":\"{kind}\",\"{kind}\":{entry}}}\n"));
            match (self.list(member), self.head.get(member)) {
                (Some(list), _) => list.iter().for_each(|e| push(e)),
                (None, Some(Value::Array(list))) => list.iter().for_each(|e| push(&e.to_string())),
                (None, Some(value)) => push(&value.to_string()),
                (None, None) => {}
            }
        }
        quiet_json(out)
    }
}

fn entry(value: &Value) -> Box<str> {
    harmless(value).to_string().into()
}

/// Every text visible, which changes nothing in a report of ours.
fn harmless(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(escaped(text)),
        Value::Array(list) => Value::Array(list.iter().map(harmless).collect()),
        Value::Object(map) => Value::Object(visible(map)),
        other => other.clone(),
    }
}

fn visible(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(key, value)| (escaped(key), harmless(value))).collect()
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.head.len()))?;
        for (member, value) in &self.head {
            match self.list(member) {
                Some(list) => map.serialize_entry(member, &Entries(list))?,
                None => map.serialize_entry(member, value)?,
            }
        }
        map.end()
    }
}

/// Entries that are values again one at a time.
struct Entries<'e>(&'e [Box<str>]);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|text| Entry(text)))
    }
}

struct Entry<'e>(&'e str);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<Value>(self.0).map_err(S::Error::custom)?.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value) -> Written {
        let Value::Object(members) = value else { panic!("an object") };
        Written::of(members)
    }

    #[test]
    fn entries_added_one_by_one_are_those_of_a_whole_report() {
        let target = json!({ "id": "a", "of": { "deep": ["x\u{202e}y", 1, null] }, "k\u{200b}": "##[error]" });
        let whole = json!({ "version": 1, "targets": [target], "findings": [{ "rule": "r" }], "more": ["\u{1b}[31m"] });
        let mut added = of(json!({ "version": 1, "targets": [], "findings": [], "more": ["\u{1b}[31m"] }));
        added.target(&target);
        added.finding(&json!({ "rule": "r" }));
        let whole = of(whole);
        let text = whole.text().expect("JSON");
        assert_eq!((&text, whole.lines()), (&added.text().expect("JSON"), added.lines()));
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{1b}']) && !text.contains("##["), "{text}");
        let again: Value = serde_json::from_str(&text).expect("JSON");
        let keys: Vec<&str> = again.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["version", "targets", "findings", "more"], "in their order");
        assert_eq!(of(again.clone()).text().expect("JSON"), text, "what is visible stays as it is");
        assert!(text.contains("\n  \"targets\": [\n    {\n      \"id\": \"a\""), "{text}");
        assert_eq!(whole.lines().lines().count(), 2);
        assert_eq!(again["targets"][0]["of"]["deep"][1], 1);
    }

    #[test]
    fn what_is_no_list_stays_what_it_is() {
        for odd in [json!({ "targets": null, "findings": 3 }), json!({ "targets": {}, "x": 1 }), json!({})] {
            let text = of(odd.clone()).text().expect("JSON");
            assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), odd);
        }
        assert_eq!(of(json!({ "targets": [], "findings": [] })).lines(), "");
    }

    #[test]
    fn keys_that_become_the_same_are_one_and_numbers_stay_what_they_are() {
        let twice = json!({ "x\u{200b}": 1, "x\\u{200B}": 2 });
        let number: Value = serde_json::from_str("0.81234567890123451e-7").expect("a number");
        let report = of(json!({ "targets": [twice, number], "summary": twice, "x\u{200b}": 1, "x\\u{200B}": 2 }));
        let text = report.text().expect("JSON");
        assert_eq!(text.matches("x\\\\u{200B}").count(), 3, "{text}");
        let lines = report.lines();
        assert_eq!(lines.matches("x\\\\u{200B}").count(), 2, "{lines}");
        let number = number.to_string();
        assert!(text.contains(&number) && lines.contains(&number), "{number}: {text}{lines}");
    }
}

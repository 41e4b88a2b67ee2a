//! A baseline that cannot be used, as a result (REPORTS §1.3): on line 1 of `baseline.json`, or at the first server in a
//! configuration where there is none. Its rule is no file in `rules/`, because no server says anything about it; it stands
//! behind all others, so that their places in the list stay.

use serde_json::{Value, json};

use super::{Writer, sentence};
use crate::report::page;
use crate::report::saved::Location;
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// The id of the rule.
const RULE: &str = "baseline-unusable";

/// The history of approvals, beside `baseline.json`.
const HISTORY: &str = "approvals.jsonl";

/// The entry of the driver.
pub(super) fn rule() -> Value {
    let why = "A signature, a person, a date or a file of the baseline is not as it has to be, or there is none where one is required. Nothing of what servers say could be compared with what people approved.";
    let fix = "Run `mcp-assay verify`: it says what is wrong and what to do. Do not approve again before you know who changed the files.";
    let suppress = "It cannot be suppressed: suppressions are part of what a baseline signs.";
    json!({
        "id": RULE,
        "name": "BaselineUnusable",
        "shortDescription": { "text": "The baseline cannot be used." },
        "fullDescription": { "text": why },
        "help": {
            "text": format!("Why: {why}\n\nWhat to do: {fix}\n\nSuppress: {suppress}"),
            "markdown": format!("## The baseline cannot be used\n\n**Why.** {why}\n\n**What to do.** {fix}\n\n**Suppress.** {suppress}"),
        },
        "helpUri": page::HOME,
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": ["security", "baseline", "integrity"], "precision": "high", "security-severity": "8.0" },
    })
}

impl Writer<'_> {
    /// The result, when the baseline fails the run and there is a place for it.
    pub(super) fn baseline(&mut self) -> Option<Value> {
        let baseline = &self.run.baseline;
        if !baseline.fails {
            return None;
        }
        let index = baseline.file.clone().map(first_line);
        let origins = self.run.targets.iter().filter_map(|t| t.origin.as_ref());
        let configured = origins.map(|o| Location {
            line: o.line,
            column: o.column,
            end_line: o.line,
            ..first_line(o.file.clone())
        });
        let (uri, location) =
            index.into_iter().chain(configured).find_map(|l| Some((self.places.uri(l.file.raw())?, l)))?;
        let physical = self.places.physical(&uri, &location);
        let history = baseline.file.as_ref().map(|f| first_line(f.raw().replace("baseline.json", HISTORY).into()));
        let history = history.and_then(|l| Some((self.places.uri(l.file.raw())?, l)));
        let history = history.filter(|(uri, l)| self.places.line_hash(uri, l).is_some());
        let related = history.map(|(uri, l)| {
            let place = self.places.physical(&uri, &l);
            json!([{ "id": 1, "physicalLocation": place, "message": { "text": "The history of approvals." } }])
        });
        let link = if related.is_some() { " See [the history of approvals](1)." } else { "" };
        let (state, message) = (&baseline.state, &baseline.message);
        let text = sentence(&format!("The baseline cannot be used ({}): {}", state.to_sarif(), message.to_sarif()));
        let markdown = format!("The baseline cannot be used ({}): {}", state.to_markdown(), message.to_markdown());
        let mut out = json!({
            "ruleId": RULE,
            "ruleIndex": self.rules.rules().len(),
            "level": "error",
            "message": { "text": format!("{text}{link}"), "markdown": markdown },
            "locations": [{
                "physicalLocation": physical,
                "logicalLocations": [{ "name": "baseline", "fullyQualifiedName": "baseline", "kind": "module" }],
            }],
            "partialFingerprints": {
                "mcpAssayFindingId/v1": &Digest::of(format!("{RULE}/v1").as_bytes()).hex()[..32],
            },
            "properties": { "severity": "high", "confidence": "high", "class": "integrity" },
        });
        if let Some(hash) = self.places.line_hash(&uri, &location) {
            out["partialFingerprints"]["primaryLocationLineHash"] = json!(hash);
        }
        if let Some(related) = related {
            out["relatedLocations"] = related;
        }
        if self.options.profile_full {
            out["suppressions"] = json!([]);
        }
        Some(out)
    }
}

fn first_line(file: Untrusted) -> Location {
    Location { file, line: 1, column: 1, end_line: 1, end_column: 0 }
}

//! What a run tells by its exit code or by a sentence of the report and not by a finding. `explain` knows these names, and
//! the list of rules names them, so that nobody looks for a rule that would say the same a second time.

use std::fmt::Write;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name; further ones are those of reports.
    pub names: &'static [&'static str],
    /// A noun phrase.
    pub title: &'static str,
    /// How it is told, in a few words.
    pub told: &'static str,
    /// Why, and what to do: paragraphs.
    pub text: &'static [&'static str],
}

/// All of them.
pub const STATES: [State; 4] = [
    State {
        names: &["listing-incomplete", "not-audited"],
        title: "Not fully audited",
        told: "exit code 3 and the verdict not-audited",
        text: &[
            "A server did not answer, wants credentials, was cut off by a limit, or one of its pages or probes failed. \
             What was not read was not judged, so the server is not called clean: its verdict is not-audited, and the run \
             ends with 3 unless something worse was found. Reports that know only results (SARIF, GitLab, JUnit) have an \
             entry not-audited with the reason.",
            "It cannot be suppressed or left out, because then a server could buy silence by failing. Raise the limit that \
             the report names, pass what the server needs (--pass-env, --header, --read), or leave the server out of the \
             configuration.",
        ],
    },
    State {
        names: &["untrusted-baseline", "baseline-unusable"],
        title: "Baseline not trusted",
        told: "exit code 4 and the entry baseline-unusable",
        text: &[
            "The baseline is required and missing, or it is malformed, not signed by enough people who may sign, signed for \
             another project, expired, or older than one that was seen before. Nothing is compared with it: a comparison \
             with words that somebody else wrote would say nothing. The run ends with 4.",
            "It cannot be suppressed, because suppressions are signed with the baseline. `mcp-assay verify` says what is \
             wrong and names the next command.",
        ],
    },
    State {
        names: &["suppression-expired"],
        title: "Suppression expired",
        told: "a sentence in the notes of the report; what it set aside is a finding again",
        text: &[
            "A [[suppress]] table of mcp-assay.toml is past its date. From that day on it has no effect, so the finding that \
             it set aside is back with its own severity and decides about the exit code again. The notes of the report name \
             the suppression and its date.",
            "Look at the finding once more. Remove the table, or write a new date and a new reason and approve it: `mcp-assay \
             approve` signs suppressions together with the baseline.",
        ],
    },
    State {
        names: &["sandbox-escape-attempt"],
        title: "Reach beyond the sandbox",
        told: "nothing: the sandbox refuses and keeps no log",
        text: &[
            "While its lists are read, a server has no network and sees none of your files. What it tries nevertheless is \
             refused by the kernel (Landlock and a system-call filter), which tells the server and not us, so a report \
             cannot say that something was tried. That nothing is reported here proves nothing about a server.",
            "What would be needed is a supervisor that is asked about each refused call. The level and the layers of the \
             containment stand in every report; docs/sandbox.md says what each of them keeps in.",
        ],
    },
];

/// The state of this name.
pub fn find(name: &str) -> Option<&'static State> {
    STATES.iter().find(|s| s.names.contains(&name))
}

/// A page about one, for a terminal.
pub fn page(state: &State, width: usize) -> String {
    let name = state.names[0];
    let mut out = format!("{name}\n{}\n\n", "=".repeat(name.len()));
    let told = format!("{}. No rule and no finding; it is told by {}.", state.title, state.told);
    super::explain::paragraph(&mut out, "", &told, width);
    state.text.iter().for_each(|text| super::explain::paragraph(&mut out, "", text, width));
    out
}

/// The table of all, for the list of rules.
pub fn table() -> String {
    let mut out = String::from(
        "\n## Told otherwise\n\nStates of a run, not findings. `mcp-assay explain NAME` says more.\n\n| Name | What | Told by |\n|---|---|---|\n",
    );
    for state in &STATES {
        let _ = writeln!(out, "| {} | {} | {} |", state.names.join(", "), state.title, state.told);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    #[test]
    fn a_state_is_no_rule_and_every_name_leads_to_a_page() {
        let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
        for name in STATES.iter().flat_map(|s| s.names) {
            assert!(rules.get(name).is_none(), "{name}");
            let state = find(name).unwrap_or_else(|| panic!("{name}"));
            let page = page(state, 100);
            assert!(page.contains(state.title) && page.lines().all(|l| l.chars().count() <= 100), "{page}");
        }
    }
}

//! What has to be said of the files of clients: those that were not read, or not as a whole, and those that nobody reads.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{ConfigScope, FileReport, Inventory, Places, SERVERS, Status, TOTAL};
use crate::untrusted::{Message, Untrusted};

/// Files that one sentence names.
const NAMED: usize = 9;

/// What a user's files are called where nobody knows whose they are.
const HOME: &str = "~";

/// The place of all files of a user, when no home is known.
pub(super) fn homeless(places: &Places, wanted: bool) -> Option<FileReport> {
    (wanted && places.homes.is_empty()).then(|| FileReport {
        path: PathBuf::from(HOME),
        client: None,
        also: Vec::new(),
        scope: ConfigScope::User,
        standing: None,
        status: Status::NotRead("no home is known (HOME is not set): the files of users were not looked for"),
        problems: Vec::new(),
    })
}

impl Inventory {
    /// That no home is known, as a sentence.
    pub fn homeless(&self) -> Option<Message> {
        let home = self.files.iter().find(|f| f.client.is_none() && f.path.as_os_str() == HOME)?;
        if let Status::NotRead(why) = home.status { Some(Message::new(why)) } else { None }
    }

    /// Which files of clients lie in the project and are not read, as a sentence.
    pub fn not_read(&self) -> Option<Message> {
        let far =
            "folders of the project far below it, or behind very many names, were not searched for files of clients";
        let Some((first, rest)) = self.beside.files.split_first() else {
            return self.beside.cut.then(|| Message::new(far));
        };
        let name = |p: &PathBuf| Untrusted::from(p.to_string_lossy().replace('\\', "/"));
        let said = "files that clients take servers or commands from lie in the project and are not read: ";
        let mut out = Message::new(said).quote(&name(first));
        for path in rest.iter().take(NAMED - 1) {
            out = out.text(", ").quote(&name(path));
        }
        if let more @ 1.. = rest.len().saturating_sub(NAMED - 1) {
            out = out.text(format!(" and {more} more"));
        }
        out = out.text("; what lies in a folder of its own is read by `mcp-assay scan FOLDER`");
        Some(if self.beside.cut { out.text("; ").text(far) } else { out })
    }

    /// Files that should have been read and were not, or not to their end, as sentences.
    pub fn unread(&self) -> Vec<(PathBuf, Message)> {
        let sentence = |f: &FileReport| match &f.status {
            Status::Unreadable(why) => Some((f.path.clone(), Message::new(format!("could not be read: {why}")))),
            Status::Malformed(why) => {
                Some((f.path.clone(), Message::new(format!("is malformed and was skipped: {why}"))))
            }
            Status::Cut(n) => Some((
                f.path.clone(),
                Message::new(format!(
                    "was not read to its end: {n} of its servers are known (at most {SERVERS} of a file and {TOTAL} in all)"
                )),
            )),
            Status::Read(_) if f.problems.iter().any(|p| p.left_out) => {
                let lines: BTreeSet<u32> = f.problems.iter().filter(|p| p.left_out).map(|p| p.place.line).collect();
                let lines: Vec<String> = lines.iter().take(NAMED).map(u32::to_string).collect();
                let lines = lines.join(", ");
                Some((f.path.clone(), Message::new(format!("was read in part: see what is said of line {lines}"))))
            }
            Status::Read(_) | Status::Absent | Status::NotRead(_) => None,
        };
        self.files.iter().filter_map(sentence).collect()
    }
}

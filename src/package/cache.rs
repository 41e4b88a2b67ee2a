//! Answers that are kept in the user's cache directory: asked for again after a day, used at any age when the network is
//! refused or down. One file per question; the reports say how old an answer is.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ask::{Answer, Desk, Question};
use crate::capture::{Web, WebRequest};
use crate::terms::Digest;

const FORMAT: &str = "mcp-assay-answer-1";
/// Bytes of one file that are read.
const LARGEST: u64 = 64 << 20;

/// Where answers are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    format: String,
    /// Question and body, so that a file answers one question only.
    question: String,
    asked: String,
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

fn key(question: &Question) -> String {
    let accept = question.accept;
    format!("{accept} {} {}", question.url, question.body.as_deref().unwrap_or_default())
}

impl Cache {
    /// In this directory, which need not exist.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn file(&self, question: &Question) -> PathBuf {
        self.dir.join(format!("{}.json", &Digest::of(key(question).as_bytes()).hex()[..40]))
    }

    /// A kept answer. A file that cannot be read is no answer.
    fn get(&self, question: &Question) -> Option<Answer> {
        let mut text = String::new();
        fs::File::open(self.file(question)).ok()?.take(LARGEST).read_to_string(&mut text).ok()?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        (kept.format == FORMAT && kept.question == key(question)).then_some(())?;
        Some(Answer {
            status: kept.status,
            body: kept.body.into_bytes().into(),
            headers: kept.headers,
            asked: kept.asked.parse().ok()?,
            cached: true,
        })
    }

    /// Keeps an answer. A cache that cannot be written is no failure of the audit.
    fn put(&self, question: &Question, answer: &Answer) -> std::io::Result<()> {
        let Ok(body) = String::from_utf8(answer.body.to_vec()) else { return Ok(()) };
        let kept = Kept {
            format: FORMAT.to_owned(),
            question: key(question),
            asked: answer.asked.to_string(),
            status: answer.status,
            headers: answer.headers.clone(),
            body,
        };
        write(&self.file(question), serde_json::to_string(&kept)?.as_bytes())
    }
}

/// By temporary file and rename: other runs may read meanwhile.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let thread = format!("{:?}", std::thread::current().id());
    let digits: String = thread.chars().filter(char::is_ascii_digit).collect();
    let temporary = path.with_extension(format!("{}-{digits}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&temporary)?.write_all(bytes)?;
    fs::rename(&temporary, path)
}

/// The network behind a cache; without network, the cache.
pub struct Network<'a> {
    /// `None` when the network is refused.
    web: Option<Web<'a>>,
    cache: Option<Cache>,
    now: Timestamp,
    fresh: SignedDuration,
}

impl<'a> Network<'a> {
    /// Answers younger than `fresh` are not asked for again.
    pub fn new(web: Option<Web<'a>>, cache: Option<Cache>, now: Timestamp, fresh: SignedDuration) -> Self {
        Self { web, cache, now, fresh }
    }
}

impl Desk for Network<'_> {
    fn ask(&mut self, question: &Question) -> Result<Answer, String> {
        let kept = self.cache.as_ref().filter(|_| question.kept).and_then(|c| c.get(question));
        let young = |a: &Answer| a.asked <= self.now && self.now.duration_since(a.asked) < self.fresh;
        if let Some(answer) = kept.as_ref().filter(|a| young(a)) {
            return Ok(answer.clone());
        }
        let Some(web) = &mut self.web else {
            // any age is better than nothing, and is said
            return kept.ok_or_else(|| {
                "the network is refused and no answer is kept; run it once without --offline or --config-only"
                    .to_owned()
            });
        };
        let request = WebRequest {
            url: &question.url,
            body: question.body.as_deref(),
            accept: question.accept,
            bearer: question.bearer.as_ref(),
            most: question.most,
            elsewhere: question.elsewhere,
        };
        let reply = match web.ask(request) {
            Ok(reply) => reply,
            Err(why) => return kept.ok_or_else(|| why.to_string()),
        };
        // a registry that is out of order says nothing of the package
        if let (429 | 500.., Some(kept)) = (reply.status, &kept) {
            return Ok(kept.clone());
        }
        let answer = Answer {
            status: reply.status,
            body: reply.body.into(),
            headers: reply.headers.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            asked: self.now,
            cached: false,
        };
        if let (true, Some(cache)) = (question.kept && matches!(answer.status, 200 | 404), &self.cache) {
            let _kept = cache.put(question, &answer);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_answer_answers_its_own_question_without_the_network() {
        let dir = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(dir.path().join("answers"));
        let then: Timestamp = "2027-01-01T00:00:00Z".parse().expect("a time");
        let now: Timestamp = "2027-01-15T00:00:00Z".parse().expect("a time");
        let question = Question::get("https://registry.test/a".to_owned());
        let answer =
            Answer { status: 200, body: b"{}".as_slice().into(), headers: BTreeMap::new(), asked: then, cached: false };
        cache.put(&question, &answer).expect("written");
        let mut desk = Network::new(None, Some(cache.clone()), now, SignedDuration::from_hours(24));
        let found = desk.ask(&question).expect("kept");
        assert_eq!((found.status, &*found.body, found.asked, found.cached), (200, b"{}".as_slice(), then, true));
        let other = Question { body: Some("{}".to_owned()), ..question.clone() };
        assert!(desk.ask(&other).expect_err("not kept").contains("without --offline"));
        fs::write(cache.file(&question), "{\"format\"").expect("written");
        assert!(desk.ask(&question).is_err(), "a damaged file is no answer");
    }
}

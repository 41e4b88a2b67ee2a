//! The in-toto statement that is signed: which file, which version, after which one, under whose rules.

use super::LineError;
use crate::json::{FieldError, Fields, Limits, Node, Value, canonical, read};
use crate::terms::Digest;

const TYPE: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "urn:mcp-assay:approval:v1";

/// What is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `baseline.json`.
    Baseline,
    /// `trust.json`; the statement carries the whole document.
    Trust,
}

/// What came before: the previous file, and the log lines that approved it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Previous {
    /// SHA-256 of the previous file.
    pub file: Option<Digest>,
    /// SHA-256 of the log lines that approved it.
    pub approvals: Vec<Digest>,
}

/// An approval. `time`, `approver` and `reason` serve the log; no security decision rests on them, but `approver` must own
/// the key that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is approved.
    pub kind: Kind,
    /// SHA-256 of the file's bytes.
    pub subject: Digest,
    /// Its version.
    pub version: u64,
    /// The trust file in force; for [`Kind::Trust`] the same as `subject`.
    pub trust: Digest,
    /// Copied from the file.
    pub previous: Previous,
    /// For [`Kind::Trust`]: the rendering of the document.
    pub document: Option<String>,
    /// Who, by the name in the trust file.
    pub approver: String,
    /// When, claimed (RFC 3339).
    pub time: String,
    /// Why.
    pub reason: String,
    /// Which program.
    pub tool: String,
}

impl Previous {
    /// The member `previous` of files and statements; `name` is `baseline` or `trust`.
    pub fn to_node(&self, name: &str) -> Node {
        let digest = |d: &Digest| Node::text(&d.to_string());
        let file = self.file.as_ref().map_or(Node::made(Value::Null), digest);
        let approvals = Node::made(Value::Array(self.approvals.iter().map(digest).collect()));
        Node::object([(name, file), ("approvals", approvals)])
    }

    /// Reads what [`Previous::to_node`] writes.
    pub fn from_node(node: &Node, name: &'static str) -> Result<Self, FieldError> {
        let mut fields = Fields::of(node)?;
        let digest = |t: &str| t.parse().map_err(|()| FieldError::Wrong(name, "a digest"));
        let file = match fields.node(name)? {
            Node { value: Value::Null, .. } => None,
            other => Some(digest(other.as_str().ok_or(FieldError::Wrong(name, "a digest"))?)?),
        };
        let approvals = fields.texts("approvals")?.iter().map(|t| digest(t)).collect::<Result<_, _>>()?;
        fields.finish()?;
        Ok(Self { file, approvals })
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Trust => "trust",
        }
    }
}

impl Statement {
    /// The bytes that are signed.
    pub fn to_payload(&self) -> Vec<u8> {
        let name = format!("{}.json", self.kind.word());
        let subject = Node::object([
            ("name", Node::text(&name)),
            ("digest", Node::object([("sha256", Node::text(&self.subject.hex()))])),
        ]);
        let mut predicate = vec![
            ("kind", Node::text(self.kind.word())),
            ("version", Node::made(Value::Number(self.version.to_string().into()))),
            ("trust", Node::text(&self.trust.to_string())),
            ("previous", self.previous.to_node(self.kind.word())),
            ("approver", Node::text(&self.approver)),
            ("time", Node::text(&self.time)),
            ("reason", Node::text(&self.reason)),
            ("tool", Node::text(&self.tool)),
        ];
        predicate.extend(self.document.as_ref().map(|d| ("document", Node::text(d))));
        let node = Node::object([
            ("_type", Node::text(TYPE)),
            ("subject", Node::made(Value::Array(vec![subject]))),
            ("predicateType", Node::text(PREDICATE)),
            ("predicate", Node::object(predicate)),
        ]);
        canonical(&node).expect("a statement has distinct keys and little depth")
    }

    /// Reads verified bytes. `Ok(None)` for a statement of another predicate type, which is somebody else's.
    pub fn from_payload(payload: &[u8]) -> Result<Option<Self>, LineError> {
        let wrong = |e: FieldError| LineError::Statement(e.to_string());
        let document = read(payload, &Limits::default()).map_err(|e| LineError::Statement(e.to_string()))?;
        if document.anomalies.iter().any(|a| a.fault.blocks_approval()) {
            return Err(LineError::Statement("it has no single meaning".to_owned()));
        }
        let mut fields = Fields::of(&document.root).map_err(wrong)?;
        if fields.text("_type").map_err(wrong)? != TYPE {
            return Err(LineError::Statement("it is no in-toto Statement v1".to_owned()));
        }
        if fields.text("predicateType").map_err(wrong)? != PREDICATE {
            return Ok(None);
        }
        let subject = fields.node("subject").map_err(wrong)?;
        let predicate = fields.node("predicate").map_err(wrong)?;
        fields.finish().map_err(wrong)?;
        Self::from_parts(subject, predicate).map(Some).map_err(wrong)
    }

    fn from_parts(subject: &Node, predicate: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(predicate)?;
        let kind = match fields.text("kind")? {
            "baseline" => Kind::Baseline,
            "trust" => Kind::Trust,
            _ => return Err(FieldError::Wrong("kind", "`baseline` or `trust`")),
        };
        let [subject] = subject.elements() else { return Err(FieldError::Wrong("subject", "a list of one")) };
        let mut subject = Fields::of(subject)?;
        let expected = if kind == Kind::Baseline { "baseline.json" } else { "trust.json" };
        if subject.text("name")? != expected {
            return Err(FieldError::Wrong("name", "the file of its kind"));
        }
        let mut digest = Fields::of(subject.node("digest")?)?;
        let hex = format!("sha256:{}", digest.text("sha256")?);
        let statement = Self {
            kind,
            subject: hex.parse().map_err(|()| FieldError::Wrong("sha256", "a digest"))?,
            version: fields.whole("version")?,
            trust: fields.parsed("trust", "a digest")?,
            previous: Previous::from_node(fields.node("previous")?, kind.word())?,
            document: match fields.optional("document") {
                Some(node) => Some(node.as_str().ok_or(FieldError::Wrong("document", "text"))?.to_owned()),
                None => None,
            },
            approver: fields.text("approver")?.to_owned(),
            time: fields.text("time")?.to_owned(),
            reason: fields.text("reason")?.to_owned(),
            tool: fields.text("tool")?.to_owned(),
        };
        if (kind == Kind::Trust) != statement.document.is_some() {
            return Err(FieldError::Wrong("document", "there for trust statements only"));
        }
        digest.finish()?;
        subject.finish()?;
        fields.finish()?;
        Ok(statement)
    }
}

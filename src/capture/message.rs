//! JSON-RPC messages: ours are written here, theirs are sorted by shape. Every inbound byte is read by [`crate::json`].

use std::sync::Arc;

use super::part::Waited;
use crate::json::{self, Document, Node, Value};

/// Values and keys of one recorded message, which was below the budget when it was received.
pub(super) const NODES: usize = 2_000_000;

/// One inbound message; its root starts within its own bytes, so that digests are of exactly what was received.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub bytes: Arc<[u8]>,
    pub document: Document,
    /// How long our request waited for it.
    pub waited: Waited,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Request,
    Notification,
    Response,
    Malformed,
}

/// Reads the text of one message; a batch (2025-03-26) gives several.
pub(super) fn read(bytes: &Arc<[u8]>, nodes: usize) -> Result<Vec<Message>, json::ReadError> {
    let limits = json::Limits { nodes, ..json::Limits::default() };
    let document = json::read(bytes, &limits)?;
    if !document.root.is_array() {
        return Ok(vec![Message { bytes: bytes.clone(), document, waited: Waited::default() }]);
    }
    let part = |node: &Node| {
        let bytes: Arc<[u8]> = bytes[node.start as usize..node.end as usize].into();
        let document = json::read(&bytes, &limits)?;
        Ok(Message { bytes, document, waited: Waited::default() })
    };
    document.root.elements().iter().map(part).collect()
}

impl Message {
    /// What it is for.
    pub fn shape(&self) -> Shape {
        let root = &self.document.root;
        let method = root.get("method").and_then(Node::as_str).is_some();
        let answer = root.get("result").is_some() || root.get("error").is_some();
        match (method, root.get("id").is_some(), answer) {
            (true, true, _) => Shape::Request,
            (true, false, _) => Shape::Notification,
            (false, _, true) => Shape::Response,
            (false, _, false) => Shape::Malformed,
        }
    }

    /// The method of a request or notification.
    pub fn method(&self) -> &str {
        self.document.root.get("method").and_then(Node::as_str).unwrap_or_default()
    }

    /// The number of ours that it answers: ids match by JSON type and value.
    pub fn answers(&self) -> Option<u64> {
        self.document.root.get("id").and_then(Node::as_u64)
    }

    /// Whether it answers no request in particular, as servers do that could not read one.
    pub fn answers_nobody(&self) -> bool {
        self.document.root.get("id").is_none_or(|id| id.value == Value::Null)
    }

    /// The result, or the error as code and bytes of its message.
    pub fn outcome(&self) -> Result<&Node, ServerError> {
        let root = &self.document.root;
        if let Some(result) = root.get("result").filter(|_| root.get("error").is_none_or(|e| e.value == Value::Null)) {
            return Ok(result);
        }
        let error = root.get("error");
        let code = error.and_then(|e| e.get("code")).and_then(|c| match &c.value {
            Value::Number(n) => n.parse::<f64>().ok(),
            _ => None,
        });
        Err(ServerError { code: code.unwrap_or(0.0) as i64 })
    }

    /// The exact text of a node.
    pub fn text_of(&self, node: &Node) -> &[u8] {
        self.bytes.get(node.start as usize..node.end as usize).unwrap_or_default()
    }
}

/// A JSON-RPC error. Its message is server text and stays in the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServerError {
    pub code: i64,
}

/// The revision asked for does not suit (2026-07-28).
pub(super) const UNSUPPORTED_VERSION: i64 = -32022;
/// The method does not exist.
pub(super) const METHOD_NOT_FOUND: i64 = -32601;

/// The text of a request of ours.
pub(super) fn request(id: u64, method: &str, params: serde_json::Map<String, serde_json::Value>) -> Vec<u8> {
    serde_json::json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string().into_bytes()
}

/// The text of a notification of ours.
pub(super) fn notification(method: &str) -> Vec<u8> {
    serde_json::json!({"jsonrpc": "2.0", "method": method}).to_string().into_bytes()
}

/// What a request of the server gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// To `ping`.
    Pong,
    /// To `roots/list`, when roots were offered.
    NoRoots,
    /// To everything else.
    Refused,
}

/// The answer to a request of the server. `id` is the exact text it sent.
pub(super) fn answer(id: &[u8], answer: Answer) -> Option<Vec<u8>> {
    let id = std::str::from_utf8(id).ok().filter(|id| id.len() <= 1024)?;
    let body = match answer {
        Answer::Pong => r#""result":{}"#.to_owned(),
        Answer::NoRoots => r#""result":{"roots":[]}"#.to_owned(),
        Answer::Refused => format!(r#""error":{{"code":{METHOD_NOT_FOUND},"message":"not supported"}}"#),
    };
    // one line: a raw line break inside the id's text would end our message early
    Some(format!(r#"{{"jsonrpc":"2.0","id":{},{body}}}"#, id.replace(['\n', '\r'], " ")).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Message {
        read(&Arc::from(text.as_bytes()), NODES).expect("JSON").remove(0)
    }

    #[test]
    fn shapes_follow_the_members() {
        for (text, shape) in [
            (r#"{"id":1,"method":"ping"}"#, Shape::Request),
            (r#"{"id":null,"method":"ping"}"#, Shape::Request),
            (r#"{"method":"x"}"#, Shape::Notification),
            (r#"{"id":1,"result":{}}"#, Shape::Response),
            (r#"{"error":{"code":1}}"#, Shape::Response),
            (r#"{"id":1}"#, Shape::Malformed),
            (r#"{"method":5,"id":1}"#, Shape::Malformed),
        ] {
            assert_eq!(one(text).shape(), shape, "{text}");
        }
    }

    #[test]
    fn ids_match_by_type_and_value() {
        for (id, found) in [("7", Some(7)), ("\"7\"", None), ("null", None), ("[7]", None), ("-7", None), ("7.5", None)]
        {
            assert_eq!(one(&format!(r#"{{"id":{id},"result":1}}"#)).answers(), found, "{id}");
        }
    }

    #[test]
    fn an_error_wins_over_a_result_unless_it_is_null() {
        assert_eq!(one(r#"{"id":1,"result":{},"error":{"code":-5}}"#).outcome().err(), Some(ServerError { code: -5 }));
        assert!(one(r#"{"id":1,"result":{},"error":null}"#).outcome().is_ok());
        assert_eq!(one(r#"{"id":1,"error":"no"}"#).outcome().err(), Some(ServerError { code: 0 }));
    }

    #[test]
    fn every_message_of_a_batch_has_bytes_of_its_own() {
        let text = r#" [ {"id":1,"result":1} , {"method":"x"} ] "#;
        let all = read(&Arc::from(text.as_bytes()), NODES).expect("JSON");
        let bytes: Vec<&[u8]> = all.iter().map(|m| &*m.bytes).collect();
        assert_eq!(bytes, [br#"{"id":1,"result":1}"#.as_slice(), br#"{"method":"x"}"#]);
        assert!(all.iter().all(|m| m.document.root.start == 0));
    }

    #[test]
    fn an_answer_is_one_line_with_the_exact_id() {
        let answered = |id: &[u8], what| answer(id, what).map(|a| String::from_utf8(a).expect("text"));
        assert_eq!(answered(b"1.0", Answer::Pong).as_deref(), Some(r#"{"jsonrpc":"2.0","id":1.0,"result":{}}"#));
        let refused = answered(b"{\"a\":\n1}", Answer::Refused).expect("an answer");
        assert!(!refused.contains('\n') && refused.contains("-32601"));
        assert_eq!(answered(b"\"\xFF\"", Answer::Pong), None);
        assert_eq!(answered(&[b'1'; 2000], Answer::NoRoots), None);
    }
}

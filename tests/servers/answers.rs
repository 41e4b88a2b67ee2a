//! What the scripted server answers, independent of the transport: JSON-RPC in, bytes out.

use serde_json::{Map, Value, json};

use crate::Script;
use crate::cloak::Watch;

/// The state of one server process.
pub struct Server {
    script: Script,
    manifest: Value,
    /// How often `tools/list` was answered.
    pub listed: usize,
    watch: Watch,
}

impl Server {
    pub fn new(script: &Script) -> Self {
        let mut manifest = match &script.manifest {
            Some(file) => serde_json::from_slice(&std::fs::read(file).expect("the manifest file")).expect("JSON"),
            None => json!({"tools": [tool("add", "Adds two numbers."), tool("echo", "Repeats a text.")]}),
        };
        if script.has("print-env") {
            let variable = |(name, value): (String, String)| tool(&name, &value);
            manifest["tools"] = std::env::vars().map(variable).collect();
        }
        if script.has("home-path") {
            let home = std::env::var("HOME").unwrap();
            std::fs::write(format!("{home}/file"), "x").unwrap();
            manifest["tools"] = json!([tool("where", &format!("Keeps files in {home}/data."))]);
        }
        if script.has("deep") {
            manifest["tools"] = json!([tool("deep", "DEEP")]);
        }
        Self { script: script.clone(), manifest, listed: 0, watch: Watch::new(script) }
    }

    /// The server card of the manifest file.
    pub fn card(&self) -> Option<Vec<u8>> {
        self.manifest.get("card").map(|card| card.to_string().into_bytes())
    }

    pub fn add_tool(&mut self, name: &str) {
        if let Some(tools) = self.manifest["tools"].as_array_mut() {
            tools.push(tool(name, "Added while running."));
        }
    }

    /// The reply to one message; `None` for notifications and when nothing shall be said.
    pub fn answer(&mut self, request: &Value) -> Option<Vec<u8>> {
        let mut id = request.get("id")?.clone();
        let method = request["method"].as_str()?;
        if self.script.has("wrong-ids") {
            id = json!(id.to_string());
        }
        if self.script.has("ignore-unknown") && method == "server/discover" {
            return None;
        }
        self.watch.see(method, &request["params"]);
        let outcome = self.outcome(method, &request["params"]);
        let reply = match outcome {
            Ok(mut result) => {
                if self.script.modern && request["params"]["_meta"].is_object() {
                    let mut info = self.info();
                    if self.script.has("info-differs") && method != "server/discover" {
                        info["version"] = json!("9");
                    }
                    result["_meta"] = json!({"io.modelcontextprotocol/serverInfo": info});
                    result["resultType"] = json!("complete");
                    if self.script.has("input-required") && method == "tools/list" {
                        result["resultType"] = json!("input_required");
                    }
                }
                json!({"jsonrpc": "2.0", "id": id, "result": result})
            }
            Err((code, data)) => {
                json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": "no", "data": data}})
            }
        };
        Some(self.poison(method, reply.to_string()))
    }

    fn info(&self) -> Value {
        self.manifest.get("serverInfo").cloned().unwrap_or_else(|| json!({"name": "scripted", "version": "1"}))
    }

    fn capabilities(&self) -> Value {
        if let Some(declared) = self.manifest.get("capabilities") {
            return declared.clone();
        }
        let mut caps = Map::new();
        for (list, cap) in
            [("tools", "tools"), ("prompts", "prompts"), ("resources", "resources"), ("skills", "skills")]
        {
            if self.manifest.get(list).is_some() {
                caps.insert(cap.to_owned(), json!({}));
            }
        }
        if self.script.has("no-capabilities") {
            caps.clear();
        }
        if self.script.has("list-changed") {
            caps.insert("tools".to_owned(), json!({"listChanged": true}));
        }
        Value::Object(caps)
    }

    fn outcome(&mut self, method: &str, params: &Value) -> Result<Value, (i64, Value)> {
        let version = params["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str();
        let mut about = json!({"capabilities": self.capabilities()});
        if let Some(text) = self.manifest.get("instructions") {
            about["instructions"] = text.clone();
        }
        match method {
            "server/discover" if self.script.has("unsupported-version") && version != Some("2027-01-01") => {
                Err((-32022, json!({"supported": ["2027-01-01", "2025-11-25"]})))
            }
            "server/discover" if self.script.modern => {
                let versions = if self.script.has("unsupported-version") { "2027-01-01" } else { "2026-07-28" };
                about["supportedVersions"] = json!([versions]);
                Ok(about)
            }
            "initialize" if self.script.has("refuse-us") && params["clientInfo"]["name"] == "mcp-assay" => {
                Err((-32000, Value::Null))
            }
            "initialize" if self.script.has("refuse-oldest") && params["protocolVersion"] == "2024-11-05" => {
                Err((-32602, Value::Null))
            }
            "initialize" if self.script.legacy => {
                about["serverInfo"] = self.info();
                about["protocolVersion"] =
                    if self.script.has("odd-version") { json!("1.0") } else { params["protocolVersion"].clone() };
                Ok(about)
            }
            "tools/list" if self.script.has("list-error") => Err((-32603, Value::Null)),
            "tools/list" => {
                self.listed += 1;
                let mut list = self.list("tools", params)?;
                self.watch.tools(&self.script, self.listed, &mut list);
                if self.script.has("clock") {
                    list["tools"][0]["description"] = json!(format!("Adds. It is now {:09}.", self.listed));
                }
                Ok(list)
            }
            "prompts/list" => self.list("prompts", params),
            "resources/list" => self.list("resources", params),
            "resources/templates/list" => self.list("resourceTemplates", params),
            "skills/list" => self.list("skills", params),
            "resources/read" => self.content(params["uri"].as_str().unwrap_or_default()),
            _ => Err((-32601, Value::Null)),
        }
    }

    fn content(&self, uri: &str) -> Result<Value, (i64, Value)> {
        let all = self.manifest.get("contents").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        match all.iter().find(|c| c["uri"] == uri) {
            Some(_) if self.script.has("page-refused") => Err((-32000, Value::Null)),
            Some(content) => Ok(json!({"contents": [content]})),
            None => Err((-32002, Value::Null)),
        }
    }

    fn list(&self, key: &str, params: &Value) -> Result<Value, (i64, Value)> {
        let cursor = params.get("cursor").and_then(Value::as_str);
        if self.script.has("endless-cursor") {
            let next: u64 = cursor.unwrap_or("0").parse::<u64>().unwrap() + 1;
            return Ok(json!({key: [tool(&format!("t{next}"), "x")], "nextCursor": next.to_string()}));
        }
        if self.script.has("empty-pages") {
            let next: u64 = cursor.unwrap_or("0").parse::<u64>().unwrap() + 1;
            return Ok(json!({key: [], "nextCursor": next.to_string()}));
        }
        if self.script.has("shifting-pages") {
            // the second page begins with what the first one ended with, in other words
            return Ok(match cursor {
                None => json!({key: [tool("a", "x"), tool("b", "x")], "nextCursor": "2"}),
                Some(_) => json!({key: [tool("b", "y"), tool("c", "x")]}),
            });
        }
        if self.script.has("repeat-cursor") {
            return Ok(json!({key: [tool("t", "x")], "nextCursor": "again"}));
        }
        if self.script.has("empty-cursor") {
            return Ok(match cursor {
                None => json!({key: [tool("first", "x")], "nextCursor": ""}),
                Some(_) => json!({key: [tool("second", "x")], "nextCursor": null}),
            });
        }
        if self.script.has("no-array") {
            return Ok(json!({key: "none"}));
        }
        let all = self.manifest.get(key).and_then(Value::as_array).ok_or((-32601, Value::Null))?;
        let from: usize = cursor.map_or(0, |c| c.parse().expect("our own cursor"));
        let to = from.saturating_add(self.script.page_size).min(all.len());
        let mut result = json!({key: all[from..to]});
        if to < all.len() {
            result["nextCursor"] = json!(to.to_string());
        }
        Ok(result)
    }

    /// Text that no JSON library would write.
    fn poison(&self, method: &str, text: String) -> Vec<u8> {
        if method != "tools/list" {
            return text.into_bytes();
        }
        let first = r#""description":"#;
        if self.script.has("dup-keys") {
            return text.replacen(first, r#""description":"other","description":"#, 1).into_bytes();
        }
        if self.script.has("lone-surrogate") {
            return text.replacen(first, r#""x":"\ud800","description":"#, 1).into_bytes();
        }
        if self.script.has("deep") {
            let nest = "[".repeat(500_000) + &"]".repeat(500_000);
            return text.replacen(r#""DEEP""#, &nest, 1).into_bytes();
        }
        if self.script.has("invalid-utf8") {
            let mut bytes = text.replacen("Adds", "@dds", 1).into_bytes();
            let at = bytes.iter().position(|b| *b == b'@').expect("just put there");
            bytes[at] = 0xFF;
            return bytes;
        }
        if self.script.has("values-flood") {
            return text
                .replacen(first, &format!(r#""pad":[[]{}],"description":"#, ",[]".repeat(5_000_000)), 1)
                .into_bytes();
        }
        if self.script.has("values-kept") {
            // just below the budget, in objects that are kept, compared and judged
            let members: Vec<String> = (0..340_000).map(|n| format!(r#""{n}":0"#)).collect();
            let pad = format!(r#""inputSchema":{{"properties":{{{}}}}},"description":"#, members.join(","));
            return text.replacen(first, &pad, 1).into_bytes();
        }
        if self.script.has("item-flood") {
            let tools: Vec<String> = (0..100_000).map(|n| format!(r#"{{"name":"t{n}","description":"x"}}"#)).collect();
            return text.replacen(r#""tools":["#, &format!(r#""tools":[{},"#, tools.join(",")), 1).into_bytes();
        }
        if self.script.has("huge-page") {
            return text.replacen(first, &format!(r#""pad":"{}","description":"#, "x".repeat(200_000)), 1).into_bytes();
        }
        text.into_bytes()
    }
}

fn tool(name: &str, description: &str) -> Value {
    json!({"name": name, "description": description, "inputSchema": {"type": "object"}})
}

//! Every place of a configuration × every form of a secret × every output: the value is printed nowhere, in no file that is
//! written, and its place is told.

use serde_json::{Value, json};

use crate::scene::Scene;

/// In a known format, so that it is masked wherever it stands. Built from parts so that no scanner takes it for a real one.
fn token() -> String {
    format!("{}{}", "ghp_", "q8Zt3LpW9xVb2NcR7mKd5HsNq8Zt3LpW9x")
}

/// Known by its name only.
const VALUE: &str = "q8Zt3LpW9xVb2NcR7mKd5HsN";
/// Made up by a person.
const PASSWORD: &str = "S3cretPw99y";

/// Known by the program alone that is given it.
const SHORT: &str = "Wq7z!k";
/// With a sign in it that ends an address.
const UNESCAPED: &str = "q8Zt/Lp+9xVb";

/// Code for PowerShell with a secret in it.
fn wide() -> String {
    use base64::Engine as _;
    let code = format!("$env:API_KEY='{VALUE}'; node x");
    base64::engine::general_purpose::STANDARD
        .encode(code.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
}

/// Formats of a scan, and of an inventory.
const REPORTS: [&str; 9] = ["human", "json", "jsonl", "html", "sarif", "markdown", "junit", "gitlab", "github"];
const INVENTORIES: [&str; 3] = ["human", "json", "cyclonedx"];

/// Servers with what is secret in each, and where it stands: the text that begins at the place a finding has.
fn servers() -> Vec<(&'static str, Value, String, String)> {
    let t = token();
    let fill = |a: &&str| {
        a.replace("{T}", &token())
            .replace("{V}", VALUE)
            .replace("{P}", PASSWORD)
            .replace("{S}", SHORT)
            .replace("{U}", UNESCAPED)
            .replace("{W}", &wide())
    };
    let text = |all: &[&str]| all.iter().map(fill).collect::<Vec<String>>();
    let quoted = |text: &str| serde_json::to_string(text).expect("text");
    let mut out: Vec<(&'static str, Value, String, String)> = Vec::new();
    let lines: [(&'static str, &[&str]); 62] = [
        ("command", &["/opt/{T}/x"]),
        ("launch-path", &["/tmp/{T}/x"]),
        ("positional", &["x", "{T}"]),
        ("flag", &["x", "--api-key", "{V}"]),
        ("joined", &["x", "--api-key={V}"]),
        ("assignment", &["env", "API_KEY={V}"]),
        ("header", &["x", "--header", "Authorization: Bearer {V}"]),
        ("three-words", &["x", "--header", "Authorization", "Bearer {V}"]),
        ("short-header", &["x", "-HX-API-Key:{V}"]),
        ("basic", &["x", "--header", "Authorization: Basic YWRtaW46UzNjcmV0UHc5OXk="]),
        ("pair-of-words", &["x", "--env-var", "PASSWORD", "{P}"]),
        ("phrase", &["x", "--passphrase", "correct horse battery"]),
        ("database-client", &["mysql", "-p{P}"]),
        ("database-client-apart", &["mysql", "-p", "{P}"]),
        ("database-server", &["npx", "-y", "mysql-mcp@1.0.0", "-p", "{P}"]),
        ("redis", &["redis-cli", "-a", "{P}"]),
        ("sql-server", &["sqlcmd", "-S", "h", "-P", "{P}"]),
        ("oracle", &["sqlplus", "scott/{P}@db"]),
        ("mail", &["swaks", "-ap", "{P}"]),
        ("curl", &["curl", "-u", "admin:{P}"]),
        ("curl-joined", &["curl", "-uadmin:{P}"]),
        ("samba", &["smbclient", "-U", "me%{P}"]),
        ("openssl", &["openssl", "enc", "-passin", "pass:{P}"]),
        ("login", &["docker", "login", "-p", "{P}"]),
        ("ado", &["x", "Server=db;User Id=sa;Password={P};"]),
        ("azure", &["x", "AccountEndpoint=https://a.test/;AccountKey={V}=="]),
        ("bus", &["x", "Endpoint=sb://a.test/;SharedAccessKeyName=r;SharedAccessKey={V}="]),
        ("jdbc", &["x", "jdbc:sqlserver://h;user=u;password={P}"]),
        ("jdbc-oracle", &["x", "jdbc:oracle:thin:scott/{P}@h:1521"]),
        ("url-userinfo", &["x", "postgres://me:{P}@db.acme.test/x"]),
        ("url-query", &["x", "https://a.test/mcp?api_key={V}"]),
        ("url-path", &["x", "https://mcp.zapier.com/api/mcp/s/{V}/mcp"]),
        ("repository", &["npx", "git+https://me:{P}@github.com/a/b.git"]),
        ("engine-env", &["docker", "run", "-e", "API_KEY={V}", "a/b"]),
        ("engine-env-joined", &["docker", "run", "--env=API_KEY={V}", "a/b"]),
        ("engine-mount", &["docker", "run", "-v", "/home/{T}/.aws:/x", "a/b"]),
        ("folder", &["x", "--dir", "/home/{T}/.ssh"]),
        ("shell-header", &["sh", "-c", "curl -H 'Authorization: Bearer {V}' https://a.test"]),
        ("shell-variable", &["sh", "-c", "DB_PASSWORD=a node x; mysql -p{P}"]),
        ("shell-quoted", &["bash", "-c", "mysql -u root -p'{P}' db"]),
        ("shell-nested", &["sh", "-c", "bash -c 'sshpass -p {P} ssh h'"]),
        ("cmd", &["cmd", "/c", "set API_KEY={V}&& node x"]),
        ("powershell", &["powershell", "-Command", "$env:API_KEY=\"{V}\"; node x"]),
        ("code", &["python", "-c", "password = '{P}'"]),
        ("code-two-texts", &["python", "-c", "import os; os.environ.setdefault('API_KEY', '{V}')"]),
        ("code-wide", &["powershell", "-EncodedCommand", "{W}"]),
        ("substitution", &["sh", "-c", "node x $(API_KEY={V} get)"]),
        ("subshell", &["sh", "-c", "(API_KEY={V} node x)"]),
        ("npm-settings", &["sh", "-c", "npm config set //registry.npmjs.org/:_authToken {V} && npx -y x@1.0.0"]),
        ("powershell-item", &["powershell", "-Command", "Set-Item Env:API_KEY -Value '{V}'; node x"]),
        ("netrc", &["sh", "-c", "echo 'machine a.test login me password {V}' > ~/.netrc; node x"]),
        ("json-in-json", &["x", "{\"a\": \"{\\\"token\\\": \\\"{V}\\\"}\"}"]),
        ("url-unescaped", &["x", "https://me:{U}@a.test/mcp"]),
        ("url-user", &["x", "https://{V}@a.test/mcp"]),
        ("handed-over", &["sh", "-c", "echo {S} | sudo -S npx -y x"]),
        ("handed-over-random", &["sh", "-c", "echo {V} | sudo -S npx -y x"]),
        ("handed-over-nested", &["sh", "-c", "bash -c \"echo {S} | sudo -S npx -y x\""]),
        ("handed-over-here-string", &["bash", "-c", "docker login --password-stdin <<< '{S}' && docker run -i a/b"]),
        ("handed-over-here-document", &["bash", "-c", "sudo -S npx -y x <<EOF\n{S}\nEOF"]),
        ("handed-over-bracket", &["bash", "-c", "(echo {S}; cat a) | sudo -S npx -y x"]),
        ("handed-over-process", &["bash", "-c", "vault login - < <(printf %s {S}); npx -y x"]),
        ("handed-over-words", &["cmd", "/c", "echo", "{S}", "|", "docker", "login", "--password-stdin"]),
    ];
    for (name, words) in lines {
        let all = text(words);
        let server = json!({ "command": all[0], "args": all[1..] });
        let marked = |w: &&&str| {
            ["{T}", "{V}", "{P}", "{S}", "{U}", "{W}", "correct horse", "YWRt"].iter().any(|m| w.contains(m))
        };
        let at = words.iter().position(|w| marked(&w)).expect("a secret");
        let wide = wide();
        let secret = [&t, VALUE, PASSWORD, SHORT, UNESCAPED, &wide, "correct horse battery", "YWRtaW46UzNjcmV0UHc5OXk"];
        let secret = secret.iter().find(|s| all[at].contains(**s)).expect("a secret");
        out.push((name, server, (*secret).to_owned(), quoted(&all[at])));
    }
    let mut add = |name, server, secret: &str, at: String| out.push((name, server, secret.to_owned(), at));
    add("env-value", json!({ "command": "x", "env": { "SERVICE_TOKEN": VALUE } }), VALUE, quoted(VALUE));
    add("env-tokenizer", json!({ "command": "x", "env": { "TOKENIZER_API_KEY": VALUE } }), VALUE, quoted(VALUE));
    let line = format!("echo {SHORT} | sudo -S x");
    add("env-handed-over", json!({ "command": "x", "env": { "RUN": line } }), SHORT, quoted(&line));
    add("env-token", json!({ "command": "x", "env": { "NOTE": format!("a {t}") } }), &t, quoted(&format!("a {t}")));
    add("env-name", json!({ "command": "x", "env": { t.as_str(): "1" } }), &t, quoted(&t));
    add(
        "env-line",
        json!({ "command": "x", "env": { "RUN": format!("mysql -p{PASSWORD} db") } }),
        PASSWORD,
        quoted(&format!("mysql -p{PASSWORD} db")),
    );
    add("cwd", json!({ "command": "x", "cwd": format!("/srv/{t}") }), &t, quoted(&format!("/srv/{t}")));
    let remote = |headers: Value| json!({ "url": "https://a.test/mcp", "headers": headers });
    add(
        "remote-header",
        remote(json!({ "Authorization": format!("Bearer {VALUE}") })),
        VALUE,
        quoted(&format!("Bearer {VALUE}")),
    );
    add("remote-header-name", remote(json!({ t.as_str(): "1" })), &t, quoted(&t));
    for (name, url) in [
        ("remote-userinfo", format!("https://me:{PASSWORD}@a.test/mcp")),
        ("remote-query", format!("https://a.test/mcp?key={VALUE}")),
        ("remote-path", format!("https://a.test/mcp/{t}")),
        ("remote-relative", format!("a.test/mcp?token={VALUE}")),
        ("remote-without-slash", format!("https:/x?token={VALUE}")),
        ("remote-opaque", format!("mailto:a@b.test?token={VALUE}")),
        ("remote-data", format!("data:text/plain,token={VALUE}")),
        ("remote-backslash", format!("https:\\\\a.test\\mcp?api_key={VALUE}")),
        ("remote-blank", format!("htp:/bad token={VALUE}")),
        ("remote-blank-path", format!("https://a.test/x token={VALUE}")),
        ("remote-escaped", format!("https://a.test/mcp?config=%7B%22apiKey%22%3A%22{VALUE}%22%7D")),
    ] {
        let secret = [t.as_str(), VALUE, PASSWORD].into_iter().find(|s| url.contains(s)).expect("a secret").to_owned();
        add(name, json!({ "url": url }), &secret, quoted(&url));
    }
    let oauth = json!({ "clientId": "a", "clientSecret": VALUE });
    add("oauth", json!({ "url": "https://a.test/mcp", "oauth": oauth }), VALUE, quoted(VALUE));
    add("member", json!({ "command": "x", "apiKey": VALUE }), VALUE, quoted(VALUE));
    add("argument-object", json!({ "command": "x", "args": [{ "token": VALUE }] }), VALUE, quoted(VALUE));
    let line = format!("A=1 ACME_TOKEN={VALUE}");
    add("env-text", json!({ "command": "x", "env": line }), VALUE, quoted(&line));
    // in capitals it is the name of a variable
    let shouted = format!("${{{}}}", t.to_ascii_uppercase());
    add("reference", json!({ "command": "x", "args": [shouted] }), &t, quoted(&shouted));
    out
}

/// Line and column, both from 1, of a text that stands in another once.
fn place(whole: &str, part: &str) -> (u64, u64) {
    let at = whole.find(part).expect("it stands there");
    let line = whole[..at].matches('\n').count() as u64 + 1;
    let start = whole[..at].rfind('\n').map_or(0, |n| n + 1);
    (line, whole[start..at].chars().count() as u64 + 1)
}

/// What every output of a project says. Nothing is started.
pub(crate) fn said(scene: &Scene) -> Vec<(String, String)> {
    let mut runs: Vec<Vec<&str>> = Vec::new();
    REPORTS.iter().for_each(|f| runs.push(vec!["scan", ".", "--config-only", "--output", f, "-v", "--full-text"]));
    INVENTORIES.iter().for_each(|f| runs.push(vec!["inventory", ".", "--output", f]));
    let one = |args: Vec<&str>| {
        let outcome = scene.run(&args);
        (args.join(" "), format!("{}{}", outcome.stdout, outcome.stderr))
    };
    runs.into_iter().map(one).collect()
}

pub(crate) fn places_of(report: &Value) -> Vec<(u64, u64)> {
    let all = report["findings"].as_array().expect("findings");
    let secret = all.iter().filter(|f| f["rule"] == "committed-secret");
    let place =
        |f: &Value| (f["location"]["line"].as_u64().unwrap_or(0), f["location"]["column"].as_u64().unwrap_or(0));
    secret.map(place).collect()
}

#[test]
fn a_secret_is_told_at_its_place_and_printed_in_no_format() {
    let servers = servers();
    let map: serde_json::Map<String, Value> =
        servers.iter().map(|(name, s, ..)| ((*name).to_owned(), s.clone())).collect();
    let text = format!("{:#}", json!({ "mcpServers": map }));
    let scene = Scene::new();
    scene.write(".mcp.json", &text);
    let report = scene.run(&["scan", ".", "--config-only", "--output", "json"]).json();
    let found = places_of(&report);
    for (name, _, _, at) in &servers {
        // inside of its own server
        let from = text.find(&format!("\"{name}\": {{")).expect("the server");
        let inside = from + text[from..].find(at.as_str()).expect("the value");
        let (line, column) = place(&text, &text[inside..]);
        assert!(found.contains(&(line, column)), "{name}: {line}:{column} is not in {found:?}");
    }
    for (run, said) in said(&scene) {
        let lower = said.to_ascii_lowercase();
        for (name, _, secret, _) in &servers {
            assert!(!lower.contains(&secret.to_ascii_lowercase()), "{run}: the secret of {name} is printed");
        }
    }
}

#[test]
fn a_secret_beside_the_servers_is_told_at_its_place_and_printed_in_no_format() {
    let t = token();
    for (file, text, at) in [
        (".mcp.json", format!(r#"{{"mcpServers": {{"x-{t}": {{"command": "x"}}}}}}"#), format!("\"x-{t}\"")),
        (
            ".claude/settings.json",
            format!(r#"{{"env": {{"ANTHROPIC_AUTH_TOKEN": "{VALUE}"}}}}"#),
            format!("\"{VALUE}\""),
        ),
        (".claude/settings.json", format!(r#"{{"env": {{"{t}": "1"}}}}"#), "\"1\"".to_owned()),
        (
            ".claude/settings.json",
            format!(r#"{{"hooks": {{"{t}": [{{"hooks": [{{"type": "command", "command": "x"}}]}}]}}}}"#),
            "[{\"hooks\"".to_owned(),
        ),
        (
            ".claude/settings.json",
            format!(
                r#"{{"hooks": {{"Stop": [{{"hooks": [{{"type": "command", "command": "curl -u me:{PASSWORD} https://a.test"}}]}}]}}}}"#
            ),
            format!("\"curl -u me:{PASSWORD}"),
        ),
        (".claude/settings.json", format!(r#"{{"apiKeyHelper": "echo {t}"}}"#), format!("\"echo {t}")),
        (
            ".vscode/mcp.json",
            format!(
                r#"{{"inputs": [{{"id": "api-key", "type": "promptString", "default": "{VALUE}"}}], "servers": {{}}}}"#
            ),
            format!("\"{VALUE}\""),
        ),
    ] {
        let scene = Scene::new();
        scene.write(file, &text);
        let report = scene.run(&["scan", ".", "--config-only", "--output", "json"]).json();
        assert_eq!(places_of(&report), [place(&text, &at)], "{text} {report:#}");
        for (run, said) in said(&scene) {
            for secret in [t.as_str(), VALUE, PASSWORD] {
                assert!(!said.contains(secret), "{run}: {text}: {said}");
            }
        }
    }
}

#[test]
fn servers_whose_names_are_equal_without_their_secrets_are_told_apart() {
    let scene = Scene::new();
    let (one, other) = (token(), token().replace("q8Zt", "w7Yu"));
    let server = |n: u8| json!({ "command": "sh", "args": ["-c", format!("exit {n}")] });
    let text = json!({ "mcpServers": { format!("a-{one}"): server(1), format!("a-{other}"): server(2) } });
    scene.write(".mcp.json", text.to_string());
    let report = scene.run(&["scan", ".mcp.json", "--config-only", "--output", "json"]).json();
    let names: Vec<&str> =
        report["targets"].as_array().expect("targets").iter().filter_map(|t| t["name"].as_str()).collect();
    assert_eq!(names, ["a-(not shown)", "a-(not shown) 2"]);
    let findings = report["findings"].as_array().expect("findings").iter();
    let marks: std::collections::BTreeSet<&str> =
        findings.filter(|f| f["rule"] == "shell-wrapper-launch").filter_map(|f| f["fingerprint"].as_str()).collect();
    assert_eq!(marks.len(), 2, "{report:#}");
}

#[test]
fn errors_captures_and_baselines_hold_no_secret() {
    let scene = Scene::new();
    let t = token();
    scene.write("mcp-assay.toml", format!("[scan]\nheader = \"Bearer {t}\"\npassword = \"{PASSWORD}\"\n"));
    let broken = scene.run(&["scan", "."]);
    assert!(!format!("{broken:?}").contains(&t) && !format!("{broken:?}").contains(PASSWORD), "{broken:#?}");
    assert!(broken.stderr.contains("header"), "{broken:#?}");
    let typed = scene.run(&["scan", &format!("--bogus={t}")]);
    assert!(!format!("{typed:?}").contains(&t), "{typed:#?}");
    scene.write("mcp-assay.toml", "");
    let absent = scene.run(&["scan", &format!("{t}.json")]);
    assert!(!format!("{absent:?}").contains(&t), "{absent:#?}");
    let text = json!({ "mcpServers": {
        format!("a-{t}"): { "command": "sh", "args": ["-c", format!("echo {t} >&2")] },
        "b": { "command": "sh", "cwd": format!("/nowhere/{t}"), "args": ["-c", "exit 1"] },
        "c": { "command": "sh", "args": ["-c", "exit 1"], "env": { t.as_str(): "1" } },
        "d": { "command": "sh", "args": ["-c", "exit 1"], "autoApprove": [t] },
        "e": { "command": "sh", "args": ["-c", format!("echo {VALUE} >&2; exit 1")] },
        "f": { "command": "sh", "args": ["-c", format!("echo {SHORT} | sudo -S true; exit 1")] },
    }});
    scene.write("live.json", text.to_string());
    for args in [
        &["scan", "live.json", "--launch", "all", "--output", "json"][..],
        &["capture", "live.json", "--launch", "all", "--out", "all.json"],
        &["approve", "live.json", "--launch", "all", "--dry-run"],
        &["diff", "live.json", "all.json"],
        &["inventory", "live.json"],
    ] {
        let outcome = scene.run(args);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(![&t, VALUE, SHORT].iter().any(|secret| said.contains(secret)), "{args:?} {outcome:#?}");
    }
    let mut open = vec![scene.project()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else if entry.file_name() != "live.json" {
                let kept = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default()).into_owned();
                let holds = [&t, VALUE, SHORT].iter().any(|secret| kept.contains(secret));
                assert!(!holds, "{}", entry.path().display());
            }
        }
    }
}

//! What is found and what is not, in all the places of a launch; and what is shown of it.

use super::*;

mod code;

const RANDOM: &str = "q8Zt3LpW9xVb2NcR7mKd5HsN";

fn all_in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    of_line("x", args).into_iter().flatten().collect()
}

fn in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    all_in_args(args).first().copied()
}

fn shown_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    shown_line("x", args).1
}

// built from parts so that no scanner takes them for real tokens
fn token(prefix: &str) -> String {
    format!("{prefix}{}", "a1B2c3D4".repeat(6))
}

#[test]
fn formats_and_named_random_values_are_secrets() {
    for prefix in ["napi_", "sntryu_", "ctx7sk-", "AGE-SECRET-KEY-1", "BSA"] {
        assert!(is_secret(None, &format!("{prefix}{}", "A1B2C3D4".repeat(8))), "{prefix}");
    }
    let airtable = format!("pat{}.{}", "jAIxNKu8iS2b0Q", "f3a9c1d2".repeat(8));
    assert!(is_secret(None, &airtable) && !is_secret(None, &airtable.replace('.', "-")));
    assert!(!is_secret(
        None,
        "patterns-of-names-that-are-very-long-and-have-a-number-1-in-them-somewhere-here-or-there"
    ));
    for prefix in ["ghp_", "sk-", "AKIA", "xoxb-", "glpat-", "eyJhbGciOi"] {
        assert!(is_secret(None, &token(prefix)), "{prefix}");
        assert!(is_secret(Some("Authorization"), &format!("Bearer {}", token(prefix))), "{prefix}");
    }
    assert!(is_secret(Some("SERVICE_TOKEN"), "f3a9c1d27be84501"));
    assert_eq!(in_args(["-y", "pkg", "--api-key", "f3a9c1d27be84501aa"]), Some(3));
    assert_eq!(in_args(["--token=f3a9c1d27be84501aa"]), Some(0));
    assert_eq!(all_in_args(["--token=f3a9c1d27be84501aa", "postgres://me:f3a9c1d2@db.test/x"]), [0, 1]);
    assert_eq!(in_args(["postgres://postgres:postgres@localhost/x", "https://a.test/x"]), None);
}

#[test]
fn placeholders_paths_and_ordinary_values_are_not() {
    for value in [
        "${env:TOKEN}",
        "$TOKEN",
        "<your-token>",
        "YOUR_API_KEY_1234567890",
        "placeholder",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1A",
        "",
        "${TOKEN:-none}",
        "Bearer ${input:token-1234567890abc}",
        "changeme1234567890",
    ] {
        assert!(!is_secret(Some("API_KEY"), value), "{value}");
    }
    assert!(!is_secret(Some("LOG_LEVEL"), "f3a9c1d27be84501"));
    assert!(!is_secret(Some("--pubkey"), "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"));
    assert!(!is_secret(Some("PASSWORD_POLICY"), "min12-upper-lower-digit"));
    assert!(!is_secret(Some("KEY_FILE"), "/home/me/key1234567890.pem"));
    assert!(!is_secret(None, "sk-learn-contributors-of-the-world-unite-now"));
    assert_eq!(
        in_args([
            "-y",
            "@modelcontextprotocol/server-everything@2026.1.2",
            "--token-file",
            "/run/secrets/token1234567"
        ]),
        None
    );
}

#[test]
fn a_word_of_a_placeholder_elsewhere_excuses_nothing() {
    for (name, value) in [
        ("API_KEY", format!("todo-{RANDOM}")),
        ("GITHUB_TOKEN", format!("${{GITHUB_TOKEN:-{}}}", token("ghp_"))),
        ("API_KEY", format!("${{API_KEY:-{RANDOM}}}")),
        ("DATABASE_URL", "postgresql://admin:S3cretPw99y@${DB_HOST}:5432/todos".to_owned()),
        ("NOTES", format!("your example is {}", token("ghp_"))),
    ] {
        assert!(is_secret(Some(name), &value), "{name} {value}");
    }
}

#[test]
fn secrets_stand_in_arguments_in_many_ways() {
    for args in [
        &["--header", "Authorization: Bearer {}"][..],
        &["--header", "Authorization:Bearer {}"],
        &["--header=X-API-Key: {}"],
        &["--header=X-API-Key:{}"],
        &["-H", "X-API-Key: {}"],
        &["-H", "X-API-Key:{}"],
        &["-HX-API-Key: {}"],
        &["-H", "Authorization: Token {}"],
        &["-H", "Cookie: lang=en; session={}"],
        &["--headers", "{\"Authorization\": \"Bearer {}\"}"],
        &["--password", "{}"],
        &["--password={}"],
        &["--token", "{}"],
        &["--api-key", "{}"],
        &["-e", "API_KEY={}"],
        &["--env=API_KEY={}"],
        &["-c", "npx x --api-key {} --verbose"],
        &["-c", "curl -H 'Authorization: Bearer {}' https://a.test"],
        &["-c", "API_KEY={} exec node x.js"],
        &["https://a.test/mcp?api_key={}"],
        &["--url=https://me:{}@a.test/mcp"],
    ] {
        let filled = |value: &str| args.iter().map(|a| a.replace("{}", value)).collect::<Vec<_>>();
        let of = |all: &[String]| in_args(all.iter().map(String::as_str));
        let all = filled(RANDOM);
        assert_eq!(of(&all), Some(args.len() - 1), "{all:?}");
        let shown = shown_args(all.iter().map(String::as_str)).join(" ");
        assert!(!shown.contains(RANDOM) && shown.contains(HIDDEN), "{shown}");
        for filler in ["${API_KEY}", "<YOUR_API_KEY_1234567890>", "xxxxxxxxxxxxxxxxxxx1"] {
            assert_eq!(of(&filled(filler)), None, "{:?}", filled(filler));
        }
    }
    assert_eq!(in_args(["--password", "hunter2hunter2"]), Some(1));
    assert!(is_secret(Some("DB_PASSWORD"), "Tr0ub4dor&3xyz"));
}

#[test]
fn ordinary_arguments_are_shown_as_they_are() {
    for args in [
        &["-y", "mcp-remote@1.2.3", "https://mcp.acme.test/mcp", "--header", "Authorization: Bearer ${TOKEN}"][..],
        &["--password", "keychain", "--password-file", "/run/secrets/p4ssword", "--pwd", "/home/me/project1"],
        &["--password=password123", "--password-stdin", "--auth", "oauth2"],
        &["run", "-e", "API_KEY", "ghcr.io/acme/auth-server:1.2.3-alpha.20250101"],
        &["-e", "const token=process.env.GITHUB_TOKEN_V2; fetch(u, {headers: {Authorization: 'Bearer ' + token}})"],
        &["--header", "Accept:application/vnd.acme.v1+json", "--header", "Notion-Version: 2022-06-28-20250101abc"],
        &["--cookie", "lang=en", "postgres://me:${PW}@db.acme.test/x", "git@github.com:acme/x.git"],
        &["ssh://git@github.com/acme/x", "C:\\Users\\me\\x.js", "--session-cookie=none"],
    ] {
        assert_eq!(all_in_args(args.iter().copied()), [0; 0], "{args:?}");
        assert_eq!(shown_args(args.iter().copied()), args, "{args:?}");
    }
}

#[test]
fn shown_is_all_but_the_secret() {
    for (text, expected) in [
        ("postgresql://admin:S3cretPw99y@db.acme.test:5432/todo", "postgresql://(not shown)@db.acme.test:5432/todo"),
        ("postgres://postgres:postgres@localhost/x", "postgres://(not shown)@localhost/x"),
        ("git+https://f3a9c1d27be84501aabb@github.com/a/b", "git+https://(not shown)@github.com/a/b"),
        ("https://a.test/mcp?v=2&token=f3a9c1d27be84501aa", "https://a.test/mcp?v=2&token=(not shown)"),
        ("https://mcp.zapier.com/api/mcp/s/q8Zt3LpW9xVb2NcR/mcp", "https://mcp.zapier.com/api/mcp/s/(not shown)/mcp"),
        ("Authorization: Bearer f3a9c1d27be84501aa==", "Authorization: Bearer (not shown)"),
    ] {
        assert_eq!(shown(text), expected);
    }
    assert_eq!(in_args(["-k", RANDOM]), None);
    assert_eq!(shown_args(["-k", RANDOM, "x"]), ["-k", HIDDEN, "x"]);
    let texts = [format!("{}+/x==", token("ghp_")), format!("a {} b {}", token("ghp_"), token("sk-"))];
    assert_eq!(texts.map(|t| shown(&t)), ["(not shown)==", "a (not shown) b (not shown)"]);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "MIIEvQ9a".repeat(30));
    assert_eq!(shown(&key), HIDDEN);
}

#[test]
fn a_key_of_several_lines_is_left_out_up_to_its_end_and_a_sentence_about_keys_is_not() {
    let key = format!(
        "-----BEGIN RSA {} KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----",
        "PRIVATE",
        "MIIEvQ9a".repeat(8),
        "q8Zt3LpW".repeat(8)
    );
    let text = format!("[a]\nkey = \"\"\"{key}\"\"\"\nb = 1\n[c]\nkey = \"\"\"{key}\"\"\"\n");
    let shown = starred(&text);
    assert_eq!(shown.len(), text.len());
    assert_eq!(shown.lines().count(), text.lines().count());
    assert!(!shown.contains("MIIE") && !shown.contains("q8Zt") && shown.contains("\nb = 1\n[c]\n"), "{shown}");
    assert_eq!(masked(&format!("a {key} b {key} c")), "a (not shown) b (not shown) c");
    let cut = &key[..key.len() - 40];
    assert_eq!(masked(&format!("a {cut}")), "a (not shown)");
    for plain in [
        "The file begins with -----BEGIN PRIVATE KEY----- and is kept out of the internationalization repository.",
        "-----BEGIN CERTIFICATE-----\nMIIEvQ9aMIIEvQ9aMIIEvQ9a\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\nYOUR_KEY\n-----END PRIVATE KEY-----",
    ] {
        assert_eq!(masked(plain), plain);
        assert_eq!(starred(plain), plain);
    }
}

#[test]
fn a_name_is_public_only_where_it_says_so() {
    for name in ["REPUBLIC_API_KEY", "republicKey", "PUBLICATION_TOKEN", "publicist_secret"] {
        assert!(is_secret(Some(name), "f3a9c1d27be84501"), "{name}");
    }
    for name in ["PUBLIC_KEY", "PUBLICKEY", "stripePublicKey", "NEXT_PUBLIC_API_KEY", "publicApiKey", "public-token"] {
        assert!(!is_secret(Some(name), "f3a9c1d27be84501"), "{name}");
    }
}

#[test]
fn places_of_a_masked_text_are_those_of_its_words() {
    let t = token("ghp_");
    let text = format!("a {t} b {t} c");
    let at = |part: &str| text.rfind(part).expect("there");
    let of = |start: usize, end: usize| {
        let (shown, [start, end]) = masked_at(&text, [start, end]);
        shown[start..end].to_owned()
    };
    assert_eq!(of(0, 1), "a");
    assert_eq!(of(at(" b "), at(" b ") + 3), " b ");
    assert_eq!(of(at("c"), text.len()), "c");
    assert_eq!(of(4, 9), HIDDEN);
    assert_eq!(of(0, 9), "a (not shown)");
    assert_eq!(of(2, text.len()), "(not shown) b (not shown) c");
    assert_eq!(of(9, at("c")), "(not shown) b (not shown) ");
    assert_eq!(masked_at("plain", [1, 3]), (Cow::Borrowed("plain"), [1, 3]));
}

#[test]
fn what_ordinary_reports_hold_is_shown_as_it_is() {
    for text in [
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        "the tree of commit da39a3ee5e6b4b0d3255bfef95601890afd80709 (git)",
        "git+https://github.com/acme/x.git#da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "id: 550e8400-e29b-41d4-a716-446655440000",
        "@modelcontextprotocol/server-everything@2026.1.2-beta.20250101",
        "acme-calc==1.2.3 --hash=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "for example aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IHRleHQ=",
        "eyJuYW1lIjogImFjbWUiLCAidmVyc2lvbiI6IDEsICJraW5kIjogInBsYWluIn0=",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "/home/me/.cache/acme/Acme-MCP-Server-2-x86_64-Linux-v3.tar.gz:12:3",
        "C:\\Users\\me\\AppData\\Local\\Acme2\\server-x64.exe",
        "tool 'getUserAccountInformationByIdentifierV2Beta3' of server 'acme-mcp-2'",
        "get_api_key_for_user_v2: reads the token of API_KEY=$API_KEY or --token TOKEN",
        "https://mcp.acme.test:8443/v1/mcp?user=me&page=2#part-3",
        "https://github.com/acme/x/blob/da39a3ee5e6b4b0d3255bfef95601890afd80709/src/a_b.rs#L10-L20",
        "ghcr.io/acme/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "The password is asked for: it must have 8 characters, one of them a digit (abc123).",
        "Authorization: Bearer <token>, or X-API-Key: $KEY",
        "keyboard: true; author: Ann; tokenizer=cl100k_base_v2_2024; max_tokens=4096; monkey = \"banana2024\"",
        "sign-in, read-only, x-y-z, 2026-11-22T09:41:36Z, 10.0.0.1:8080, [::1]:443",
    ] {
        assert_eq!(masked(text), text);
        assert_eq!(starred(text), text);
    }
}

#[test]
fn long_values_in_another_spelling_are_read_to_their_end() {
    use base64::Engine as _;
    let code = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let filler = "plain words é ".repeat(4_000);
    for secret in [format!("\"apiKey\": \"{RANDOM}\""), token("ghp_")] {
        for pad in 0..5 {
            let text = format!("{{\"a\": \"{}{filler}\", {secret}, \"b\": \"{filler}\"}}", "x".repeat(pad));
            let long = code(&text);
            assert_eq!(masked(&format!("a {long} b")), "a (not shown) b");
            let escaped: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
            assert_eq!(masked(&format!("https://a.test/x?c={escaped}")), "https://a.test/x?c=(not shown)");
        }
    }
    let plain = code(&format!("{{\"a\": \"{filler}\"}}"));
    assert_eq!(masked(&plain), plain);
    let signed = format!("{}.{}.{RANDOM}", code("{\"typ\":\"JWT\",\"alg\":\"none\"}"), code(&filler));
    assert_eq!(masked(&format!("a {signed}")), "a (not shown)");
    let basic = format!("Basic {}", code(&format!("me:{}", RANDOM.repeat(1_000))));
    assert!(is_secret(Some("Authorization"), &basic));
}

#[test]
fn made_up_values_are_told_from_those_that_only_end_like_one() {
    for password in ["Gr8Wolf-123456", "Wolf7ran-abcdef", "$ecr3tPw99y"] {
        assert!(is_secret(Some("DB_PASSWORD"), password), "{password}");
        assert_eq!(in_args(["--password", password]), Some(1), "{password}");
    }
    for password in ["$DB_PASSWORD2", "test-123456", "P@ssw0rd1", "neo4j123"] {
        assert!(!is_secret(Some("DB_PASSWORD"), password), "{password}");
    }
    assert_eq!(of_line("MYSQL.EXE", ["-pS3cretPw99y"]), [Some(0)]);
    assert_eq!(of_line("C:\\x\\MySQL.cmd", ["-p", "S3cretPw99y"]), [Some(1)]);
}

#[test]
fn a_name_is_judged_by_its_end_and_the_name_of_a_key_wins() {
    for name in ["TOKENIZER_API_KEY", "tokenizerApiKey", "TOKENIZER_TOKEN", "HF_TOKENIZERS_SECRET", "MAX_API_KEY"] {
        assert!(is_secret(Some(name), "f3a9c1d27be84501"), "{name}");
    }
    for name in [
        "TOKENIZER",
        "TOKENIZER_PATH",
        "TOKENIZERS_CACHE",
        "MAX_TOKENS",
        "max-output-tokens",
        "TOKEN_LIMIT",
        "TOKEN_BUDGET",
        "KEYBOARD",
        "PUBLIC_KEY",
    ] {
        assert!(!is_secret(Some(name), "f3a9c1d27be84501"), "{name}");
    }
}

#[test]
fn hostile_values_take_no_long_time() {
    let tokens = ["=", "+", "==", " "].map(|sign| format!("{}q8Zt3LpW9xVb2NcR{sign}", "AKIA"));
    let heading = format!("-----BEGIN {} KEY-----", "PRIVATE");
    let units = ["a:", "auth: ", "auth:'", "cookie: ", "://", "a://u:p@", "${A:-", "$A", "ghp_", "key=", "--key a1 "];
    let more = [
        "echo a|",
        "?key=",
        "a,\"",
        "-----BEGIN ",
        "-----BEGIN A-----",
        &heading,
        "eyJ",
        "a%3A//b%3Fc=",
        "key=\"",
        "public_",
    ];
    for unit in units.iter().chain(&more).copied().chain(tokens.iter().map(String::as_str)) {
        let text = unit.repeat((1 << 17) / unit.len());
        // a quadratic reading would not end
        assert!(in_args(["--header", &text]).is_none_or(|at| at == 1) && !shown(&text).is_empty());
    }
}

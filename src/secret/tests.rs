//! What is found and what is not, in all the places of a launch; and what is shown of it.

use super::*;

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
    assert_eq!(texts.map(|t| shown(&t)), ["(not shown)/x==", "a (not shown) b (not shown)"]);
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
fn hostile_values_take_no_long_time() {
    let tokens = ["=", "+", "==", " "].map(|sign| format!("{}q8Zt3LpW9xVb2NcR{sign}", "AKIA"));
    let heading = format!("-----BEGIN {} KEY-----", "PRIVATE");
    let units = ["a:", "auth: ", "auth:'", "cookie: ", "://", "a://u:p@", "${A:-", "$A", "ghp_", "key=", "--key a1 "];
    let more = ["-----BEGIN ", "-----BEGIN A-----", &heading, "eyJ", "a%3A//b%3Fc=", "key=\"", "public_"];
    for unit in units.iter().chain(&more).copied().chain(tokens.iter().map(String::as_str)) {
        let text = unit.repeat((1 << 17) / unit.len());
        // a quadratic reading would not end
        assert!(in_args(["--header", &text]).is_none_or(|at| at == 1) && !shown(&text).is_empty());
    }
}

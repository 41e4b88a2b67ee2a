//! Secrets and random words in code, and what of code is shown.

use super::*;

#[test]
fn secrets_stand_in_code_in_many_ways() {
    for code in [
        "x $(API_KEY={} get)",
        "(API_KEY={} node x.js)",
        "{ API_KEY={}; x; }",
        "npm config set //registry.npmjs.org/:_authToken {} && npx x",
        "setx API_KEY {} & x",
        "set -gx API_KEY {}; x",
        "Set-Item -Path Env:API_KEY -Value '{}'; x",
        "[Environment]::SetEnvironmentVariable('API_KEY', '{}'); x",
        "os.environ.setdefault(\"API_KEY\", \"{}\")",
        "echo 'machine a.test login me password {}' > ~/.netrc",
        "x '{\\\"a\\\": {\\\"token\\\": \\\"{}\\\"}}'",
        "java -Dspring.datasource.password={} -jar x.jar",
        "printf '[db]\\npassword={}\\n' > x.ini",
        "echo {} | sudo -S npx -y x",
        "bash -c 'echo {} | sudo -S x'",
    ] {
        let line = code.replace("{}", RANDOM);
        assert_eq!(in_args(["-c", &line]), Some(1), "{line}");
        assert!(!shown_args(["-c", &line]).concat().contains(RANDOM), "{line}");
        assert!(!masked(&line).contains(RANDOM), "{line}");
        for filler in ["${API_KEY}", "<your-key>"] {
            let line = code.replace("{}", filler);
            assert_eq!(in_args(["-c", &line]), None, "{line}");
        }
    }
    assert_eq!(of_line("cmd", ["/c", "echo", "Wq7z", "|", "docker", "login"]), [Some(2)]);
    assert_eq!(shown_line("cmd", ["/c", "echo", "Wq7z|", "docker", "login"]).1[2], "(not shown)|");
    let code = |text: &str| {
        use base64::Engine as _;
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        base64::engine::general_purpose::STANDARD.encode(wide)
    };
    let (secret, plain) =
        (code(&format!("$env:API_KEY='{RANDOM}'; node x")), code("$env:NODE_ENV='production'; node x"));
    assert_eq!(in_args(["-EncodedCommand", &secret]), Some(1));
    assert_eq!(in_args(["-EncodedCommand", &plain]), None);
}

#[test]
fn random_words_of_code_are_not_shown_and_what_people_read_is() {
    for random in
        [RANDOM, "f3a9c1d27be84501f3a9c1d27be84501", "q8zt3lpw9xvb2ncr7mkd5hsn", "kq8Zt3Lp/W9xVb2NcR7+mKd5HsNw"]
    {
        for code in
            ["x {} y", "echo \"{}\" | foo", "FOO={} npx x", "x --foo={} y", "x '{\"foo\": \"{}\"}'", "foo('{}') ;"]
        {
            let line = code.replace("{}", random);
            assert_eq!(in_args(["-c", &line]), None, "{line}");
            assert_eq!(shown_args(["-c", &line])[1], code.replace("{}", HIDDEN), "{line}");
        }
    }
    let scattered = "6kwbDfKHSEfLvbghbUAvWOYJ";
    for (text, shown) in
        [("x -a {} y", "x -a {} y"), ("curl https://a.test/{}/x | sh", "curl https://a.test/{}/x | sh")]
    {
        assert_eq!(shown_args(["-c", &text.replace("{}", scattered)])[1], shown.replace("{}", HIDDEN));
    }
    assert_eq!(shown_args([format!("--foo={RANDOM}").as_str()]), ["--foo=(not shown)"]);
    let (sum, commit) = ("9f86d081".repeat(8), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    for line in [
        format!("docker run -i a/b@sha256:{sum}"),
        format!("docker run -i sha256:{sum}"),
        format!("git checkout {commit} && node x"),
        format!("nix run github:a/b/{commit}"),
        format!("x --rev={commit} y"),
        format!("npx -y github:a/b#{commit} y"),
        format!("echo '{sum}  x.tgz' | sha256sum -c"),
        format!("pip install a==1 --hash=sha256:{sum}"),
        "x sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg== y"
            .to_owned(),
        format!("cd /srv/{RANDOM} && ./{RANDOM}/x"),
        "x --model us.anthropic.claude-sonnet-4-20250514-v1:0 --region us-east-1".to_owned(),
        "x --id 550e8400-e29b-41d4-a716-446655440000 --org org_2Nf5kZq8Zt3LpW9xVb2NcR7mKd5".to_owned(),
        "x --ws wksp_01J8ZQ4N5YB3W7C2K9T6M0XVRH --at 2026-11-22T09:41:36Z getUserAccountInformationV2Beta3".to_owned(),
    ] {
        assert_eq!(shown_args(["-c", &line])[1], line);
    }
    // as base64 begins one time in sixty
    assert_eq!(shown_args(["-k", "/q8Zt3LpW9xVb2NcR7mKd5HsN+w4T="])[1], "(not shown)=");
    assert_eq!(shown(&format!("x {RANDOM} y")), format!("x {HIDDEN} y"));
    assert_eq!(
        (shown("x plain y"), shown("mysql -pS3cretPw99y db")),
        ("x plain y".into(), "mysql -p(not shown) db".into())
    );
}

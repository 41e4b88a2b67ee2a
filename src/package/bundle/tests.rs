//! Bundles, honest and hostile. The hostile ones are honest ones with bytes changed.

use super::*;

const MANIFEST: &str = r#"{"manifest_version": "0.3", "name": "calc", "version": "1.0.0", "description": "Calculates.",
  "server": {"type": "node", "entry_point": "server/index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/server/index.js"]}},
  "tools": [{"name": "add", "description": "Adds two numbers."}], "prompts": [{"name": "sum", "text": "Add ${arguments.a}"}],
  "localization": {"resources": "locales/${locale}.json", "default_locale": "en"},
  "_meta": {"com.example.host": {"static_responses": {"tools/list": {"tools": [{"name": "add", "description": "Kept words."}]}}}}}"#;

fn bundle(extra: &[(&str, &[u8])]) -> Vec<u8> {
    let own: [(&str, &[u8]); 3] = [
        ("manifest.json", MANIFEST.as_bytes()),
        ("server/index.js", b"// server"),
        ("locales/de.json", br#"{"tools": [{"name": "add", "description": "Addiert zwei Zahlen."}]}"#),
    ];
    pack(own.into_iter().chain(extra.iter().copied()))
}

fn refused(bytes: &[u8]) -> String {
    Bundle::read(bytes).err().map_or_else(|| panic!("it was accepted"), |e| e.to_string())
}

fn find(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|i| bytes[*i..].starts_with(what)).collect()
}

/// Every place where a name stands in a header.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    for at in find(bytes, from) {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
}

#[test]
fn a_bundle_is_read_in_every_language() {
    let read = Bundle::read(&bundle(&[])).expect("honest");
    assert_eq!((read.name, read.version), (Some("calc".into()), Some("1.0.0".into())));
    assert_eq!(read.command.len(), 2);
    assert_eq!(read.signature, Signature::None);
    let locales: Vec<_> = read.readings.iter().map(|r| r.locale.as_ref().map(|l| l.raw().to_owned())).collect();
    assert_eq!(locales, [None, Some("kept for com.example.host".to_owned()), Some("de".to_owned())]);
    let words = |i: usize| {
        let tool = read.readings[i].manifest.items.iter().find(|t| t.key.kind == crate::terms::ItemKind::Tool);
        tool.and_then(|t| t.text("description")).expect("words").to_owned()
    };
    assert_eq!(words(0), "Adds two numbers.");
    assert_eq!(words(1), "Kept words.");
    assert_eq!(words(2), "Addiert zwei Zahlen.");
    assert!(read.problems.is_empty(), "{:?}", read.problems);
}

/// What a client unpacked is read like what it was packed from, and nothing beside it.
#[test]
fn an_unpacked_bundle_says_what_the_packed_one_says() {
    let dir = tempfile::tempdir().expect("a directory");
    let put = |name: &str, bytes: &[u8]| {
        let path = dir.path().join("ext").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, bytes).expect("written");
        path
    };
    put("server/index.js", b"//");
    put("locales/de.json", br#"{"tools": [{"name": "add", "description": "Addiert zwei Zahlen."}]}"#);
    let manifest = put("manifest.json", MANIFEST.as_bytes());
    let (read, packed) =
        (Bundle::read_unpacked(&manifest).expect("honest"), Bundle::read(&bundle(&[])).expect("honest"));
    assert!(read.unpacked && read.problems.is_empty(), "{:?}", read.problems);
    let words = |b: &Bundle| {
        let one = |r: &Reading| (r.locale.clone(), crate::snapshot::Snapshot::of(&r.manifest).digest);
        b.readings.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(words(&read), words(&packed));
    assert_eq!(read.starts.len(), packed.starts.len());
    let why = |bundle: Result<Bundle, Broken>| bundle.err().map(|e| e.to_string()).unwrap_or_default();
    #[cfg(unix)]
    {
        // a link is not followed, whatever it leads to
        std::fs::write(dir.path().join("secret.json"), b"{}").expect("written");
        std::os::unix::fs::symlink("../../secret.json", dir.path().join("ext/locales/fr.json")).expect("a link");
        let read = Bundle::read_unpacked(&manifest).expect("honest");
        assert_eq!(words(&read), words(&packed));
        assert!(read.problems.iter().any(|p| p.contains("a link")), "{:?}", read.problems);
        std::fs::remove_file(&manifest).expect("removed");
        std::os::unix::fs::symlink("../secret.json", &manifest).expect("a link");
        assert!(why(Bundle::read_unpacked(&manifest)).contains("no plain file"));
        std::fs::remove_file(&manifest).expect("removed");
    }
    put("manifest.json", &vec![b' '; WORDS as usize + 1]);
    assert!(why(Bundle::read_unpacked(&manifest)).contains("bytes"));
    put("manifest.json", MANIFEST.as_bytes());
    put("locales/de.json", &vec![b' '; WORDS as usize + 1]);
    assert!(why(Bundle::read_unpacked(&manifest)).contains("de.json"));
    std::fs::remove_file(dir.path().join("ext/manifest.json")).expect("removed");
    assert!(why(Bundle::read_unpacked(&manifest)).contains("no manifest.json"));
}

#[test]
fn names_that_lead_out_are_refused() {
    for (name, why) in [
        ("../../evil", "leads out"),
        ("a/../../b", "leads out"),
        ("/etc/cron", "leads out"),
        ("C:evil.js", "leads out"),
        ("a\\..\\b", "leads out"),
        ("a//b", "empty part"),
        ("MANIFEST.json", "twice"),
        ("server", "lies in a file"),
        ("x\u{202e}y", "invisible"),
    ] {
        // the writer would tidy some of these names
        let plain = "n".repeat(name.len());
        let mut bytes = bundle(&[(&plain, b"x")]);
        rename(&mut bytes, plain.as_bytes(), name.as_bytes());
        assert!(refused(&bytes).contains(why), "{name:?}: {}", refused(&bytes));
    }
}

#[test]
fn a_name_twice_is_refused() {
    let mut bytes = bundle(&[("manifest.jsoX", br#"{"name": "other"}"#)]);
    rename(&mut bytes, b"manifest.jsoX", b"manifest.json");
    assert!(refused(&bytes).contains("twice"));
}

#[test]
fn links_and_encryption_are_refused() {
    let honest = bundle(&[("link", b"/etc/passwd")]);
    let central = *find(&honest, b"PK\x01\x02").last().expect("a directory");
    let mut bytes = honest.clone();
    bytes[central + 5] = 3;
    bytes[central + 38..central + 42].copy_from_slice(&(0o120_777u32 << 16).to_le_bytes());
    assert!(refused(&bytes).contains("symbolic link"));
    let mut bytes = honest;
    bytes[central + 8] |= 1;
    assert!(refused(&bytes).contains("encrypted"));
}

#[test]
fn lengths_that_lie_are_found() {
    let honest = bundle(&[]);
    let locals = find(&honest, b"PK\x03\x04");
    let centrals = find(&honest, b"PK\x01\x02");
    // the directory says more than the header
    let mut bytes = honest.clone();
    bytes[centrals[0] + 24] ^= 1;
    assert!(refused(&bytes).contains("length"));
    // both say the same, and it is not true
    let mut bytes = honest.clone();
    for at in [locals[0] + 22, centrals[0] + 24] {
        let size = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        bytes[at..at + 4].copy_from_slice(&(size - 5).to_le_bytes());
    }
    assert!(refused(&bytes).contains("another length") || refused(&bytes).contains("inflated"), "{}", refused(&bytes));
    // more than twice what it says, in a file that nothing reads before it is unpacked
    let mut state = 1_u64;
    let mut noise = vec![0_u8; 100 << 10];
    for byte in &mut noise {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *byte = state.to_be_bytes()[0];
    }
    let mut bytes = bundle(&[("noise", &noise)]);
    let last = |bytes: &[u8], mark: &[u8]| *find(bytes, mark).last().expect("there");
    for at in [last(&bytes, b"PK\x03\x04") + 22, last(&bytes, b"PK\x01\x02") + 24] {
        bytes[at..at + 4].copy_from_slice(&9u32.to_le_bytes());
    }
    assert!(refused(&bytes).contains("more than it says"), "{}", refused(&bytes));
    // a mountain
    let mut bytes = honest.clone();
    for at in [locals[1] + 22, centrals[1] + 24] {
        bytes[at..at + 4].copy_from_slice(&(1u32 << 30).to_le_bytes());
    }
    assert!(refused(&bytes).contains("times its size") || refused(&bytes).contains("length"), "{}", refused(&bytes));
    // content that was changed
    let mut bytes = honest;
    let at = find(&bytes, b"PK\x03\x04")[0] + 30 + "manifest.json".len() + 10;
    bytes[at] ^= 0x55;
    refused(&bytes);
}

#[test]
fn entries_that_overlap_or_hide_are_refused() {
    let honest = bundle(&[("a", b"first"), ("b", b"other")]);
    let centrals = find(&honest, b"PK\x01\x02");
    let (a, b) = (centrals[3], centrals[4]);
    let mut bytes = honest.clone();
    let offset: Vec<u8> = bytes[a + 42..a + 46].to_vec();
    bytes[b + 42..b + 46].copy_from_slice(&offset);
    // the header there has another name
    assert!(refused(&bytes).contains("otherwise"), "{}", refused(&bytes));
    rename(&mut bytes, b"\x00\x00b", b"\x00\x00a");
    assert!(refused(&bytes).len() > 5);
    let mut bytes = b"#!/bin/sh\n".to_vec();
    bytes.extend_from_slice(&honest);
    assert!(refused(&bytes).contains("not where"), "{}", refused(&bytes));
    let mut bytes = honest.clone();
    bytes.extend_from_slice(b"more");
    assert!(refused(&bytes).contains("behind its end"));
    let mut bytes = honest.clone();
    bytes.extend_from_slice(&honest);
    assert!(refused(&bytes).contains("more than one end"));
}

#[test]
fn every_cut_and_every_flipped_byte_ends_in_an_error_or_a_bundle() {
    let honest = bundle(&[]);
    for end in 0..honest.len() {
        assert!(Bundle::read(&honest[..end]).is_err(), "cut at {end}");
    }
    for at in 0..honest.len() {
        let mut bytes = honest.clone();
        bytes[at] ^= 0xff;
        // no panic is all that is asked
        let _either = Bundle::read(&bytes);
    }
}

#[test]
fn too_many_entries_are_a_clear_error() {
    let names: Vec<String> = (0..30_000).map(|i| format!("f{i}")).collect();
    let bytes = pack(names.iter().map(|n| (n.as_str(), b"".as_slice())));
    assert!(refused(&bytes).contains("at most 20000"), "{}", refused(&bytes));
    let names: Vec<String> = (0..100_000).map(|i| format!("f{i}")).collect();
    let bytes = pack(names.iter().map(|n| (n.as_str(), b"".as_slice())));
    assert!(refused(&bytes).contains("not read"), "{}", refused(&bytes));
}

#[test]
fn absurd_manifests_are_clear_errors() {
    let deep = "[".repeat(1_000_000);
    let wide = format!("[{}]", vec!["0"; 300_000].join(","));
    for (text, why) in [
        ("", "not JSON"),
        ("[]", "no JSON object"),
        (deep.as_str(), "JSON"),
        (wide.as_str(), "JSON"),
        (r#"{"tools": 3, "prompts": {"a": 1}, "server": [], "localization": 7}"#, ""),
    ] {
        let read = Bundle::read(&pack([("manifest.json", text.as_bytes())]));
        match why {
            "" => assert!(read.is_ok()),
            why => assert!(read.err().is_some_and(|e| e.to_string().contains(why)), "{:.30}", text),
        }
    }
    assert!(refused(&pack([("other", b"x".as_slice())])).contains("no manifest.json"));
    let large = vec![b' '; 5 << 20];
    assert!(refused(&pack([("manifest.json", large.as_slice())])).contains("times its size"));
}

/// CMS of OpenSSL 3 over the word `content`: ECDSA, a certificate of its own making. Made for this test; the key is gone.
const SELF: &str = "MIIDbQYJKoZIhvcNAQcCoIIDXjCCA1oCAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBoIIBojCCAZ4wggFHoAMCAQICFCxxrnRHLTrh06\
     mdJPvG+OUy0UH3MAoGCCqGSM49BAMCMCYxFTATBgNVBAMMDEFjbWUgU2lnbmluZzENMAsGA1UECgwEQWNtZTAeFw0yNjExMjEyMjM2NTNaFw0z\
     NjExMTgyMjM2NTNaMCYxFTATBgNVBAMMDEFjbWUgU2lnbmluZzENMAsGA1UECgwEQWNtZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHmtHx\
     e11BSW6JEMyS9jd7SuNev/D2s/kyKoRavzw3VoZg9TVK8wuOZ5WZ6Sylt7+IuqXXQQecy+h7QNABGqBLCjUzBRMB0GA1UdDgQWBBSkU0OEhK1H\
     FBp4DCULFIyNg8tRfzAfBgNVHSMEGDAWgBSkU0OEhK1HFBp4DCULFIyNg8tRfzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0UAMEICHx\
     7Ui41d2zQu5Rl9SxaYNnUxDNt25Jnw2fbNaHBv460CHyy/5R0uy94tWt4yBhLS1eeCaT3d6LEXpPRO8jmnhAoxggGRMIIBjQIBATA+MCYxFTAT\
     BgNVBAMMDEFjbWUgU2lnbmluZzENMAsGA1UECgwEQWNtZQIULHGudEctOuHTqZ0k+8b45TLRQfcwCwYJYIZIAWUDBAIBoIHkMBgGCSqGSIb3DQ\
     EJAzELBgkqhkiG9w0BBwEwHAYJKoZIhvcNAQkFMQ8XDTI2MTEyMTIyMzY1M1owLwYJKoZIhvcNAQkEMSIEIO1wArQ56ayEXyI1fYIrrBREcw+9\
     tgFtPslDIpe57J9zMHkGCSqGSIb3DQEJDzFsMGowCwYJYIZIAWUDBAEqMAsGCWCGSAFlAwQBFjALBglghkgBZQMEAQIwCgYIKoZIhvcNAwcwDg\
     YIKoZIhvcNAwICAgCAMA0GCCqGSIb3DQMCAgFAMAcGBSsOAwIHMA0GCCqGSIb3DQMCAgEoMAoGCCqGSM49BAMCBEgwRgIhANXBGTd1br+mjfyr\
     rvDUy5ywQG7RO16gv9C/fKPZG4R5AiEAsuFA0h5cekG1ollXi78lesg/jS2L9/77v7tpvAZ+Auo=";

/// The same with a certificate of another issuer, and that one beside it.
const ISSUED: &str = "MIIETAYJKoZIhvcNAQcCoIIEPTCCBDkCAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBoIICqTCCASgwgc8CAQcwCgYIKoZIzj0EAwIwEj\
     EQMA4GA1UEAwwHVGVzdCBDQTAeFw0yNjExMjEyMjM2NTNaFw0yNzExMjEyMjM2NTNaMC8xETAPBgNVBAMMCEFjbWUgTHRkMQ0wCwYDVQQKDARB\
     Y21lMQswCQYDVQQGEwJERTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHmtHxe11BSW6JEMyS9jd7SuNev/D2s/kyKoRavzw3VoZg9TVK8wuO\
     Z5WZ6Sylt7+IuqXXQQecy+h7QNABGqBLAwCgYIKoZIzj0EAwIDSAAwRQIgPvSSPx2dPEK6qA84dHTStEjPcwfjdcLOsgtqpMuivS4CIQDfJu79\
     Q3OYpez+wf4L3B8W3UThvBOl9L8CRMC+9JBqajCCAXkwggEfoAMCAQICFG2l5Eg7nagdKnblphX0pH6shkZiMAoGCCqGSM49BAMCMBIxEDAOBg\
     NVBAMMB1Rlc3QgQ0EwHhcNMjYxMTIxMjIzNjUzWhcNMzYxMTE4MjIzNjUzWjASMRAwDgYDVQQDDAdUZXN0IENBMFkwEwYHKoZIzj0CAQYIKoZI\
     zj0DAQcDQgAEJUK1dKiZ4A7x/Rt7K95Py/e0MRpHHrftVP28TYIXA6IMIowX/uK71d/uMLL21nYGN0WgKyvrk2vBlESR1HMut6NTMFEwHQYDVR\
     0OBBYEFEayPQ8v7ENvl/qWHiSaq+1pe2flMB8GA1UdIwQYMBaAFEayPQ8v7ENvl/qWHiSaq+1pe2flMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI\
     zj0EAwIDSAAwRQIhALOf5O7eZatn9NXd8LOelCB7dQLRgRZXG84zAGZlEZwEAiAB4jlM1FC9qOFC+x2AcCZ+xITVrYSq5IZUeD+bqRfQODGCAW\
     kwggFlAgEBMBcwEjEQMA4GA1UEAwwHVGVzdCBDQQIBBzALBglghkgBZQMEAgGggeQwGAYJKoZIhvcNAQkDMQsGCSqGSIb3DQEHATAcBgkqhkiG\
     9w0BCQUxDxcNMjYxMTIxMjIzNjUzWjAvBgkqhkiG9w0BCQQxIgQg7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3MweQYJKoZIhvcNAQ\
     kPMWwwajALBglghkgBZQMEASowCwYJYIZIAWUDBAEWMAsGCWCGSAFlAwQBAjAKBggqhkiG9w0DBzAOBggqhkiG9w0DAgICAIAwDQYIKoZIhvcN\
     AwICAUAwBwYFKw4DAgcwDQYIKoZIhvcNAwICASgwCgYIKoZIzj0EAwIERzBFAiEAzCoQjpF+UdlfsVpHEdaFDYq3ChNjHYDj8AbcodVzvvYCIG\
     7LKEdmA0rakCjAsHEg5Vl6TcWgNTL9REX3nwbsT8e8";

fn block(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

/// The block with the digest of other content in it: the signature over it is wrong then, and nobody looks.
fn about(block: &[u8], content: &[u8]) -> Vec<u8> {
    let raw = |text: &[u8]| {
        let hex = crate::terms::Digest::of(text).hex().to_owned();
        let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal");
        (0..64).step_by(2).map(byte).collect::<Vec<u8>>()
    };
    let (old, new) = (raw(b"content"), raw(content));
    let at = block.windows(32).position(|w| w == old).expect("the digest is in it");
    [&block[..at], &new, &block[at + 32..]].concat()
}

fn signed(content: &[u8], block: &[u8]) -> Vec<u8> {
    let length = u32::try_from(block.len()).expect("short").to_le_bytes();
    [content, b"MCPB_SIG_V1", &length, block, b"MCPB_SIG_END"].concat()
}

fn told(bytes: &[u8]) -> Block {
    match Bundle::read(bytes).expect("signed").signature {
        Signature::Unverified(block) => *block,
        Signature::None => panic!("it is signed"),
    }
}

#[test]
fn a_signature_is_told_and_never_called_right() {
    let honest = bundle(&[]);
    let block =
        [&[0x30, 0x80][..], &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02], b"MCPB_SIG_V1..."];
    let block = block.concat();
    let sign = |block: &[u8], length: usize| {
        let length = u32::try_from(length).expect("short").to_le_bytes();
        [&honest[..], b"MCPB_SIG_V1", &length, block, b"MCPB_SIG_END"].concat()
    };
    let read = Bundle::read(&sign(&block, block.len())).expect("signed");
    // who signed it cannot be read of such a block
    assert_eq!(read.signature, Signature::Unverified(Box::new(Block { bytes: block.len(), signer: None, fits: None })));
    assert_eq!(read.signature.word(), "present-not-verified");
    assert!(refused(&sign(&block, block.len() + 1)).contains("length"));
    assert!(refused(&sign(b"hello", 5)).contains("PKCS #7"));
    let mut behind = sign(&block, block.len());
    behind.push(b'x');
    assert!(refused(&behind).contains("behind its signature"));
}

#[test]
fn who_says_to_have_signed_is_told() {
    let honest = bundle(&[]);
    let own = told(&signed(&honest, &block(SELF)));
    let signer = own.signer.expect("it can be read");
    assert_eq!((signer.subject.raw(), signer.issuer.raw()), ("CN=Acme Signing, O=Acme", "CN=Acme Signing, O=Acme"));
    assert!(signer.self_signed);
    // as `openssl x509 -fingerprint -sha256` says
    assert!(signer.fingerprint.hex().starts_with("34f7ecc36598e5cf"), "{}", signer.fingerprint);
    assert_eq!(signer.valid[1].raw(), "361118223653Z");
    assert_eq!(own.fits, Some(false));
    let issued = told(&signed(&honest, &block(ISSUED)));
    let signer = issued.signer.expect("it can be read");
    assert_eq!((signer.subject.raw(), signer.issuer.raw()), ("CN=Acme Ltd, O=Acme, C=DE", "CN=Test CA"));
    assert!(!signer.self_signed && signer.fingerprint.hex().starts_with("9a7a83618264bd36"));
    let right = about(&block(SELF), &honest);
    assert_eq!(told(&signed(&honest, &right)).fits, Some(true));
    // newer tools declare the block as the comment of the zip file
    let mut declared = signed(&honest, &right);
    let behind = u16::try_from(declared.len() - honest.len()).expect("short").to_le_bytes();
    declared[honest.len() - 2..honest.len()].copy_from_slice(&behind);
    assert_eq!(told(&declared).fits, Some(true));
    declared[honest.len() - 2] ^= 1;
    assert!(refused(&declared).contains("behind its end"));
}

#[test]
fn a_block_that_is_cut_or_bent_never_panics_and_says_nothing_wrong() {
    let whole = block(ISSUED);
    let known = signer::read(&whole).expect("it can be read");
    for at in 0..whole.len() {
        assert_eq!(signer::read(&whole[..at]), None, "cut at {at}");
        for bit in [0x01, 0x80] {
            let mut bent = whole.clone();
            bent[at] ^= bit;
            // one certificate cannot pass for another
            if let Some(found) = signer::read(&bent).filter(|f| f.subject != known.subject) {
                assert_ne!(found.fingerprint, known.fingerprint, "bent at {at}");
            }
        }
    }
    assert_eq!(signer::read(&[whole.as_slice(), b"x"].concat()), None);
    for odd in [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[0x30, 0x80, 0, 0], &[0x1f, 0x1f], &[0x30], &[]] {
        assert_eq!(signer::read(odd), None);
    }
}

#[test]
fn languages_are_found_by_the_pattern() {
    let files =
        ["l/de.json", "l/pt-BR.json", "l/x/y.json", "l/.json", "l/de/de.json", "l/de/fr.json"].map(str::to_owned);
    let of = |pattern: &str| words::locales(pattern, &files).into_iter().map(|(l, _)| l).collect::<Vec<_>>();
    assert_eq!(of("l/${locale}.json"), ["de", "pt-BR"]);
    assert_eq!(of("l/${locale}/${locale}.json"), ["de"]);
    assert_eq!(of("none"), [""; 0]);
}

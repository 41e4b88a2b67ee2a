//! Keys and signatures against their own bytes, and against OpenSSH, OpenSSL and the in-toto reference library where
//! these are installed.

use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) use super::sshsig::software::SoftKey;
use super::*;

fn key() -> SigningKey {
    SigningKey::generate().expect("random bytes")
}

/// Runs a program that the test is about. `None` when it is not installed, which is said.
fn program(name: &str, dir: &Path, args: &[&str], input: &[u8]) -> Option<std::process::Output> {
    let mut command = Command::new(name);
    command.args(args).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(e) => {
            eprintln!("NOT RUN: {name} cannot be started: {e}");
            return None;
        }
    };
    use std::io::Write;
    let _ = child.stdin.take().expect("piped").write_all(input);
    Some(child.wait_with_output().expect("it ends"))
}

#[track_caller]
fn done(out: &std::process::Output) {
    assert!(out.status.success(), "{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
}

/// An SSH key pair in a folder. `None` without OpenSSH.
fn ssh_pair(dir: &Path) -> Option<()> {
    done(&program("ssh-keygen", dir, &["-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", "id"], b"")?);
    Some(())
}

fn ssh_verifies(dir: &Path, public: &PublicKey, message: &[u8], blob: &[u8]) {
    let line = format!("alice@example namespaces=\"{NAMESPACE}\" {}\n", public.text());
    std::fs::write(dir.join("allowed"), line).expect("written");
    std::fs::write(dir.join("message.sig"), armor(blob)).expect("written");
    let args = ["-Y", "verify", "-f", "allowed", "-I", "alice@example", "-n", NAMESPACE, "-s", "message.sig"];
    done(&program("ssh-keygen", dir, &args, message).expect("it ran before"));
}

#[test]
fn an_ssh_key_file_signs_and_openssh_agrees() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(()) = ssh_pair(dir.path()) else { return };
    let message = pae(b"words");
    for name in ["id", "id.pub"] {
        let signer = open(&dir.path().join(name)).expect("an SSH key");
        assert!(signer.public().text().starts_with("ssh-ed25519 AAAA"), "{}", signer.public().text());
        let blob = signer.sign(&message).expect("signs");
        assert!(signer.public().verify(&message, &blob));
        assert!(!signer.public().verify(&pae(b"other words"), &blob));
        assert!(!key().public().verify(&message, &blob));
        ssh_verifies(dir.path(), &signer.public(), &message, &blob);
    }
}

#[test]
fn a_signature_of_ssh_for_another_purpose_does_not_count() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(()) = ssh_pair(dir.path()) else { return };
    let public = open(&dir.path().join("id.pub")).expect("a key").public();
    let message = pae(b"words");
    for (namespace, hash, counts) in
        [(NAMESPACE, "sha512", true), ("git", "sha512", false), (NAMESPACE, "sha256", false)]
    {
        let option = format!("hashalg={hash}");
        let args = ["-q", "-Y", "sign", "-n", namespace, "-O", &option, "-f", "id"];
        let out = program("ssh-keygen", dir.path(), &args, &message).expect("it ran before");
        done(&out);
        let blob = sshsig::dearmor(&String::from_utf8(out.stdout).expect("text")).expect("armor");
        assert_eq!(public.verify(&message, &blob), counts, "{namespace} {hash}");
    }
}

#[test]
fn a_key_that_only_the_agent_holds_signs() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(()) = ssh_pair(dir.path()) else { return };
    // one shell holds the agent for as long as the signature takes
    let script = "eval $(ssh-agent -s) >/dev/null && ssh-add -q id && rm id && \
                  ssh-keygen -q -Y sign -n \"$1\" -f id.pub < message > signature; code=$?; ssh-agent -k >/dev/null; exit $code";
    let message = pae(b"words");
    std::fs::write(dir.path().join("message"), &message).expect("written");
    let Some(out) = program("sh", dir.path(), &["-c", script, "sh", NAMESPACE], b"") else { return };
    done(&out);
    let text = std::fs::read_to_string(dir.path().join("signature")).expect("a signature");
    let signer = open(&dir.path().join("id.pub")).expect("the public file suffices");
    assert!(signer.public().verify(&message, &sshsig::dearmor(&text).expect("armor")));
    // without agent and without private file there is no signature, and no silent substitute
    assert!(matches!(signer.sign(&message), Err(KeyError::NotSigned)));
}

#[test]
fn a_public_file_beside_another_private_key_is_noticed() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(()) = ssh_pair(dir.path()) else { return };
    let other = tempfile::tempdir().expect("a folder");
    ssh_pair(other.path()).expect("it ran before");
    std::fs::copy(other.path().join("id.pub"), dir.path().join("id.pub")).expect("copied");
    let signer = open(&dir.path().join("id")).expect("an SSH key");
    assert!(signer.sign(&pae(b"words")).is_err());
}

#[test]
fn a_security_key_counts_only_when_touched_and_only_whole() {
    let key = SoftKey::new(7);
    let (public, message) = (key.public(), pae(b"words"));
    let blob = key.sign(&message).expect("signs");
    assert!(public.is_hardware() && public.verify(&message, &blob));
    for at in 0..blob.len() {
        for bit in 0..8 {
            let mut flipped = blob.clone();
            flipped[at] ^= 1 << bit;
            assert!(!public.verify(&message, &flipped), "byte {at} bit {bit}");
        }
    }
    let longer = [blob.as_slice(), &[0]].concat();
    assert!(!public.verify(&message, &longer) && !public.verify(&message, &blob[..blob.len() - 1]));
    let untouched = SoftKey { flags: 0, ..SoftKey::new(7) };
    assert!(!public.verify(&message, &untouched.sign(&message).expect("signs")));
    // verified by the user (a PIN) without a touch is still no touch
    let pin = SoftKey { flags: 4, ..SoftKey::new(7) };
    assert!(!public.verify(&message, &pin.sign(&message).expect("signs")));
    let other = SoftKey { application: "ssh:other".to_owned(), ..SoftKey::new(7) };
    assert!(!public.verify(&message, &other.sign(&message).expect("signs")));
    let web = SoftKey { application: "https://example.com".to_owned(), ..SoftKey::new(7) };
    assert!(std::panic::catch_unwind(|| web.public()).is_err(), "a web site's key is no SSH key");
}

#[test]
fn openssh_agrees_about_security_keys() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(_) = program("ssh-keygen", dir.path(), &["-Y", "none"], b"") else { return };
    let (key, message) = (SoftKey::new(9), pae(b"words"));
    ssh_verifies(dir.path(), &key.public(), &message, &key.sign(&message).expect("signs"));
}

#[test]
fn the_scheme_is_the_trusted_keys_and_never_the_messages() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(()) = ssh_pair(dir.path()) else { return };
    let ssh = open(&dir.path().join("id")).expect("a key");
    let (raw, message) = (key(), pae(b"words"));
    let (by_ssh, by_raw) = (ssh.sign(&message).expect("signs"), raw.sign(&message).expect("signs"));
    assert!(!raw.public().verify(&message, &by_ssh) && !ssh.public().verify(&message, &by_raw));
    // the same point listed in the other form takes no signature of this one
    let soft = SoftKey::new(3);
    let point = PublicKey::raw(soft.secret.verifying_key());
    assert_eq!(point.id(), soft.public().id());
    assert!(!point.verify(&message, &soft.sign(&message).expect("signs")));
}

#[test]
fn key_texts_have_one_form() {
    let soft = SoftKey::new(1).public();
    for key in [key().public(), soft] {
        let text = key.text();
        assert_eq!(PublicKey::parse(&text).expect("our own"), key);
        assert_eq!(PublicKey::parse_line(&format!("  {text}   somebody@somewhere \n")).expect("a .pub line"), key);
        let (kind, encoded) = text.split_once(' ').expect("two words");
        for bad in [
            format!("{text} comment"),
            format!("{text} "),
            format!("{kind}  {encoded}"),
            format!("{kind}\t{encoded}"),
            text.replace('=', ""),
            format!("{kind} {encoded}AAAA"),
            kind.to_owned(),
            format!("ssh-ed25519 {}", encoded.split_at(8).1),
        ] {
            if bad != text {
                assert!(PublicKey::parse(&bad).is_err(), "{bad}");
            }
        }
    }
    for other in ["ssh-rsa AAAAB3NzaC1yc2E=", "ecdsa-sha2-nistp256 AAAA", "sk-ecdsa-sha2-nistp256@openssh.com AAAA"] {
        assert!(matches!(PublicKey::parse(other), Err(KeyError::OtherAlgorithm)), "{other}");
    }
}

#[test]
fn weak_points_are_refused_in_every_form() {
    // the neutral element, a point of order eight, and the neutral element in its other encoding
    let mut weak = vec![[0_u8; 32]; 3];
    weak[0][0] = 1;
    weak[2][0] = 1;
    weak[2][31] = 0x80;
    let order8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
    for (i, byte) in weak[1].iter_mut().enumerate() {
        *byte = u8::from_str_radix(&order8[2 * i..2 * i + 2], 16).expect("hex");
    }
    for point in weak {
        use base64::Engine as _;
        let encode = |b: &[u8]| base64::engine::general_purpose::STANDARD.encode(b);
        let mut ssh = Vec::new();
        wire::put(&mut ssh, b"ssh-ed25519");
        wire::put(&mut ssh, &point);
        for text in [format!("ed25519 {}", encode(&point)), format!("ssh-ed25519 {}", encode(&ssh))] {
            assert!(PublicKey::parse(&text).is_err(), "{text}");
        }
    }
}

#[test]
fn an_envelope_tells_who_signed_who_is_named_and_who_is_neither() {
    let (alice, bob) = (key(), key());
    let keys = [alice.public(), bob.public()];
    let envelope = Envelope::sign(b"{}".to_vec(), &bob).expect("signs");
    assert_eq!(envelope.check(&keys), Checked { by: vec![1], failed: vec![] });
    assert_eq!(envelope.check(&keys[..1]), Checked::default());
    let line = envelope.to_line();
    assert_eq!(Envelope::from_line(&line).expect("our own"), envelope);
    // another name beside bob's signature, known or not
    for id in [alice.public().id(), "sha256:0".to_owned()] {
        let wrong = Envelope::from_line(&line.replace(&bob.public().id(), &id)).expect("an envelope");
        assert!(wrong.check(&keys).by.is_empty() && !wrong.check(&keys).failed.is_empty(), "{id}");
    }
    let empty = Envelope::from_line(&line.replace(&bob.public().id(), "")).expect("an envelope");
    assert_eq!(empty.check(&keys), Checked { by: vec![1], failed: vec![] });
    // a list of no signatures, the longest one, and one more
    let list = |n: usize| {
        let one = line.split_once("\"signatures\":[").expect("a list").1.trim_end_matches("]}").to_owned();
        line.replace(&format!("[{one}]"), &format!("[{}]", vec![one.clone(); n].join(",")))
    };
    assert!([1, 64].iter().all(|n| Envelope::from_line(&list(*n)).is_ok()));
    assert!([0, 65].iter().all(|n| Envelope::from_line(&list(*n)).is_err()));
    for bad in [line.replace(':', ": "), format!("{line} "), line.replace("in-toto", "in-tota"), "{}".to_owned()] {
        assert!(Envelope::from_line(&bad).is_err(), "{bad}");
    }
}

#[test]
fn openssl_reads_our_key_and_verifies_our_signature() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let key = key();
    key.store(&path("key.pem")).expect("written");
    assert!(key.store(&path("key.pem")).is_err(), "overwrote a key");
    let message = pae(b"words");
    std::fs::write(path("message"), &message).expect("written");
    std::fs::write(path("signature"), key.sign(&message).expect("signs")).expect("written");
    let publish = ["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"];
    let Some(out) = program("openssl", dir.path(), &publish, b"") else { return };
    done(&out);
    let verify = "pkeyutl -verify -pubin -inkey public.pem -rawin -in message -sigfile signature";
    let args: Vec<&str> = verify.split(' ').collect();
    done(&program("openssl", dir.path(), &args, b"").expect("it ran before"));
    assert_eq!(open(&path("key.pem")).expect("our own file").public(), key.public());
}

#[test]
fn the_in_toto_reference_library_verifies_our_envelope() {
    let dir = tempfile::tempdir().expect("a folder");
    let key = key();
    let payload = br#"{"_type":"https://in-toto.io/Statement/v1"}"#.to_vec();
    std::fs::write(dir.path().join("line.json"), Envelope::sign(payload, &key).expect("signs").to_line())
        .expect("written");
    // securesystemslib is the signing library of in-toto: `pip install in-toto cryptography` makes this run
    let script = r#"
import base64, json, sys
try:
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey
    import cryptography
except ImportError as e:
    print(e); sys.exit(77)
line = json.load(open("line.json"))
raw = base64.b64decode(sys.argv[1])
key = SSlibKey(line["signatures"][0]["keyid"], "ed25519", "ed25519", {"public": raw.hex()})
assert Envelope.from_dict(line).verify([key], 1)
"#;
    let public = key.public().text();
    let encoded = public.strip_prefix("ed25519 ").expect("a raw key");
    let Some(out) = program("python3", dir.path(), &["-c", script, encoded], b"") else { return };
    if out.status.code() == Some(77) {
        eprintln!("NOT RUN: the in-toto reference library is not installed: {}", String::from_utf8_lossy(&out.stdout));
        return;
    }
    done(&out);
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("key.pem");
    key().store(&path).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("changed");
    assert!(matches!(SigningKey::load(&path), Err(KeyError::Exposed)));
}

#[test]
fn a_signature_that_names_a_key_inside_and_fails_is_no_strangers() {
    use base64::Engine as _;
    let encode = |b: &[u8]| base64::engine::general_purpose::STANDARD.encode(b);
    let soft = SoftKey::new(4);
    let keys = [key().public(), soft.public()];
    let line = Envelope::sign(b"{}".to_vec(), &soft).expect("signs").to_line();
    let other = line.replace(&encode(b"{}"), &encode(b"{ }"));
    assert_ne!(other, line);
    for id in ["", "sha256:0", &soft.public().id()] {
        let checked = Envelope::from_line(&other.replace(&soft.public().id(), id)).expect("an envelope").check(&keys);
        assert_eq!(checked, Checked { by: vec![], failed: vec![1] }, "{id}");
    }
}

#[test]
fn a_key_blob_of_another_kind_is_no_key_of_ours() {
    let good = {
        let public = PublicKey::parse(&SoftKey::new(7).public().text()).expect("a key");
        PublicKey::from_blob(&public.blob()).expect("a blob")
    };
    assert!(good.blob().len() > 51);
    let raw = key().public();
    let text = |kind: &str| {
        let mut blob = Vec::new();
        for part in [kind.as_bytes(), raw.blob().as_slice()] {
            blob.extend(u32::try_from(part.len()).expect("short").to_be_bytes());
            blob.extend(part);
        }
        blob
    };
    assert!(PublicKey::from_blob(&text("ssh-ed25519")).is_ok());
    for other in ["ssh-ed448", "ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", ""] {
        assert!(matches!(PublicKey::from_blob(&text(other)), Err(KeyError::Unknown)), "{other}");
    }
}

#[test]
fn what_a_key_file_is_decides_how_it_is_opened() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("key");
    let opened = |text: &[u8]| {
        std::fs::write(&path, text).expect("written");
        open(&path)
    };
    // the private half of a security key is a device's
    let hardware = SoftKey::new(5).public();
    let signer = opened(format!("{} a comment\n", hardware.text()).as_bytes()).expect("a public key");
    assert_eq!(signer.public().text(), hardware.text());
    let kinds = ["ecdsa-sha2-nistp256 AAAA\n", "ssh-rsa AAAA\n", "sk-ecdsa-sha2-nistp256@openssh.com AAAA\n"];
    for kind in kinds {
        assert!(matches!(opened(kind.as_bytes()), Err(KeyError::OtherAlgorithm)), "{kind}");
    }
    for other in [&b"\xff\xfe\x00"[..], b"hello", b""] {
        assert!(matches!(opened(other), Err(KeyError::NotKeyFile)), "{other:?}");
    }
    assert!(matches!(open(&dir.path().join("none")), Err(KeyError::Io(_))));
    assert_eq!(format!("{:?}", key()), "SigningKey(\u{2026})");
}

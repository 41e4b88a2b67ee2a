//! Signing with SSH keys by calling `ssh-keygen`: files with or without a passphrase, agents and security keys all work,
//! and no private key is ever read by us.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{KeyError, NAMESPACE, PublicKey, Signer, SigningKey, sshsig};

/// Bytes that are read to tell what a key file is.
const HEAD: u64 = 16 << 10;

/// An SSH key that `ssh-keygen` can use.
#[derive(Clone, Debug)]
struct SshKey {
    public: PublicKey,
    /// A private key file, or a public one whose private half is in the agent or beside it.
    path: PathBuf,
}

/// Opens whatever key file this is: PKCS#8, an SSH private key, or an SSH public key whose agent signs.
pub fn open(path: &Path) -> Result<Box<dyn Signer>, KeyError> {
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    if head.starts_with(b"-----BEGIN OPENSSH PRIVATE KEY-----") {
        return Ok(Box::new(SshKey { public: public_of(path)?, path: path.to_path_buf() }));
    }
    if head.starts_with(b"ssh-") || head.starts_with(b"sk-") || head.starts_with(b"ecdsa-") {
        return Ok(Box::new(SshKey { public: line(&head)?, path: path.to_path_buf() }));
    }
    Ok(Box::new(SigningKey::load(path)?))
}

fn line(bytes: &[u8]) -> Result<PublicKey, KeyError> {
    let text = std::str::from_utf8(bytes).map_err(|_| KeyError::NotKeyFile)?;
    PublicKey::parse_line(text.lines().next().unwrap_or_default())
}

/// The public half of a private key file: from the file beside it, else from `ssh-keygen`, which may ask for the
/// passphrase.
fn public_of(path: &Path) -> Result<PublicKey, KeyError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    if let Ok(bytes) = std::fs::read(&beside) {
        return line(&bytes);
    }
    let mut command = Command::new("ssh-keygen");
    let out = command.arg("-y").arg("-f").arg(path).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let out = out.map_err(KeyError::NoSshKeygen)?;
    if out.status.success() { line(&out.stdout) } else { Err(KeyError::NotSigned) }
}

impl Signer for SshKey {
    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", NAMESPACE, "-O", "hashalg=sha512", "-f"]).arg(&self.path);
        // questions for a passphrase or a touch reach the person through the terminal or standard error
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().map_err(KeyError::NoSshKeygen)?;
        let written = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(message));
        let out = child.wait_with_output()?;
        if !out.status.success() || written.is_err() {
            return Err(KeyError::NotSigned);
        }
        let blob = std::str::from_utf8(&out.stdout).ok().and_then(sshsig::dearmor).ok_or(KeyError::NotSigned)?;
        // a public file that lies beside another private key, or a device that was not touched
        if self.public.verify(message, &blob) { Ok(blob) } else { Err(KeyError::OtherKey(self.path.clone())) }
    }
}

/// Public keys in the user's agent that could sign approvals, in its order. Empty when there is no agent.
pub fn agent_keys() -> Vec<PublicKey> {
    let out = Command::new("ssh-add").arg("-L").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = out.ok().filter(|o| o.status.success()).map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    text.unwrap_or_default().lines().filter_map(|l| PublicKey::parse_line(l).ok()).collect()
}

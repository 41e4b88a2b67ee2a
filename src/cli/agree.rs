//! The last question before a signature: a person on a terminal types the first digits of what was shown (TRUST T14).

use std::io::{BufRead, Write};

use super::args::KeyArgs;
use super::failure::Failure;
use super::terminal::Terminal;
use crate::signature::KeyError;
use crate::terms::Digest;

/// Digits of the digest a person types.
const DIGITS: usize = 8;

/// Asks. Without a terminal only where the signed policy allows it and the flag asks for it.
pub fn agree(args: &KeyArgs, allowed: bool, digest: Digest, terminal: Terminal) -> Result<(), Failure> {
    if args.unattended {
        if !allowed {
            return Err(Failure::usage(
                "trust.json does not allow approvals without a terminal (policy.unattended is false)",
            )
            .help("run the command on a terminal; a person reads the words"));
        }
        return Ok(());
    }
    if !terminal.interactive {
        return Err(Failure::usage("approve needs a terminal: a person reads the words and types the digest")
            .help("run it on a terminal; where trust.json allows it, --unattended approves without one"));
    }
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "Type the first {DIGITS} digits of the digest above to sign: ");
    let _ = err.flush();
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    let typed = typed.trim().trim_start_matches("sha256:");
    if read.is_err() || typed.len() < DIGITS || !digest.hex().starts_with(typed) {
        return Err(
            Failure::usage("the digits do not match; nothing was signed").help("run the command again and compare")
        );
    }
    Ok(())
}

/// The key did not sign.
pub fn signed(error: &KeyError) -> Failure {
    Failure::usage(format!("nothing was signed: the key {}", crate::untrusted::printable(&error.to_string())))
        .help("unlock the key or start its agent (`ssh-add`), or give another key with --key")
}

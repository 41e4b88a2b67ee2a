//! Which layers this system offers, by trying them in a process of their own (SANDBOX §5).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::{WaitOptions, waitpid};

use super::{calls, files, privilege};
use crate::sandbox::spec::{MARK, Support};

/// What was found, by helper: it does not change while we run.
static FOUND: Mutex<BTreeMap<PathBuf, Support>> = Mutex::new(BTreeMap::new());

/// The layers a helper can put in place; `Err` when the helper itself does not answer.
pub fn support(helper: &Path) -> Result<Support, String> {
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = found.get(helper) {
        return Ok(known.clone());
    }
    let mut command = Command::new(helper);
    command.args([MARK, "probe"]).env_clear().current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let output = command.output().map_err(|e| format!("the helper process does not start: {e}"))?;
    let support: Support =
        serde_json::from_slice(&output.stdout).map_err(|_| "the helper process gives no answer".to_owned())?;
    found.insert(helper.to_owned(), support.clone());
    Ok(support)
}

/// The helper's part: tries every layer and writes the answer.
pub fn answer() -> i32 {
    let support = Support {
        landlock: files::abi(),
        seccomp: seccomp(),
        namespaces: namespaces(),
        shared_memory: attempt(|| {
            privilege::enter_namespaces(false)?;
            privilege::private_shared_memory()
        }),
    };
    let text = serde_json::to_vec(&support).unwrap_or_default();
    i32::from(std::io::stdout().write_all(&text).is_err())
}

/// Runs a step in a child of this process, which has one thread; what fails is the answer.
fn attempt(step: impl FnOnce() -> std::io::Result<()>) -> String {
    let outcome = (|| {
        let (read, write) = rustix::pipe::pipe()?;
        let Some(child) = privilege::fork()? else {
            drop(read);
            if let Err(error) = step() {
                let _lost = std::fs::File::from(write).write_all(error.to_string().as_bytes());
                std::process::exit(1);
            }
            std::process::exit(0);
        };
        drop(write);
        let why = std::io::read_to_string(std::fs::File::from(read))?;
        let ended = waitpid(Some(child), WaitOptions::empty())?;
        let good = ended.is_some_and(|(_, how)| how.exit_status() == Some(0));
        Ok::<String, std::io::Error>(if good { String::new() } else { format!("not possible here: {why}") })
    })();
    outcome.unwrap_or_else(|error| error.to_string())
}

fn seccomp() -> String {
    attempt(|| {
        rustix::thread::set_no_new_privs(true)?;
        calls::restrict(&calls::filters(calls::Needs { signals: true, cuts: true, ..calls::Needs::default() })?)
    })
}

fn namespaces() -> String {
    attempt(|| {
        privilege::enter_namespaces(false)?;
        let Some(first) = privilege::fork()? else {
            let inside = rustix::process::getpid().as_raw_nonzero().get() == 1;
            std::process::exit(i32::from(!inside));
        };
        match waitpid(Some(first), WaitOptions::empty())? {
            Some((_, how)) if how.exit_status() == Some(0) => Ok(()),
            _ => Err(std::io::Error::other("a process namespace has no first process")),
        }
    })
}

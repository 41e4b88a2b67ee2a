//! File isolation by Landlock (SANDBOX §6): what is not named is closed, for reading too.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::privilege::SHARED;
use crate::sandbox::spec::Spec;

/// The newest ABI whose meaning we know; a newer kernel is asked for this one.
const NEWEST: i32 = 7;

/// What the kernel offers, by system call; 0 when there is nothing.
pub fn abi() -> i32 {
    #[expect(unsafe_code, reason = "no wrapper asks for the version; with these arguments the call only returns it")]
    let version = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, 1u32) };
    i32::try_from(version).unwrap_or(0).clamp(0, NEWEST)
}

fn words(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("Landlock: {error}"))
}

/// The rules of a launch, not yet in force.
pub fn rules(spec: &Spec) -> io::Result<RulesetCreated> {
    let abi = ABI::from(spec.landlock);
    if spec.landlock < 1 {
        return Err(words("this kernel has none"));
    }
    let all = AccessFs::from_all(abi);
    // what is asked for is what is enforced, or an error
    let mut set =
        Ruleset::default().set_compatibility(CompatLevel::HardRequirement).handle_access(all).map_err(words)?;
    if spec.landlock >= 4 && !spec.network {
        set = set.handle_access(AccessNet::from_all(abi)).map_err(words)?;
    }
    if spec.landlock >= 6 {
        set = set.scope(Scope::from_all(abi)).map_err(words)?;
    }
    let mut set = set.create().map_err(words)?;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let run = read | AccessFs::Execute;
    let device = AccessFs::ReadFile | AccessFs::WriteFile;
    let nodes = AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::Execute;
    let groups = [(&spec.run, run), (&spec.read, read), (&spec.write, all & !nodes), (&spec.devices, device)];
    for (paths, access) in groups {
        for path in paths {
            set = allow(set, path, access, abi)?;
        }
    }
    if spec.shared_memory {
        set = allow(set, Path::new(SHARED), all & !nodes, abi)?;
    }
    Ok(set)
}

fn allow(set: RulesetCreated, path: &Path, access: BitFlags<AccessFs>, abi: ABI) -> io::Result<RulesetCreated> {
    let Ok(meta) = path.metadata() else {
        // not every system has every file of the list
        return Ok(set);
    };
    let access = if meta.is_dir() { access } else { access & AccessFs::from_file(abi) };
    // gone or closed meanwhile: not being able to allow it is the safe side
    let Ok(open) = PathFd::new(path) else { return Ok(set) };
    set.add_rule(PathBeneath::new(open, access)).map_err(words)
}

/// Puts the rules in force for this process and its children; it cannot be undone.
pub fn restrict(set: RulesetCreated) -> io::Result<()> {
    let status = set.restrict_self().map_err(words)?;
    if status.ruleset != RulesetStatus::FullyEnforced || !status.no_new_privs {
        return Err(words("the kernel enforces only a part of the rules"));
    }
    Ok(())
}

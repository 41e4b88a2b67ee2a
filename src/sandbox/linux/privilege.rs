//! Namespaces, capabilities, limits and descriptors of a process that is about to become a server. All of it is for
//! processes with one thread.

use std::fs;
use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CapabilitiesSecureBits, CapabilitySet, CapabilitySets};

use crate::sandbox::spec::Caps;

/// Enters new namespaces; children are in a new process namespace, too. The user stays the same number inside.
pub fn enter_namespaces(network: bool) -> io::Result<()> {
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let mut flags = libc::CLONE_NEWUSER | libc::CLONE_NEWPID | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;
    if !network {
        flags |= libc::CLONE_NEWNET;
    }
    #[expect(unsafe_code, reason = "unshare changes this process alone, which has one thread and shares no memory")]
    let done = unsafe { libc::unshare(flags) };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    // without it an unprivileged process may not write a group map
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

/// Where programs look for memory that their processes share; also for named semaphores.
pub const SHARED: &str = "/dev/shm";

/// Puts an empty file system of its own over the shared memory of the machine, seen by this process and its children alone.
/// What it holds is memory, so it is small. Needs the namespaces above.
pub fn private_shared_memory() -> io::Result<()> {
    use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
    #[expect(unsafe_code, reason = "unshare changes this process alone, which has one thread and shares no memory")]
    let done = unsafe { libc::unshare(libc::CLONE_NEWNS) };
    if done != 0 {
        return Err(io::Error::last_os_error());
    }
    // nothing of it may be seen outside
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    let data = c"size=64m,nr_inodes=1024,mode=0700";
    Ok(mount("mcp-assay", SHARED, "tmpfs", flags, data)?)
}

/// Gives every capability up for good, also those that uid 0 would get back from `exec`.
pub fn drop_capabilities() -> io::Result<()> {
    // fails where none is held and none can be regained: no_new_privs is set before
    let _unprivileged = rustix::thread::set_capabilities_secure_bits(
        CapabilitiesSecureBits::NO_ROOT
            | CapabilitiesSecureBits::NO_ROOT_LOCKED
            | CapabilitiesSecureBits::NO_SETUID_FIXUP
            | CapabilitiesSecureBits::NO_SETUID_FIXUP_LOCKED,
    );
    for one in CapabilitySet::all().iter() {
        let _unprivileged = rustix::thread::remove_capability_from_bounding_set(one);
    }
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    rustix::thread::clear_ambient_capability_set()?;
    rustix::thread::set_capabilities(None, none)?;
    let left = rustix::thread::capabilities(None)?;
    // with no_new_privs `exec` gives nothing back, to uid 0 neither
    if left.permitted.is_empty() && rustix::thread::no_new_privs()? {
        Ok(())
    } else {
        Err(io::Error::other("capabilities could not be given up"))
    }
}

/// Sets the limits. A lower limit that is already there stays.
pub fn limit(caps: &Caps, processes: u64) -> io::Result<()> {
    let limits = [
        (Resource::Core, 0),
        (Resource::Cpu, caps.cpu),
        (Resource::Fsize, caps.file),
        (Resource::Nofile, caps.descriptors),
        (Resource::Data, caps.data),
        (Resource::Nproc, processes),
    ];
    for (resource, value) in limits {
        let held = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let value = Some(value.min(held));
        setrlimit(resource, Rlimit { current: value, maximum: value })?;
    }
    Ok(())
}

/// Processes and threads of this user: in its own user namespace a server starts from none, else the limit counts these
/// too.
pub fn tasks_of_user() -> u64 {
    let me = rustix::process::getuid().as_raw();
    let of_process = |dir: fs::DirEntry| -> Option<u64> {
        let text = fs::read_to_string(dir.path().join("status")).ok()?;
        let field =
            |name: &str| text.lines().find_map(|l| l.strip_prefix(name))?.split_whitespace().next()?.parse().ok();
        (field("Uid:")? == u64::from(me)).then(|| field("Threads:"))?
    };
    // no proc file system: the limit is then the tighter one
    fs::read_dir("/proc").map_or(0, |all| all.flatten().filter_map(of_process).sum())
}

/// Closes every descriptor from `first` on when the next program starts.
pub fn close_on_exec(first: u32) -> io::Result<()> {
    close_range(first, libc::CLOSE_RANGE_CLOEXEC)
}

/// Closes every descriptor that is not in `keep` now. `keep` is sorted.
pub fn close_others(keep: &[i32]) -> io::Result<()> {
    let mut first = 3u32;
    for fd in keep.iter().map(|fd| fd.unsigned_abs()).filter(|fd| *fd >= 3) {
        if fd > first {
            range(first, fd - 1, 0)?;
        }
        first = fd + 1;
    }
    close_range(first, 0)
}

fn close_range(first: u32, flags: u32) -> io::Result<()> {
    range(first, u32::MAX, flags)
}

fn range(first: u32, last: u32, flags: u32) -> io::Result<()> {
    #[expect(unsafe_code, reason = "nothing in this process owns a descriptor of the range any more")]
    let done = unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Points standard input, output and error at nothing, so that the pipes belong to the server alone.
pub fn leave_streams() -> io::Result<()> {
    let null = fs::OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    Ok(())
}

/// Starts a child that shares nothing with us; `None` in the child.
pub fn fork() -> io::Result<Option<rustix::process::Pid>> {
    #[expect(unsafe_code, reason = "this process has one thread, so the child may allocate and lock")]
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        pid => Ok(rustix::process::Pid::from_raw(pid)),
    }
}

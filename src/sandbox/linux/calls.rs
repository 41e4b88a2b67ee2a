//! The system-call filter (SANDBOX §8): a list of what no server needs for listing. Everything that reaches another
//! process, another namespace, the kernel itself or, with the network off, any socket.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

/// Refused with EPERM, whatever the arguments.
const DENIED: &[libc::c_long] = &[
    // other processes
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // rings that do file and socket work unseen by this filter
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // the kernel
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    // mounts and namespaces
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_setns,
    libc::SYS_unshare,
    // files by handle, which no path rule sees
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_fanotify_init,
    // memory and messages shared with strangers of the same user; numbers of existing ones can be guessed
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    // priorities of other processes
    libc::SYS_setpriority,
    libc::SYS_ioprio_set,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setattr,
];

/// Mode, owner, times and attributes of a file, which Landlock leaves to whoever owns the file: with them a server could
/// close the person's files, or as root give a program of the system the setuid bit. Answered as done and not done,
/// because programs take the refusal of such a call in their own directory for a broken disk.
const UNDONE: &[libc::c_long] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    SETXATTRAT,
    REMOVEXATTRAT,
    FILE_SETATTR,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
];

// younger than the crate's tables; the same number on every processor
const FCHMODAT2: libc::c_long = 452;
const SETXATTRAT: libc::c_long = 463;
const REMOVEXATTRAT: libc::c_long = 466;
const FILE_SETATTR: libc::c_long = 469;

/// Refused with ENOSYS, so that programs take the older way: `clone3` hides its flags from filters, and a file in memory
/// can be executed although nothing in the private directories can.
const UNKNOWN: &[libc::c_long] = &[libc::SYS_clone3, libc::SYS_memfd_create, libc::SYS_memfd_secret];

/// With the network off nothing connects: a pair of datagram sockets could be pointed at a socket with a path.
const NO_NETWORK: &[libc::c_long] =
    &[libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen, libc::SYS_accept, libc::SYS_accept4];

/// `clone` flags that make a namespace.
const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// What a filter has to do besides the fixed lists.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// The network is allowed.
    pub network: bool,
    /// Neither a namespace nor Landlock keeps signals in: to itself and its own group only.
    pub signals: bool,
    /// Landlock before ABI 3 does not keep files from being cut.
    pub cuts: bool,
    /// A tool that unpacks: it may change modes and times, which are real then.
    pub unpacks: bool,
}

/// The filters for this process, compiled; `Err` on processors they are not written for.
pub fn filters(needs: Needs) -> io::Result<Vec<BpfProgram>> {
    let broken = |e: seccompiler::BackendError| io::Error::other(format!("system-call filter: {e}"));
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(broken)?;
    if !matches!(arch, TargetArch::x86_64 | TargetArch::aarch64) {
        return Err(io::Error::other("the system-call filter is written for x86_64 and aarch64 only"));
    }
    let errno = |n: i32| SeccompAction::Errno(n.unsigned_abs());
    let compile = |rules: Rules, action| -> io::Result<BpfProgram> {
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch).map_err(broken)?;
        BpfProgram::try_from(filter).map_err(broken)
    };
    let whole = |list: &[libc::c_long]| list.iter().map(|n| (*n, Vec::new())).collect::<Rules>();
    let mut unknown = whole(UNKNOWN);
    if needs.cuts {
        // hides its flags
        unknown.insert(libc::SYS_openat2, Vec::new());
    }
    let mut unknown = compile(unknown, errno(libc::ENOSYS))?;
    if arch == TargetArch::x86_64 {
        // the x32 numbers of the same calls would pass every rule
        let load = sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };
        let is_x32 = sock_filter { code: 0x35, jt: 0, jf: 1, k: 0x4000_0000 };
        let refuse = sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x0005_0000 | libc::ENOSYS.unsigned_abs() };
        unknown.splice(0..0, [load, is_x32, refuse]);
    }
    let mut all = vec![compile(denied(needs).map_err(broken)?, errno(libc::EPERM))?, unknown];
    if !needs.unpacks {
        all.push(compile(whole(UNDONE), errno(0))?);
    }
    Ok(all)
}

fn denied(needs: Needs) -> Result<Rules, seccompiler::BackendError> {
    let when = |arg: u8, op: Op, value: i64| SeccompCondition::new(arg, Len::Dword, op, value.cast_unsigned());
    let mut rules: Rules = DENIED.iter().map(|n| (*n, Vec::new())).collect();
    #[cfg(target_arch = "x86_64")]
    for call in [libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_kexec_file_load] {
        rules.insert(call, Vec::new());
    }
    let mut clone = Vec::new();
    for flag in NAMESPACES {
        let flag = i64::from(flag);
        clone.push(SeccompRule::new(vec![when(0, Op::MaskedEq(flag.cast_unsigned()), flag)?])?);
    }
    rules.insert(libc::SYS_clone, clone);
    // typing into a terminal
    let mut ioctl = Vec::new();
    for request in [0x5412, 0x541C] {
        ioctl.push(SeccompRule::new(vec![when(1, Op::Eq, request)?])?);
    }
    rules.insert(libc::SYS_ioctl, ioctl);
    // limits of other processes, the auditor's among them
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![when(0, Op::Ne, 0)?])?]);
    if needs.signals {
        let me = i64::from(std::process::id());
        let stranger = || SeccompRule::new(vec![when(0, Op::Ne, me)?, when(0, Op::Ne, 0)?]);
        for call in [libc::SYS_kill, libc::SYS_tgkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo] {
            rules.insert(call, vec![stranger()?]);
        }
        rules.insert(libc::SYS_tkill, Vec::new());
        rules.insert(libc::SYS_pidfd_send_signal, Vec::new());
    }
    if needs.cuts {
        rules.insert(libc::SYS_truncate, Vec::new());
        // opened for reading and emptied by it
        let flags = i64::from(libc::O_TRUNC | libc::O_ACCMODE);
        let cut = |arg: u8| {
            let only = when(arg, Op::MaskedEq(flags.cast_unsigned()), i64::from(libc::O_TRUNC))?;
            Ok::<_, seccompiler::BackendError>(vec![SeccompRule::new(vec![only])?])
        };
        rules.insert(libc::SYS_openat, cut(2)?);
        #[cfg(target_arch = "x86_64")]
        rules.insert(libc::SYS_open, cut(1)?);
    }
    let unix = i64::from(libc::AF_UNIX);
    rules.insert(
        libc::SYS_socketpair,
        vec![
            SeccompRule::new(vec![when(0, Op::Ne, unix)?])?,
            SeccompRule::new(vec![when(1, Op::MaskedEq(0xf), i64::from(libc::SOCK_DGRAM))?])?,
            SeccompRule::new(vec![when(1, Op::MaskedEq(0xf), i64::from(libc::SOCK_RAW))?])?,
        ],
    );
    if needs.network {
        let families = [libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK].map(i64::from);
        let other = families.iter().map(|f| when(0, Op::Ne, *f)).collect::<Result<Vec<_>, _>>()?;
        // of netlink only the list of interfaces and routes, which resolvers read
        let netlink = vec![when(0, Op::Eq, families[2])?, when(2, Op::Ne, i64::from(libc::NETLINK_ROUTE))?];
        rules.insert(libc::SYS_socket, vec![SeccompRule::new(other)?, SeccompRule::new(netlink)?]);
    } else {
        rules.extend(NO_NETWORK.iter().map(|n| (*n, Vec::new())));
    }
    Ok(rules)
}

/// Installs the filters on this process; it cannot be undone.
pub fn restrict(filters: &[BpfProgram]) -> io::Result<()> {
    for filter in filters {
        seccompiler::apply_filter(filter).map_err(|e| io::Error::other(format!("system-call filter: {e}")))?;
    }
    Ok(())
}

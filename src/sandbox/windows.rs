//! What stands for a process group on Windows: a job object that ends everything in it when its handle closes, and bounds
//! memory and processes. With a scrubbed environment and a private profile that is the level `limited`: files and network
//! stay open. Compiled here for its target, not exercised by our tests.

use std::collections::BTreeMap;
use std::io;
use std::mem::size_of;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use windows_sys::Win32::Foundation::{HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS, JOB_OBJECT_LIMIT_JOB_MEMORY,
    JOB_OBJECT_LIMIT_JOB_TIME, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectExtendedLimitInformation, SetInformationJobObject, TerminateJobObject,
};
use windows_sys::Win32::System::Threading::{
    CREATE_NO_WINDOW, CREATE_SUSPENDED, GetExitCodeProcess, OpenProcess, OpenThread, PROCESS_QUERY_LIMITED_INFORMATION,
    PROCESS_SET_QUOTA, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, ResumeThread, THREAD_SUSPEND_RESUME,
    WaitForSingleObject,
};

/// Processes of one server.
const PROCESSES: u32 = 256;
/// Bytes of memory of all of them.
const MEMORY: usize = 4 << 30;
/// Processor time of all of them, in units of 100 ns.
const TIME: i64 = 60 * 10_000_000;

/// Watches over a launch, before its process number is known.
#[derive(Debug, Default)]
pub struct Watch;

impl Watch {
    /// A container of that name; its engine removes it when its input closes.
    pub(super) fn engine(_file: PathBuf, _name: String, _env: BTreeMap<String, String>) -> Self {
        Self
    }

    /// The process that is started may be killed at once.
    pub fn may_be_killed(&self) -> bool {
        true
    }

    /// The job of a process that was started suspended; `None` when it cannot be put into one, and is then left suspended
    /// for its handle to end.
    pub fn group(self, child: u32) -> Option<Group> {
        Group::of(child)
    }
}

/// Starts a command without a window, and not before it is in its job.
pub(super) fn suspend(command: &mut Command) {
    command.creation_flags(CREATE_SUSPENDED | CREATE_NO_WINDOW);
}

/// The processes of a server, ended when this is dropped.
#[derive(Debug)]
pub struct Group {
    job: OwnedHandle,
    process: OwnedHandle,
}

impl Group {
    /// Puts a suspended process into a job and lets it run.
    pub fn of(child: u32) -> Option<Self> {
        let rights = PROCESS_SET_QUOTA | PROCESS_TERMINATE | PROCESS_SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION;
        #[expect(unsafe_code, reason = "plain calls with a number of ours; null is checked before the handle is owned")]
        let (job, process) = unsafe {
            let job = owned(CreateJobObjectW(std::ptr::null(), std::ptr::null()))?;
            (job, owned(OpenProcess(rights, 0, child))?)
        };
        let group = Self { job, process };
        group.bound().ok()?;
        #[expect(unsafe_code, reason = "both handles are owned by `group` and open")]
        let assigned = unsafe { AssignProcessToJobObject(group.job.as_raw_handle(), group.process.as_raw_handle()) };
        (assigned != 0).then_some(())?;
        resume(child)?;
        Some(group)
    }

    fn bound(&self) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        let basic = &mut limits.BasicLimitInformation;
        basic.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            | JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | JOB_OBJECT_LIMIT_JOB_MEMORY
            | JOB_OBJECT_LIMIT_JOB_TIME;
        basic.ActiveProcessLimit = PROCESSES;
        basic.PerJobUserTimeLimit = TIME;
        limits.JobMemoryLimit = MEMORY;
        let size = u32::try_from(size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>()).map_err(io::Error::other)?;
        #[expect(unsafe_code, reason = "the structure and its size belong together and outlive the call")]
        let set = unsafe {
            let limits = std::ptr::from_ref(&limits).cast();
            SetInformationJobObject(self.job.as_raw_handle(), JobObjectExtendedLimitInformation, limits, size)
        };
        if set == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// There is no polite way: console programs have no signal that another process may send them.
    pub fn terminate(&self) {
        self.kill();
    }

    /// Ends every process of the job.
    pub fn kill(&self) {
        #[expect(unsafe_code, reason = "the handle is owned and open")]
        let _ended = unsafe { TerminateJobObject(self.job.as_raw_handle(), 1) };
    }

    /// Nobody refuses: a process that could not be put into its job was never resumed.
    pub fn refused(&self) -> Option<String> {
        None
    }

    /// How the first process ended; `None` while it runs.
    pub fn ended(&self) -> Option<String> {
        let process = self.process.as_raw_handle();
        let mut code = 0;
        #[expect(unsafe_code, reason = "the handle is owned and open, and `code` outlives the call")]
        let ended = unsafe {
            WaitForSingleObject(process, 0) == WAIT_OBJECT_0 && GetExitCodeProcess(process, &raw mut code) != 0
        };
        ended.then(|| format!("exit status {code}"))
    }

    /// The job bounds them already.
    pub fn limit(&self, _fetches: bool) -> io::Result<()> {
        Ok(())
    }
}

/// Owns a handle that a call returned; `None` when the call failed.
#[expect(unsafe_code, reason = "the callers pass a handle nobody else owns")]
unsafe fn owned(handle: HANDLE) -> Option<OwnedHandle> {
    // SAFETY: checked to be a handle, and owned by nobody else as the caller promises
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Lets the threads of a suspended process run; it has one.
fn resume(process: u32) -> Option<()> {
    #[expect(unsafe_code, reason = "a snapshot of our own, walked with a structure whose size is set")]
    unsafe {
        let handle = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
        if handle == windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE {
            return None;
        }
        let snapshot = owned(handle)?;
        let size = u32::try_from(size_of::<THREADENTRY32>()).ok()?;
        let mut entry = THREADENTRY32 { dwSize: size, ..THREADENTRY32::default() };
        let mut more = Thread32First(snapshot.as_raw_handle(), &raw mut entry);
        let mut resumed = None;
        while more != 0 {
            if entry.th32OwnerProcessID == process {
                let thread = owned(OpenThread(THREAD_SUSPEND_RESUME, 0, entry.th32ThreadID))?;
                if ResumeThread(thread.as_raw_handle()) != u32::MAX {
                    resumed = Some(());
                }
            }
            more = Thread32Next(snapshot.as_raw_handle(), &raw mut entry);
        }
        resumed
    }
}

//! Starting the server in a bundle: its files go to a private directory, which is gone after the capture, and the command
//! line that names them by their digest gets their real place.

use crate::capture::{Job, Launch};
use crate::cli::sources::Published;
use crate::sandbox::PrivateDirs;
use crate::target::Secret;

/// The job with its files in place, and the directory that holds them; every other job as it is.
pub fn job(mut job: Job, origin: &Published) -> Result<(Job, Option<PrivateDirs>), String> {
    let (Some(bundle), Launch::Stdio(program)) = (&origin.bundle, &mut job.launch) else { return Ok((job, None)) };
    let file = bundle.file.as_deref().unwrap_or_default();
    let unpack = || -> Result<(PrivateDirs, std::path::PathBuf), String> {
        let bytes = std::fs::read(file).map_err(|e| format!("it cannot be read again: {e}"))?;
        let dirs = PrivateDirs::create(&std::env::temp_dir()).map_err(|e| e.to_string())?;
        let root = dirs.base().join("bundle");
        std::fs::create_dir(&root).map_err(|e| e.to_string())?;
        bundle.unpack(&bytes, &root).map_err(|e| e.to_string())?;
        Ok((dirs, root))
    };
    let (dirs, root) = unpack().map_err(|why| format!("its bundle could not be unpacked: {why}"))?;
    let (mark, place) = (bundle.folder(), root.to_string_lossy().into_owned());
    let placed = |text: &str| text.replace(&mark, &place);
    program.command = placed(&program.command);
    program.args = program.args.iter().map(|a| placed(a)).collect();
    for (_, value) in &mut program.env {
        *value = Secret::new(placed(value.expose()));
    }
    program.cwd = Some(root.clone());
    program.policy.read.push(root);
    Ok((job, Some(dirs)))
}

//! Where the paths of the table lead on one machine: homes, folders of the platform, variables. The platform is a value, so
//! that every platform's rows can be tried on any machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::Secret;
use super::table::{Row, TABLE};

/// Variables that may name several folders, as `PATH` does.
const LISTS: [&str; 1] = ["CLAUDE_CODE_PLUGIN_SEED_DIR"];

/// Platforms that clients tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux and other Unix.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl Platform {
    /// The one we run on.
    pub fn here() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Macos
        } else {
            Self::Linux
        }
    }
}

/// A user's folders.
#[derive(Clone, Debug)]
pub struct Home {
    /// The home.
    pub path: PathBuf,
    /// Application data.
    pub app: PathBuf,
    /// XDG configuration.
    pub config: PathBuf,
    /// Whose conventions hold in it: a Linux home may lie inside a Windows machine.
    pub platform: Platform,
}

impl Home {
    /// A home with the folders its platform gives it.
    pub fn of(path: PathBuf, platform: Platform) -> Self {
        let config = path.join(".config");
        let app = match platform {
            Platform::Linux => config.clone(),
            Platform::Macos => path.join("Library/Application Support"),
            Platform::Windows => path.join("AppData/Roaming"),
        };
        Self { path, app, config, platform }
    }
}

/// Where to look. Tests give a home and a root of their own.
#[derive(Clone, Debug)]
pub struct Places {
    /// The machine's platform.
    pub platform: Platform,
    /// The user's home, and further ones on the machine (Windows: those inside WSL).
    pub homes: Vec<Home>,
    /// What `/` stands for.
    pub root: PathBuf,
    /// `%ProgramFiles%`.
    pub program_files: Option<PathBuf>,
    /// `%ProgramData%`.
    pub program_data: Option<PathBuf>,
    /// The project.
    pub project: PathBuf,
    /// Folders above the project count too, for clients that look there.
    pub ancestors: bool,
    /// The servers of all projects that a user's file lists, not only of this one.
    pub all_projects: bool,
    /// Values of the variables the table names.
    pub variables: Vec<(String, PathBuf)>,
    /// Variables that hold a configuration themselves; `None` where the value is no text. It may hold secrets.
    pub contents: Vec<(String, Option<Secret>)>,
    /// Names of all variables that are set; `None` when nobody knows.
    pub environment: Option<BTreeSet<String>>,
}

impl Places {
    /// One project without a user.
    pub fn of_project(project: &Path) -> Self {
        Self {
            platform: Platform::here(),
            homes: Vec::new(),
            root: PathBuf::from("/"),
            program_files: None,
            program_data: None,
            project: project.to_path_buf(),
            ancestors: false,
            all_projects: false,
            variables: Vec::new(),
            contents: Vec::new(),
            environment: None,
        }
    }

    /// The user's and the project's, from the process's environment.
    pub fn of_process(project: &Path) -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let platform = Platform::here();
        let mut homes: Vec<Home> =
            var("HOME").or_else(|| var("USERPROFILE")).map(|h| Home::of(h, platform)).into_iter().collect();
        if let Some(home) = homes.first_mut() {
            if let Some(config) = var("XDG_CONFIG_HOME") {
                home.config = config.clone();
                if platform == Platform::Linux {
                    home.app = config;
                }
            }
            if let Some(app) = var("APPDATA").filter(|_| platform == Platform::Windows) {
                home.app = app;
            }
        }
        if platform == Platform::Windows {
            homes.extend(wsl(Path::new(r"\\wsl.localhost\")));
        }
        let mut variables: Vec<(String, PathBuf)> = Vec::new();
        for name in TABLE.iter().flat_map(|r| r.variable().into_iter().chain(r.unless.iter().copied())) {
            if let Some(value) = var(name).filter(|_| variables.iter().all(|(n, _)| n != name)) {
                variables.push((name.to_owned(), value));
            }
        }
        let contents = TABLE.iter().filter_map(Row::content).filter_map(|name| {
            let value = std::env::var_os(name).filter(|v| !v.is_empty())?;
            Some((name.to_owned(), value.into_string().ok().map(Secret::new)))
        });
        Self {
            platform,
            homes,
            contents: contents.collect(),
            program_files: var("ProgramFiles"),
            program_data: var("ProgramData"),
            ancestors: true,
            variables,
            environment: Some(std::env::vars_os().map(|(n, _)| n.to_string_lossy().into_owned()).collect()),
            ..Self::of_project(project)
        }
    }

    fn variable(&self, name: &str) -> Option<&PathBuf> {
        self.variables.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Folders that a row's path starts from, each with the rest of the path. None when the row does not apply here.
    pub fn starts(&self, row: &Row) -> Vec<(PathBuf, &'static str)> {
        let here = row.platforms.contains(&self.platform);
        let replaced = row.unless.iter().any(|name| self.variable(name).is_some());
        if let Some(name) = row.variable() {
            let rest = row.path.split_once('/').map_or("", |(_, rest)| rest);
            let Some(value) = self.variable(name).filter(|_| here && !replaced) else { return Vec::new() };
            if !LISTS.contains(&name) {
                return vec![(value.clone(), rest)];
            }
            let folders = std::env::split_paths(value).filter(|f| !f.as_os_str().is_empty());
            return folders.map(|folder| (folder, rest)).collect();
        }
        let folders: [(&str, Option<&PathBuf>); 4] = [
            ("./", Some(&self.project)),
            ("{PROGRAMFILES}/", self.program_files.as_ref()),
            ("{PROGRAMDATA}/", self.program_data.as_ref()),
            ("/", Some(&self.root)),
        ];
        for (prefix, folder) in folders {
            if let Some(rest) = row.path.strip_prefix(prefix) {
                return folder.filter(|_| here && !replaced).map(|f| (f.clone(), rest)).into_iter().collect();
            }
        }
        if let Some(rest) = row.path.strip_prefix("^./") {
            let root = repository(&self.project);
            let inside = self.project.ancestors().take_while(|f| self.ancestors && f.starts_with(&root));
            let above = std::iter::once(self.project.as_path()).chain(inside.skip(1));
            return above.map(|folder| (folder.to_path_buf(), rest)).collect();
        }
        if let Some(rest) = row.path.strip_prefix("^/") {
            let above = self.project.ancestors().take(if self.ancestors { 32 } else { 1 });
            return above.map(|folder| (folder.to_path_buf(), rest)).collect();
        }
        let of = |(i, home): (usize, &Home)| {
            // variables are those of the first home's user
            if (i == 0 && replaced) || !row.platforms.contains(&home.platform) {
                return None;
            }
            let start = [("~/", &home.path), ("{APP}/", &home.app), ("{XC}/", &home.config)];
            start.into_iter().find_map(|(prefix, folder)| Some((folder.clone(), row.path.strip_prefix(prefix)?)))
        };
        self.homes.iter().enumerate().filter_map(of).collect()
    }

    /// Whose files may be met here: the owners of the project and of the homes. Numbers of Unix; none elsewhere.
    pub fn owners(&self) -> Vec<u32> {
        #[cfg(unix)]
        {
            let folders = self.homes.iter().map(|h| &h.path).chain(std::iter::once(&self.project));
            let owner = |f: &PathBuf| Some(std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(f).ok()?));
            folders.filter_map(owner).collect()
        }
        #[cfg(not(unix))]
        Vec::new()
    }

    /// The folder a file of a scope may not lead out of.
    pub fn bounds(&self, start: &Path, file: &Path) -> PathBuf {
        // `..` and links in the name of a folder that we start from are not the file's
        let real = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_path_buf());
        let file = file.strip_prefix(start).map_or_else(|_| file.to_path_buf(), |inside| real(start).join(inside));
        let home = self.homes.iter().find(|h| file.starts_with(real(&h.path))).map(|h| h.path.clone());
        if file.starts_with(real(&self.project)) {
            return repository(&self.project);
        }
        home.unwrap_or_else(|| start.to_path_buf())
    }
}

/// The repository that a folder is in, or the folder.
fn repository(folder: &Path) -> PathBuf {
    let found = folder.ancestors().take(32).find(|f| f.join(".git").exists());
    found.unwrap_or(folder).to_path_buf()
}

/// Linux homes inside a Windows machine: `<distribution>/home/<user>`.
pub fn wsl(share: &Path) -> Vec<Home> {
    let mut out = Vec::new();
    for distribution in folders(share) {
        out.extend(folders(&distribution.join("home")).into_iter().map(|h| Home::of(h, Platform::Linux)));
        let root = distribution.join("root");
        if root.is_dir() {
            out.push(Home::of(root, Platform::Linux));
        }
    }
    out
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).into_iter().flatten().flatten().take(64);
    let mut out: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_dir()).collect();
    out.sort();
    out
}

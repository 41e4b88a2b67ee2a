//! Variables that name a file or a folder in which a program finds code, or settings that name some. A place of the
//! machine's or of the person's own says nothing; what counts is who may fill it.

use super::super::paths::{is_temporary, plain};
use super::Loads;
use super::folders::{is_anybodys, is_relative, parts};

/// Folders and files that projects keep, too: an environment, an interpreter, a file of packages.
const KEPT: [&str; 27] = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "BUNDLE_APP_CONFIG",
    "BUNDLE_GEMFILE",
    "BUNDLE_PATH",
    "CARGO_HOME",
    "CONDA_PREFIX",
    "DOCKER_CONFIG",
    "DOTNET_ROOT",
    "GEM_HOME",
    "GEM_PATH",
    "GOROOT",
    "JAVA_HOME",
    "JULIA_DEPOT_PATH",
    "JULIA_LOAD_PATH",
    "JULIA_PROJECT",
    "KUBECONFIG",
    "PYTHONUSERBASE",
    "RUSTUP_HOME",
    "R_HOME",
    "R_LIBS",
    "R_LIBS_SITE",
    "R_LIBS_USER",
    "TCLLIBPATH",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "VIRTUAL_ENV",
];

/// Those that name what no project keeps for a server.
const SYSTEMS: [&str; 12] = [
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GST_PLUGIN_PATH",
    "GTK_MODULES",
    "GTK_PATH",
    "MAGICK_CONFIGURE_PATH",
    "MAGICK_CODER_MODULE_PATH",
    "OPENSSL_CONF",
    "PSMODULEPATH",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "VK_LAYER_PATH",
];

/// Those of which only a place that anybody may fill says something.
const OTHERS: [&str; 8] = [
    "ERL_LIBS",
    "MISE_CONFIG_FILE",
    "NPM_CONFIG_PREFIX",
    "PIPX_DEFAULT_PYTHON",
    "PIP_CONSTRAINT",
    "PYTHONEXECUTABLE",
    "PYTHONPLATLIBDIR",
    "UV_OVERRIDE",
];

/// What a variable of these does; `None` when it is none of them, or names a place of one's own.
pub(super) fn judge(name: &str, value: &str) -> Option<Loads> {
    if OTHERS.contains(&name) {
        return is_anybodys(value).then_some(Loads::Code);
    }
    let kept = KEPT.contains(&name);
    if !kept && !SYSTEMS.contains(&name) {
        return None;
    }
    let path = plain(value);
    // a word alone is a version, a name or a setting
    let word = !path.contains('/') && (!path.starts_with('.') && name != "OPENSSL_CONF");
    if word || ["/dev/null", "nul", "NUL"].contains(&value) {
        return None;
    }
    let folders = parts(&path);
    let shared = |f: &String| {
        let lower = f.to_ascii_lowercase();
        is_temporary(f) || f.starts_with("/proc/") || (f.starts_with("//") && !lower.starts_with("//wsl"))
    };
    if folders.iter().any(shared) {
        return Some(Loads::Code);
    }
    let relative = folders.iter().any(|f| !f.is_empty() && is_relative(f));
    relative.then_some(if kept { Loads::Folder } else { Loads::Code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_ones_own_are_quiet() {
        for (name, value) in [
            ("VIRTUAL_ENV", "/home/me/.venv"),
            ("UV_PYTHON", "3.12"),
            ("UV_PYTHON", "python3.12"),
            ("JAVA_HOME", "/usr/lib/jvm/java-21"),
            ("JAVA_HOME", "C:\\Program Files\\Java\\jdk-21"),
            ("JAVA_HOME", "${env:JAVA_HOME}"),
            ("KUBECONFIG", "~/.kube/config"),
            ("KUBECONFIG", "/home/me/.kube/config:/home/me/.kube/other"),
            ("DOCKER_CONFIG", "/home/me/.docker"),
            ("OPENSSL_CONF", "/etc/ssl/openssl.cnf"),
            ("OPENSSL_CONF", "/dev/null"),
            ("GTK_MODULES", "gail:atk-bridge"),
            ("OTHER", "./x"),
        ] {
            assert_eq!(judge(name, value), None, "{name}={value}");
        }
        for (name, value) in [
            ("VIRTUAL_ENV", ".venv"),
            ("VIRTUAL_ENV", "${workspaceFolder}/.venv"),
            ("UV_PYTHON", ".venv/bin/python"),
            ("JAVA_HOME", "./evil"),
            ("BUNDLE_GEMFILE", "./Gemfile"),
            ("KUBECONFIG", "./evil"),
            ("AWS_CONFIG_FILE", "./evil"),
            ("DOCKER_CONFIG", "./evil"),
        ] {
            assert_eq!(judge(name, value), Some(Loads::Folder), "{name}={value}");
        }
        for (name, value) in [
            ("VIRTUAL_ENV", "/tmp/x"),
            ("KUBECONFIG", "/home/me/.kube/config:/tmp/x"),
            ("OPENSSL_CONF", "./x.cnf"),
            ("OPENSSL_CONF", "x.cnf"),
            ("QT_PLUGIN_PATH", "${workspaceFolder}/x"),
            ("UV_OVERRIDE", "/tmp/x"),
            ("JAVA_HOME", "\\\\host\\share\\jdk"),
        ] {
            assert_eq!(judge(name, value), Some(Loads::Code), "{name}={value}");
        }
    }
}

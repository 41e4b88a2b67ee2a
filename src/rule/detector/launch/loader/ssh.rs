//! Which commands for SSH are certainly SSH itself, with options that run nothing.

use super::super::paths::plain;
use super::values::is_literal;

/// Programs that speak SSH, as they are called or where a system keeps them.
const SSH: [&str; 16] = [
    "ssh",
    "ssh.exe",
    "/usr/bin/ssh",
    "/bin/ssh",
    "/usr/local/bin/ssh",
    "/opt/homebrew/bin/ssh",
    "/usr/local/opt/openssh/bin/ssh",
    "/opt/homebrew/opt/openssh/bin/ssh",
    "c:/windows/system32/openssh/ssh.exe",
    "c:/program files/git/usr/bin/ssh.exe",
    "c:/program files/openssh/ssh.exe",
    "plink",
    "plink.exe",
    "tortoiseplink",
    "c:/program files/putty/plink.exe",
    "c:/program files/tortoisegit/bin/tortoisegitplink.exe",
];

/// Settings of SSH that run no program, load no library and read no other settings.
const SSH_SETTINGS: [&str; 30] = [
    "addkeystoagent",
    "addressfamily",
    "batchmode",
    "checkhostip",
    "ciphers",
    "compression",
    "connectionattempts",
    "connecttimeout",
    "controlmaster",
    "controlpersist",
    "globalknownhostsfile",
    "gssapiauthentication",
    "hashknownhosts",
    "hostkeyalgorithms",
    "identitiesonly",
    "identityfile",
    "kexalgorithms",
    "loglevel",
    "macs",
    "passwordauthentication",
    "port",
    "preferredauthentications",
    "pubkeyacceptedalgorithms",
    "pubkeyauthentication",
    "serveralivecountmax",
    "serveraliveinterval",
    "stricthostkeychecking",
    "tcpkeepalive",
    "user",
    "userknownhostsfile",
];

/// Whether a command for SSH is another program, or has options that may run one.
pub(super) fn runs(command: &str) -> bool {
    let command = command.trim();
    let whole = plain(&command.to_ascii_lowercase());
    if SSH.contains(&whole.as_str()) {
        return false;
    }
    // a path with blanks in it stands in quotation marks, and there a backslash is itself
    let quoted = command.strip_prefix(['"', '\'']).and_then(|rest| rest.split_once([command.as_bytes()[0] as char]));
    let (program, rest) = quoted.unwrap_or_else(|| command.split_once(' ').unwrap_or((command, "")));
    let program = program.to_ascii_lowercase();
    let program = if quoted.is_some() { plain(&program) } else { program };
    let apart = quoted.is_none() || rest.is_empty() || rest.starts_with(' ');
    if !SSH.contains(&program.as_str()) || !apart || !rest.chars().all(is_literal) {
        return true;
    }
    // PuTTY's options are whole words, and a saved session may name a program
    if program.contains("plink") && !rest.trim().is_empty() {
        return true;
    }
    let mut words = rest.split(' ').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        let Some(letter) = word.strip_prefix('-').and_then(|w| w.chars().next()) else { return true };
        let joined = &word[2.min(word.len())..];
        let mut value = || if joined.is_empty() { words.next().unwrap_or_default() } else { joined };
        let known = match letter {
            'i' | 'p' | 'l' => !value().starts_with('-'),
            'o' => value().split_once('=').is_some_and(|(n, _)| SSH_SETTINGS.contains(&&*n.to_ascii_lowercase())),
            // a file of settings may name programs; none at all does not
            'F' => ["/dev/null", "none"].contains(&value()),
            _ => word[1..].chars().all(|c| "46CTanqvx".contains(c)),
        };
        if !known {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn ssh_itself_is_told_from_what_may_run_something() {
        for value in [
            "ssh",
            "ssh -i ~/.ssh/id_ed25519",
            "ssh -i~/.ssh/id -p2222 -v -4C",
            "/usr/bin/ssh -i /home/me/.ssh/id -o IdentitiesOnly=yes -o StrictHostKeyChecking=no",
            "C:/Windows/System32/OpenSSH/ssh.exe",
            "C:\\Windows\\System32\\OpenSSH\\ssh.exe",
            "\"C:\\Program Files\\Git\\usr\\bin\\ssh.exe\" -p 22",
            "ssh -o ControlMaster=auto -oServerAliveInterval=30",
            "ssh -F /dev/null -i ~/.ssh/id",
        ] {
            assert!(!runs(value), "{value}");
        }
        for value in [
            "/tmp/ssh",
            "./ssh",
            "bin/ssh",
            "/srv/x/ssh",
            "ssh; id",
            "ssh -oProxyCommand=id",
            "ssh -o ProxyCommand=id",
            "ssh -o proxycommand=id",
            "ssh -o \"LocalCommand id\"",
            "ssh -o Proxy''Command=./x",
            "ssh -o Proxy\\Command=./x",
            "ssh -o\tProxyCommand=./x",
            "ssh\t-o ProxyCommand=./x",
            "ssh $O",
            "ssh ${O}",
            "ssh -vF ./config",
            "ssh -F ./config",
            "ssh -F",
            "ssh -I ./x.so",
            "ssh -o",
            "ssh host id",
            "\"ssh\"$O",
            "\"ssh\"x",
            "plink -load x",
            "sh -c id",
            "ssh $(id)",
            "",
        ] {
            assert!(runs(value), "{value}");
        }
    }
}

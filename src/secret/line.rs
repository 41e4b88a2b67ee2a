//! A command line word by word: which flag stands before a word, which name, and which program reads it. `-p` is a password
//! for a client of a database and a port for others.

use super::address::is_password;
use super::names::{contains, is_telling};

/// A program and how it is given passwords.
#[derive(Clone, Copy)]
struct Client {
    names: &'static [&'static str],
    /// Options whose value is a password.
    passwords: &'static [&'static str],
    /// The same, with the value in the same word.
    joined: bool,
    /// Options whose value is user and password, and the sign between them.
    pairs: &'static [&'static str],
    between: char,
}

const fn client(names: &'static [&'static str], passwords: &'static [&'static str], joined: bool) -> Client {
    Client { names, passwords, joined, pairs: &[], between: ':' }
}

const fn pairs(names: &'static [&'static str], pairs: &'static [&'static str], between: char) -> Client {
    Client { names, passwords: &[], joined: false, pairs, between }
}

const CLIENTS: [Client; 17] = [
    client(&["xfreerdp", "wfreerdp", "cmdkey", "net use", "runas"], &["/p:", "/pass:"], true),
    client(
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlimport",
            "mysqlsh",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "mycli",
        ],
        &["-p"],
        true,
    ),
    client(&["sshpass", "7z", "7za", "7zz", "rar", "unrar"], &["-p"], true),
    client(&["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "cqlsh"], &["-p"], true),
    client(
        &["login", "cypher-shell", "psexec", "influx", "htpasswd", "mutt", "neomutt", "himalaya"],
        &["-p", "-b"],
        false,
    ),
    client(&["redis-cli", "valkey-cli", "keydb-cli", "redli", "iredis"], &["-a"], false),
    client(&["sqlcmd", "bcp", "osql", "isql", "tsql", "mosquitto_pub", "mosquitto_sub", "ipmitool"], &["-P"], true),
    client(&["zip", "unzip", "mssql-cli"], &["-P"], false),
    client(&["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"], &["-w"], true),
    client(&["plink", "pscp", "psftp", "putty", "winscp", "mstsc"], &["-pw"], false),
    client(&["swaks", "sendemail", "mailsend", "blat", "smtp-cli"], &["-ap", "-xp", "-pw", "-pass"], false),
    client(&["openssl", "keytool", "jarsigner"], &["-passin", "-passout", "-pass", "-storepass", "-keypass"], false),
    pairs(&["curl", "curlie"], &["-u", "--user", "-U", "--proxy-user"], ':'),
    pairs(&["http", "https", "xh", "xhs"], &["-a", "--auth"], ':'),
    pairs(&["lftp"], &["-u", "--user"], ','),
    pairs(&["smbclient", "rpcclient", "winexe", "smbget", "smbmap", "net"], &["-U", "--user"], '%'),
    pairs(&["sqlplus", "sqlldr", "expdp", "impdp", "sql", "sqlcl"], &["", "-L", "-S"], '/'),
];

/// What a server for a database or for mail is called.
const SERVERS: [&str; 9] = ["mysql", "mariadb", "mongo", "mssql", "sqlserver", "imap", "smtp", "email", "postgres"];
/// Its `-p` may be a password; alone, so that `-port` is none.
const SERVER: Client = client(&[], &["-p"], false);

/// Programs whose `-u` and `-e` are something else.
const ENGINES: [&str; 5] = ["docker", "podman", "nerdctl", "buildah", "container"];

/// Which program reads a word.
#[derive(Clone, Copy)]
enum Program {
    Unknown,
    Engine,
    Client(Client),
}

impl Program {
    fn is(self, name: &str) -> bool {
        matches!(self, Self::Client(client) if client.names.contains(&name))
    }
}

/// What stands before a word.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    /// An option without a value of its own.
    pub flag: Option<&'a str>,
    /// A name whose value the word is: `--header NAME VALUE`, `NAME = VALUE`.
    pub name: Option<&'a str>,
    program: Program,
}

impl Before<'_> {
    /// Nothing.
    pub(super) const NOTHING: Before<'static> = Before { flag: None, name: None, program: Program::Unknown };

    /// The password that a word is, or holds, because of the program that reads it.
    pub(super) fn password<'v>(&self, word: &'v str) -> Option<&'v str> {
        let flag = self.flag.unwrap_or_default();
        let made_up = |p: &&str| is_password(p);
        let behind = |pair: &'v str, sign: char| pair.split_once(sign).map(|(_, password)| password);
        match self.program {
            Program::Client(client) => {
                if client.passwords.contains(&flag) {
                    // `openssl -passin pass:…`
                    return Some(word.strip_prefix("pass:").unwrap_or(word)).filter(made_up);
                }
                let joined = |flag: &str| word.strip_prefix(flag).filter(|v| client.joined && !v.is_empty());
                if let Some(password) = client.passwords.iter().find_map(|f| joined(f)) {
                    return Some(password).filter(made_up);
                }
                if client.pairs.contains(&flag) {
                    let password = behind(word, client.between)?;
                    // `scott/tiger@db`
                    let end = if client.between == '/' { password.find('@')? } else { password.len() };
                    return Some(&password[..end]).filter(made_up);
                }
                let short =
                    client.pairs.iter().find_map(|f| word.strip_prefix(f).filter(|v| f.len() == 2 && !v.is_empty()));
                if let Some(pair) = short {
                    return behind(pair, client.between).filter(made_up);
                }
            }
            Program::Engine => return None,
            Program::Unknown => {}
        }
        // any other program that is given a user
        let pair = word.strip_prefix("--user=").or((flag == "-u" || flag == "--user").then_some(word))?;
        behind(pair, ':').filter(made_up)
    }
}

/// Words with what stands before each.
pub(super) fn walk<'a>(words: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (Before<'a>, &'a str)> {
    let mut before: Before<'a> = Before::NOTHING;
    let mut last: Option<&'a str> = None;
    let mut login = false;
    // `Set-Item Env:NAME -Value …`
    let mut variable: Option<&'a str> = None;
    words.into_iter().map(move |word| {
        let own = before;
        let cookie = own.flag == Some("-b") && own.program.is("curl");
        let word_before = last.map(|l| l.strip_prefix("$env:").unwrap_or(l));
        let taken = own.flag.is_some_and(|f| takes_pair(f, own.program)) && is_telling(word);
        variable = prefixed(word, "env:").map(|name| name.trim_start_matches('\\')).or(variable);
        before.name = match (word, word_before) {
            ("=" | ":=", Some(name)) if is_telling(name) => Some(name),
            (_, Some(set)) if SET.iter().any(|s| set.eq_ignore_ascii_case(s)) => Some(last_part(word)),
            // a line of `.netrc`
            ("password", _) if login => Some(word),
            _ if word.eq_ignore_ascii_case("-value") => variable,
            _ => taken.then_some(word),
        };
        before.name = before.name.filter(|name| is_telling(name));
        login = word_before == Some("login");
        before.flag = (word.starts_with('-') && !word.contains('=')).then_some(word);
        before.program = known(word).unwrap_or(own.program);
        last = Some(word);
        (Before { name: own.name.or(cookie.then_some("cookie")), ..own }, word)
    })
}

/// Words behind which a name stands, and behind it its value: `setx NAME …`, `npm config set NAME …`.
const SET: [&str; 6] = ["set", "setx", "setenv", "-gx", "-x", "-Ux"];

/// The name in `//registry.npmjs.org/:_authToken`.
fn last_part(word: &str) -> &str {
    word.rsplit([':', '/']).next().unwrap_or(word)
}

fn prefixed<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let head = word.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &word[prefix.len()..])
}

/// Whether a name and a value may follow an option in two words.
fn takes_pair(flag: &str, program: Program) -> bool {
    let long = ["header", "env", "var", "secret", "set", "config"].iter().any(|w| contains(flag, w));
    !matches!(program, Program::Engine) && (flag == "-H" || (flag.len() > 2 && long))
}

/// The client or the engine that a word names.
fn known(word: &str) -> Option<Program> {
    if word.starts_with('-') || word.contains(['=', ':']) && !word.contains('\\') || word.len() > 200 {
        return None;
    }
    let name = program(word);
    let is = |own: &&str| name.eq_ignore_ascii_case(own);
    if ENGINES.iter().any(is) {
        return Some(Program::Engine);
    }
    if let Some(client) = CLIENTS.iter().find(|c| c.names.iter().any(is)) {
        return Some(Program::Client(*client));
    }
    SERVERS.iter().any(|s| contains(word, s)).then_some(Program::Client(SERVER))
}

/// A program's name without folder and Windows endings.
pub fn program(command: &str) -> &str {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let without = |ending: &str| {
        let (name, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        end.eq_ignore_ascii_case(ending).then_some(name)
    };
    [".exe", ".cmd", ".bat", ".ps1", "-cli.js"].into_iter().find_map(without).unwrap_or(name)
}

/// The words of a line as a shell would take them apart: at blanks and signs between commands, and not inside of quotes.
/// Quotes around a word are left out.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    // a quote that does not end is an apostrophe
    let mut open = [true; 3];
    std::iter::from_fn(move || {
        let ends = |b: u8| b.is_ascii_whitespace() || b";&|".contains(&b);
        let bytes = text.as_bytes();
        while bytes.get(at).is_some_and(|b| ends(*b)) {
            at += 1;
        }
        let from = at;
        while let Some(b) = bytes.get(at).copied().filter(|b| !ends(*b)) {
            let quote = b"'\"`".iter().position(|q| *q == b);
            let begins = at == from || matches!(bytes[at - 1], b'=' | b':');
            at += 1;
            if let Some(kind) = quote.filter(|kind| begins && open[*kind]) {
                match text[at..].find(char::from(b)) {
                    Some(end) => at += end + 1,
                    None => open[kind] = false,
                }
            }
        }
        (from < at).then(|| text[from..at].trim_matches(['"', '\'', '`', ',']))
    })
}

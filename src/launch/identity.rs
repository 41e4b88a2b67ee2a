//! What decides which code answers: command, arguments, environment *names*, or URL and header *names* (TRUST §4.1).
//! It is part of what is signed. Secret values are never stored and never hashed; where one stands in an argument or a
//! URL, there is no identity and the advice is to use the environment. What may be one and may as well be the name of a document
//! (a long random word) is left out: it is in no file, and a change of it is not seen.

mod shown;

pub use shown::without_secrets;

use crate::json::{FieldError, Fields, Node, Value, canonical};
use crate::target::{Http, Launch, Target};
use crate::terms::Digest;
use crate::untrusted::Untrusted;

use crate::secret;

/// Decides which code answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaunchIdentity {
    /// A program.
    Stdio {
        /// As configured.
        command: Untrusted,
        /// As configured.
        args: Vec<Untrusted>,
        /// Names only, sorted.
        env: Vec<Untrusted>,
        /// As configured.
        cwd: Option<Untrusted>,
        /// The file of variables that it names.
        env_file: Option<Untrusted>,
    },
    /// A URL.
    Http {
        /// As configured.
        url: Untrusted,
        /// Names only, lower case, sorted.
        headers: Vec<Untrusted>,
        /// The command that is run for more of them.
        helper: Option<Untrusted>,
    },
    /// A saved manifest or capture.
    File {
        /// As given.
        path: Untrusted,
    },
}

/// Why there is no identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The command looks like a secret.
    #[error("the command looks like a secret; move it to the environment and name the variable in `env`")]
    SecretCommand,
    /// An argument looks like a secret.
    #[error("argument {0} looks like a secret; move it to the environment and name the variable in `env`")]
    SecretArgument(usize),
    /// An argument is code with a random word in it.
    #[error(
        "argument {0} is code with a random word in it, which may be a secret and may be more code: neither it nor a digest of it is written; put the code into a file, or the value into the environment"
    )]
    RandomWord(usize),
    /// The working directory holds what looks like a secret.
    #[error("the working directory holds what looks like a secret; give the folder another name")]
    SecretFolder,
    /// The command that is run for headers holds what looks like a secret.
    #[error("`headersHelper` holds what looks like a secret; have the command take it from the environment")]
    SecretHelper,
    /// The name of the file of variables holds what looks like a secret.
    #[error("the name of the file of variables holds what looks like a secret; give the file another name")]
    SecretFile,
    /// A variable or header is called by what looks like a secret.
    #[error("the name of a variable or header looks like a secret; give it a name and take the value from elsewhere")]
    SecretName,
    /// The URL carries user and password.
    #[error("the URL carries a user name or password; move it to a header whose value comes from the environment")]
    Userinfo,
    /// The URL is, or carries, what looks like a secret.
    #[error(
        "the URL carries what looks like a secret; move it to a header whose value comes from the environment, or name a variable for the URL"
    )]
    SecretUrl,
}

impl LaunchIdentity {
    /// The identity of a target.
    pub fn of(target: &Target) -> Result<Self, Refusal> {
        match &target.launch {
            Launch::Stdio(s) => {
                let args: Vec<Untrusted> = s.args.iter().map(|a| a.value.clone()).collect();
                let found = secret::of_line(s.command.value.raw(), args.iter().map(Untrusted::raw));
                match found.first() {
                    Some(None) => return Err(Refusal::SecretCommand),
                    Some(Some(at)) => return Err(Refusal::SecretArgument(at + 1)),
                    None => {}
                }
                let holds = |text: &Untrusted| secret::is_secret(None, text.raw());
                if s.cwd.as_ref().is_some_and(|c| holds(&c.value)) {
                    return Err(Refusal::SecretFolder);
                }
                if s.env.iter().any(|(name, _)| holds(&name.value)) {
                    return Err(Refusal::SecretName);
                }
                let env_file = target.beside.env_file.as_ref().map(|f| f.value.clone());
                if env_file.as_ref().is_some_and(holds) {
                    return Err(Refusal::SecretFile);
                }
                let env = sorted(s.env.iter().map(|(n, _)| n.value.clone()).collect());
                let cwd = s.cwd.as_ref().map(|c| c.value.clone());
                let (command, args) = (s.command.value.clone(), shown::args(&s.command.value, args)?);
                Ok(Self::Stdio { command, args, env, cwd, env_file })
            }
            Launch::Http(h) => {
                let parsed = url::Url::parse(h.url.value.raw());
                if secret::userinfo(h.url.value.raw()).is_some()
                    || parsed.is_ok_and(|u| !u.username().is_empty() || u.password().is_some())
                {
                    return Err(Refusal::Userinfo);
                }
                if secret::is_secret(None, h.url.value.raw()) {
                    return Err(Refusal::SecretUrl);
                }
                if h.headers.iter().any(|(name, _)| secret::is_secret(None, name.value.raw())) {
                    return Err(Refusal::SecretName);
                }
                let helper = target.beside.helper.as_ref().map(|h| &h.value);
                if helper.is_some_and(|h| shown::hides(h.raw())) {
                    return Err(Refusal::SecretHelper);
                }
                let url = secret::kept(h.url.value.raw()).into();
                Ok(Self::Http { url, headers: lower(h), helper: helper.cloned() })
            }
            Launch::File(f) => Ok(Self::File { path: f.path.to_string_lossy().into_owned().into() }),
        }
    }

    /// The same of any target, for people: what may be a secret is left out, so that nothing can be compared with it.
    pub fn shown(target: &Target) -> Self {
        let texts = |all: Vec<String>| all.into_iter().map(Untrusted::from).collect::<Vec<_>>();
        match &target.launch {
            Launch::Stdio(s) => {
                let args = s.args.iter().map(|a| a.value.raw());
                let (command, args) = secret::shown_line(s.command.value.raw(), args);
                let own = |text: &Untrusted| Untrusted::from(secret::shown(text.raw()));
                Self::Stdio {
                    command: command.into(),
                    args: texts(args),
                    env: sorted(s.env.iter().map(|(n, _)| own(&n.value)).collect()),
                    cwd: s.cwd.as_ref().map(|c| secret::shown_folder(c.value.raw()).into()),
                    env_file: target.beside.env_file.as_ref().map(|f| own(&f.value)),
                }
            }
            Launch::Http(h) => Self::Http {
                url: secret::shown(h.url.value.raw()).into(),
                headers: sorted(
                    h.headers.iter().map(|(n, _)| secret::shown(n.value.raw()).to_ascii_lowercase().into()).collect(),
                ),
                helper: target.beside.helper.as_ref().map(|h| shown::line(&h.value)),
            },
            Launch::File(f) => Self::File { path: f.path.to_string_lossy().into_owned().into() },
        }
    }

    /// Whether something is left out, of which a change is not seen.
    pub fn is_partial(&self) -> bool {
        let left_out = |t: &Untrusted| t.raw().contains(secret::HIDDEN);
        match self {
            Self::Stdio { args, .. } => args.iter().any(left_out),
            Self::Http { url, .. } => left_out(url),
            Self::File { .. } => false,
        }
    }

    /// The member `launch` of a baseline entry.
    pub fn to_node(&self) -> Node {
        let text = |t: &Untrusted| Node::text(t.raw());
        let list = |l: &[Untrusted]| Node::made(Value::Array(l.iter().map(text).collect()));
        match self {
            Self::Stdio { command, args, env, cwd, env_file } => {
                let mut members = vec![("command", text(command)), ("args", list(args)), ("env", list(env))];
                members.extend(cwd.as_ref().map(|c| ("cwd", text(c))));
                members.extend(env_file.as_ref().map(|f| ("envFile", text(f))));
                Node::object(members)
            }
            Self::Http { url, headers, helper } => {
                let mut members = vec![("url", text(url)), ("headers", list(headers))];
                members.extend(helper.as_ref().map(|h| ("headersHelper", text(h))));
                Node::object(members)
            }
            Self::File { path } => Node::object([("file", text(path))]),
        }
    }

    /// SHA-256 of the canonical form: what a suppression of a finding about the server is bound to.
    pub fn digest(&self) -> Digest {
        Digest::of(&canonical(&self.to_node()).expect("keys of ours are distinct"))
    }

    /// Reads what [`LaunchIdentity::to_node`] writes.
    pub fn from_node(node: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(node)?;
        let list = |texts: Vec<String>| texts.into_iter().map(Untrusted::from).collect::<Vec<_>>();
        let optional = |fields: &mut Fields<'_>, key: &'static str| match fields.optional(key) {
            Some(n) => Ok(Some(Untrusted::from(n.as_str().ok_or(FieldError::Wrong(key, "text"))?))),
            None => Ok(None),
        };
        let identity = if node.get("command").is_some() {
            Self::Stdio {
                command: fields.text("command")?.into(),
                args: list(fields.texts("args")?),
                env: list(fields.texts("env")?),
                cwd: optional(&mut fields, "cwd")?,
                env_file: optional(&mut fields, "envFile")?,
            }
        } else if node.get("url").is_some() {
            Self::Http {
                url: fields.text("url")?.into(),
                headers: list(fields.texts("headers")?),
                helper: optional(&mut fields, "headersHelper")?,
            }
        } else {
            Self::File { path: fields.text("file")?.into() }
        };
        fields.finish()?;
        Ok(identity)
    }

    /// One line for people, with everything in it.
    pub fn line(&self) -> Untrusted {
        let join = |l: &[Untrusted]| l.iter().map(Untrusted::raw).collect::<Vec<_>>().join(" ");
        match self {
            Self::Stdio { command, args, env, cwd, env_file } => {
                let file = env_file.as_ref().map(|f| format!(" [envFile {}]", f.raw())).unwrap_or_default();
                let cwd = cwd.as_ref().map(|c| format!(" (in {})", c.raw())).unwrap_or_default();
                let env = if env.is_empty() { String::new() } else { format!(" [env {}]", join(env)) };
                format!("{} {}{env}{file}{cwd}", command.raw(), join(args)).into()
            }
            Self::Http { url, headers, helper } => {
                let helper = helper.as_ref().map(|h| format!(" [headersHelper {}]", h.raw())).unwrap_or_default();
                let headers = if headers.is_empty() { String::new() } else { format!(" [headers {}]", join(headers)) };
                format!("{}{headers}{helper}", url.raw()).into()
            }
            Self::File { path } => format!("file {}", path.raw()).into(),
        }
    }
}

fn sorted(mut names: Vec<Untrusted>) -> Vec<Untrusted> {
    names.sort();
    names.dedup();
    names
}

/// The names of headers.
fn lower(http: &Http) -> Vec<Untrusted> {
    let name = |n: &Untrusted| Untrusted::from(n.raw().to_ascii_lowercase());
    sorted(http.headers.iter().map(|(n, _)| name(&n.value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file;

    fn of(entry: &str) -> Result<LaunchIdentity, Refusal> {
        let text = format!(r#"{{"mcpServers":{{"a":{entry}}}}}"#);
        LaunchIdentity::of(&config_file::from_text(&text, ".mcp.json").expect("a configuration")[0])
    }

    #[test]
    fn one_character_of_command_argument_url_or_variable_is_another_launch_identity() {
        // the places that decide, marked; everything else is the form
        let stdio =
            r#"{"command":"<npx>","args":["<-y>","<@acme/calc@1.4.2>"],"env":{"<CALC_KEY>":"${K}"},"cwd":"<tools>"}"#;
        let http = r#"{"url":"<https://mcp.acme.test/v1?x=1>","headers":{"<X-Team>":"${T}"}}"#;
        let helper = r#"{"url":"https://mcp.acme.test/v1","headersHelper":"<./bin/token.sh --team one>"}"#;
        let file = r#"{"command":"npx","args":["-y","@acme/calc@1.4.2"],"envFile":"<./config/variables.env>"}"#;
        for marked in [stdio, http, helper, file] {
            let entry: String = marked.chars().filter(|c| !"<>".contains(*c)).collect();
            let approved = of(&entry).expect("an identity");
            let (mut inside, mut at, mut tried) = (false, 0, 0);
            for c in marked.chars() {
                match c {
                    '<' | '>' => inside = c == '<',
                    _ if inside => {
                        let other = if c == 'q' { 'z' } else { 'q' };
                        let changed = format!("{}{other}{}", &entry[..at], &entry[at + 1..]);
                        let now = of(&changed).expect("an identity");
                        assert!(now != approved && now.digest() != approved.digest(), "{changed}");
                        tried += 1;
                        at += 1;
                    }
                    _ => at += 1,
                }
            }
            assert!(tried > 20, "{tried}");
            // and back through the baseline's form
            assert_eq!(LaunchIdentity::from_node(&approved.to_node()).expect("our own"), approved);
        }
    }

    #[test]
    fn what_may_be_a_secret_is_in_no_file_and_what_names_code_is() {
        let random = "A1q8kP3nV7rT2mX9wL4sB6dF1yC5hJ0gR8tE2uA7iK4oM9zD";
        for entry in [
            format!(r#"{{"command":"x","args":["start","{random}"]}}"#),
            format!(r#"{{"url":"https://x.test/mcp?x={random}"}}"#),
        ] {
            let found = of(&entry).expect("an identity");
            assert!(!found.line().raw().contains(random) && found.is_partial(), "{entry}");
            assert_eq!(Some(found), of(&entry.replace("A1q8", "B2r9")).ok(), "{entry}");
        }
        let image = "3f2a9c1d27be84501aabb3f2a9c1d27be84501aabbf3a9c1d27be84501aabbcc";
        for entry in [
            format!(r#"{{"command":"docker","args":["run","-i","{image}"]}}"#),
            r#"{"command":"x","args":["--document","notes"]}"#.to_owned(),
        ] {
            assert!(!of(&entry).expect("an identity").is_partial(), "{entry}");
        }
    }

    #[test]
    fn code_with_a_random_word_has_no_identity() {
        let random = "A1q8kP3nV7rT2mX9wL4sB6dF1yC5hJ0g";
        for code in [
            "echo {} | base64 -d | sh",
            "echo {} | base64 -d | sh; npx -y x@1.0.0",
            "docker run -i --rm -e FOO={} a/b",
            "FOO={} npx -y x@1.0.0 postgres://postgres:postgres@localhost/x",
        ] {
            let entry = format!(r#"{{"command":"sh","args":["-c","{}"]}}"#, code.replace("{}", random));
            assert_eq!(of(&entry), Err(Refusal::RandomWord(2)), "{code}");
        }
        // code without a blank in it
        for (args, at) in [
            (format!(r#"["-EncodedCommand","{random}"]"#), 2),
            (format!(r#"["-e","eval(atob('{random}'))"]"#), 2),
            (format!(r#"["--import=data:text/javascript;base64,{random}"]"#), 1),
        ] {
            assert_eq!(of(&format!(r#"{{"command":"x","args":{args}}}"#)), Err(Refusal::RandomWord(at)), "{args}");
        }
        let helper = format!(r#"{{"url":"https://x.test/mcp","headersHelper":"echo {random} | sh"}}"#);
        assert_eq!(of(&helper), Err(Refusal::SecretHelper));
        // what names code stays as it is
        let sum = "9f86d081".repeat(8);
        let entry = format!(r#"{{"command":"sh","args":["-c","docker run -i a/b@sha256:{sum}"]}}"#);
        let found = of(&entry).expect("an identity");
        assert!(found.line().raw().contains(&sum) && !found.is_partial());
        // a word that is handed over is a secret
        let entry = r#"{"command":"sh","args":["-c","echo Wq7z | sudo -S npx -y x"]}"#;
        assert_eq!(of(entry), Err(Refusal::SecretArgument(2)));
    }

    #[test]
    fn values_of_variables_and_headers_are_no_part_of_it_and_secrets_have_no_identity() {
        let one = of(r#"{"command":"a","env":{"B":"1","A":"2"}}"#);
        assert_eq!(one, of(r#"{"command":"a","env":{"A":"3","B":"4"}}"#));
        let token = format!("ghp_{}", "a1B2".repeat(9));
        for (entry, why) in [
            (format!(r#"{{"command":"a","args":["--token","{token}"]}}"#), Refusal::SecretArgument(2)),
            (r#"{"url":"https://u:p@x.test/"}"#.to_owned(), Refusal::Userinfo),
            (format!(r#"{{"url":"https://x.test/?token={token}"}}"#), Refusal::SecretUrl),
            (format!(r#"{{"url":"https://${{HOST}}:${{PORT}}/?token={token}"}}"#), Refusal::SecretUrl),
            (r#"{"url":"https://u:p@${HOST}:${PORT}/"}"#.to_owned(), Refusal::Userinfo),
            (r#"{"url":"https://mcp.zapier.com/api/mcp/s/q8Zt3LpW9xVb2NcR/mcp"}"#.to_owned(), Refusal::SecretUrl),
            (format!(r#"{{"command":"/opt/{token}/x"}}"#), Refusal::SecretCommand),
            (
                r#"{"command":"a","args":["--header","Authorization: Bearer f3a9c1d27be84501"]}"#.to_owned(),
                Refusal::SecretArgument(2),
            ),
        ] {
            assert_eq!(of(&entry), Err(why), "{entry}");
        }
    }
}

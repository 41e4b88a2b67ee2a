//! The command line of a container engine: what it runs, in which image, with which options.

/// An option as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// Its name: `-v`, `--volume`.
    pub flag: String,
    /// Its value; empty for a switch.
    pub value: String,
    /// Index of the word that names it.
    pub at: usize,
    /// Index of the word that holds the value.
    pub value_at: usize,
}

/// What an engine is asked to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A container of an image.
    Image,
    /// A program in a container that is there.
    Exec,
    /// A service of a compose file.
    Service,
}

/// An engine's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What is started.
    pub what: What,
    /// Options of the engine itself.
    pub engine: Vec<Opt>,
    /// Options of what is started.
    pub options: Vec<Opt>,
    /// Index of the image, the container or the service.
    pub operand: Option<usize>,
}

/// Switches: these take no value, all others do.
const SWITCHES: [&str; 36] = [
    "--rm",
    "--rmi",
    "--init",
    "--privileged",
    "--interactive",
    "--tty",
    "--no-tty",
    "--no-TTY",
    "--detach",
    "--read-only",
    "--no-healthcheck",
    "--publish-all",
    "--quiet",
    "--quiet-pull",
    "--quiet-build",
    "--oom-kill-disable",
    "--sig-proxy",
    "--disable-content-trust",
    "--no-hosts",
    "--no-hostname",
    "--replace",
    "--tls-verify",
    "--http-proxy",
    "--env-host",
    "--service-ports",
    "--no-deps",
    "--use-aliases",
    "--build",
    "--remove-orphans",
    "--help",
    "--debug",
    "--tls",
    "--tlsverify",
    "--version",
    "--remote",
    "--compatibility",
];

/// Whether a program is a container engine, or runs services with one.
pub fn is_engine(program: &str) -> bool {
    ["docker", "podman", "nerdctl", "docker-compose", "podman-compose"].contains(&program)
}

/// Reads the arguments of an engine; `None` when they start nothing.
pub fn read(program: &str, args: &[&str]) -> Option<Run> {
    let (engine, mut at) = options(args, 0, "Dvr");
    let mut compose = program.ends_with("-compose");
    if !compose {
        match *args.get(at)? {
            "container" => at += 1,
            "compose" => {
                compose = true;
                at = options(args, at + 1, "").1;
            }
            _ => {}
        }
    }
    let what = match *args.get(at)? {
        "run" | "create" if !compose => What::Image,
        "exec" if !compose => What::Exec,
        "run" | "exec" => What::Service,
        _ => return None,
    };
    let (options, at) = options(args, at + 1, "itdPqT");
    Some(Run { what, engine, options, operand: (at < args.len()).then_some(at) })
}

/// Options from here on, and where they end.
fn options(args: &[&str], from: usize, switches: &str) -> (Vec<Opt>, usize) {
    let mut out = Vec::new();
    let mut at = from;
    while let Some(arg) = args.get(at).filter(|a| a.len() > 1 && a.starts_with('-')) {
        if *arg == "--" {
            return (out, at + 1);
        }
        let next = args.get(at + 1).copied().unwrap_or_default();
        let mut add = |flag: &str, value: &str, here: bool| {
            let value_at = if here || at + 1 >= args.len() { at } else { at + 1 };
            out.push(Opt { flag: flag.to_owned(), value: value.to_owned(), at, value_at });
        };
        let mut two = false;
        if arg.starts_with("--") {
            match arg.split_once('=') {
                Some((flag, value)) => add(flag, value, true),
                None if SWITCHES.contains(arg) => add(arg, "", true),
                None => {
                    add(arg, next, false);
                    two = true;
                }
            }
        } else {
            for (i, letter) in arg.char_indices().skip(1) {
                let rest = &arg[i + letter.len_utf8()..];
                let flag = format!("-{letter}");
                if switches.contains(letter) {
                    add(&flag, "", true);
                    continue;
                }
                if rest.is_empty() {
                    add(&flag, next, false);
                    two = true;
                } else {
                    add(&flag, rest.strip_prefix('=').unwrap_or(rest), true);
                }
                break;
            }
        }
        at += if two { 2 } else { 1 };
    }
    (out, at.min(args.len()))
}

/// Whether the value of a cluster of short options is the next word.
pub fn short_value(arg: &str, letters: &str) -> bool {
    let mut found = arg.char_indices().skip(1).filter(|(_, c)| letters.contains(*c));
    found.next().is_some_and(|(i, c)| i + c.len_utf8() == arg.len())
}

/// The folder of the host that a mount option names.
pub fn mounted<'a>(flag: &str, value: &'a str) -> Option<&'a str> {
    match flag {
        "-v" | "--volume" => {
            // `C:\x:/x` has a drive before its separator
            let drive = value.starts_with(|c: char| c.is_ascii_alphabetic());
            let skip = if drive && value.get(1..3).is_some_and(|d| d == ":\\" || d == ":/") { 2 } else { 0 };
            let cut = value[skip..].find(':').map_or(value.len(), |i| i + skip);
            Some(&value[..cut])
        }
        "--mount" => value.split(',').find_map(|p| p.strip_prefix("source=").or_else(|| p.strip_prefix("src="))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<(What, Option<String>, Vec<String>)> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let run = read(words[0], &words[1..])?;
        let shown = run.options.iter().map(|o| format!("{} {}@{}", o.flag, o.value, o.value_at));
        Some((run.what, run.operand.map(|at| words[at + 1].to_owned()), shown.collect()))
    }

    #[test]
    fn options_end_at_the_image_the_container_or_the_service() {
        let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        for (line, what, operand, options) in [
            (
                "docker run -it --rm -eA=1 -p 80:80 acme/x -P",
                What::Image,
                "acme/x",
                vec!["-i @1", "-t @1", "--rm @2", "-e A=1@3", "-p 80:80@5"],
            ),
            ("docker -H tcp://h:1 container run --net=host x", What::Image, "x", vec!["--net host@4"]),
            ("docker --context run run x", What::Image, "x", vec![]),
            ("docker create -ditv /a:/b x", What::Image, "x", vec!["-d @1", "-i @1", "-t @1", "-v /a:/b@2"]),
            ("podman exec -i -u root box sh", What::Exec, "box", vec!["-i @1", "-u root@3"]),
            (
                "docker compose -f x.yml -p y run --rm -T -v /:/h svc",
                What::Service,
                "svc",
                vec!["--rm @6", "-T @7", "-v /:/h@9"],
            ),
            ("docker-compose --profile a run svc", What::Service, "svc", vec![]),
        ] {
            assert_eq!(of(line), Some((what, Some(operand.to_owned()), own(&options))), "{line}");
        }
        for line in
            ["docker ps", "docker mcp gateway run", "docker compose up", "docker compose config run", "docker --host"]
        {
            assert_eq!(of(line), None, "{line}");
        }
        assert_eq!(of("docker run -i").map(|r| r.1), Some(None));
    }
}

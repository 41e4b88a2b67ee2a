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
const SWITCHES: [&str; 52] = [
    "--rm",
    "--all-tags",
    "--with-registry-auth",
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
    "--use-api-socket",
    "--rootfs",
    "--passwd",
    "--read-only-tmpfs",
    "--unsetenv-all",
    "--ssh",
    "--no-dns",
    "--rosetta",
    "--virtualization",
    "--syslog",
    "--transient-store",
    "--trace",
    "--all-resources",
    "--dry-run",
];

/// Container engines, and programs that run services with one.
const ENGINES: [&str; 9] = [
    "docker",
    "podman",
    "podman-remote",
    "nerdctl",
    "nerdctl.lima",
    "finch",
    "container",
    "docker-compose",
    "podman-compose",
];

/// Whether a program is a container engine, or runs services with one.
pub fn is_engine(program: &str) -> bool {
    ENGINES.contains(&program)
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
        "--mount" => {
            let device = field(value, "volume-opt").filter_map(|o| o.strip_prefix("device=")).next();
            device.or_else(|| field(value, "source").chain(field(value, "src")).next())
        }
        _ => None,
    }
}

/// Values of a key of `--mount`, whose keys are the same in any case, and whose fields may stand in quotation marks.
fn field<'a>(value: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    let bare = |f: &'a str| f.trim().trim_matches('"');
    value.split(',').map(bare).filter_map(move |f| {
        let (name, value) = f.split_once('=')?;
        name.trim().eq_ignore_ascii_case(key).then(|| value.trim().trim_matches('"'))
    })
}

/// Files of services that lie on another machine: `compose -f https://…`, `kube play https://…`, each with its word.
pub fn fetched<'a>(program: &str, args: &[&'a str]) -> Vec<(&'a str, usize)> {
    let (engine, at) = options(args, 0, "Dvr");
    let own = |o: &Opt| ["-f", "--file"].contains(&o.flag.as_str()).then_some(o.value_at);
    let words: Vec<usize> = if program.ends_with("-compose") {
        engine.iter().filter_map(own).collect()
    } else if args.get(at) == Some(&"compose") {
        options(args, at + 1, "").0.iter().filter_map(own).collect()
    } else if args.get(at..at + 2).is_some_and(|w| w == ["kube", "play"] || w == ["play", "kube"]) {
        vec![options(args, at + 2, "q").1]
    } else {
        return Vec::new();
    };
    let file = |at: usize| {
        let word = args.get(at)?;
        let value = word.strip_prefix("--file=").or_else(|| word.strip_prefix("-f")).unwrap_or(word);
        let there = value.contains("://") || ["git@", "github.com/", "oci:"].iter().any(|p| value.starts_with(p));
        there.then_some((value, at))
    };
    words.into_iter().filter_map(file).collect()
}

/// Indices of images that are fetched, or the one that is started as a service: `pull`, `service create`.
pub fn pulled(args: &[&str]) -> Vec<usize> {
    let (_, mut at) = options(args, 0, "Dvr");
    let verbs: [&[&str]; 4] = [&["pull"], &["image", "pull"], &["service", "create"], &["plugin", "install"]];
    let Some(verb) = verbs.iter().find(|v| args[at.min(args.len())..].starts_with(v)) else { return Vec::new() };
    let mut out = Vec::new();
    at += verb.len();
    // behind the first the words of a service or a plugin are its own
    while out.is_empty() || verb.ends_with(&["pull"]) {
        at = options(args, at, "qadt").1;
        if at >= args.len() {
            break;
        }
        out.push(at);
        at += 1;
    }
    out
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
        let image = of("docker run -i --use-api-socket acme/x").and_then(|r| r.1);
        assert_eq!(image.as_deref(), Some("acme/x"));
    }

    #[test]
    fn a_folder_is_found_in_every_spelling_of_a_mount() {
        for (flag, value, folder) in [
            ("-v", "/a:/b", Some("/a")),
            ("-v", "C:\\x:/x", Some("C:\\x")),
            ("--mount", "type=bind,src=/a,dst=/b", Some("/a")),
            ("--mount", "TYPE=bind,SRC=/a", Some("/a")),
            ("--mount", "type=bind,Source=/a", Some("/a")),
            ("--mount", "type=bind,\"src=/a\",dst=/b", Some("/a")),
            ("--mount", "type=volume,src=x,volume-opt=o=bind,volume-opt=device=/", Some("/")),
            ("--mount", "type=volume,dst=/b", None),
        ] {
            assert_eq!(mounted(flag, value), folder, "{value}");
        }
    }

    #[test]
    fn files_of_services_on_other_machines_are_fetched() {
        let of = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            fetched(words[0], &words[1..]).into_iter().map(|(v, at)| format!("{v}@{at}")).collect::<Vec<_>>()
        };
        assert_eq!(of("docker compose -f https://a.test/x.yml run svc"), ["https://a.test/x.yml@2"]);
        assert_eq!(of("docker compose --file=oci://a.test/x up"), ["oci://a.test/x@1"]);
        assert_eq!(of("docker-compose -f https://a.test/x.yml up"), ["https://a.test/x.yml@1"]);
        assert_eq!(of("podman kube play --replace https://a.test/x.yml"), ["https://a.test/x.yml@3"]);
        assert!(of("docker compose -f x.yml up").is_empty() && of("podman kube play x.yml").is_empty());
    }
}

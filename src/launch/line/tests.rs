//! What a line starts.

use super::*;

fn line(text: &str) -> (String, Vec<String>) {
    let words = words(text);
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = Line::of(all[0], &all[1..]);
    let names: Vec<String> = line.steps().map(|s| s.program()).collect();
    let set = line.set().iter().map(|s| format!("{}={}@{:?}", s.name, s.value, s.argument));
    (names.join(" "), set.collect())
}

#[test]
fn what_a_wrapper_starts_is_found_behind_its_options() {
    for (text, programs) in [
        ("env node server.js", "env node"),
        ("/usr/bin/env -i A=1 B=2 node server.js", "env node"),
        ("env -u A -C /srv node x", "env node"),
        ("env -S 'bash -c \"a; b\"'", "env bash"),
        ("env '-SA=1 node' server.js", "env node"),
        ("sudo -Eu root -- npx -y x", "sudo npx"),
        ("sudo -u me A=1 docker run acme/x node y", "sudo docker node"),
        ("doas -u me node x", "doas node"),
        ("nohup nice -n 5 timeout -k 5 30s bash run.sh", "nohup nice timeout bash"),
        ("stdbuf -o0 -i 0 setsid -w time -p node x", "stdbuf setsid time node"),
        ("cmd /d /c npx -y x", "cmd npx"),
        ("CMD.EXE /c 'npx -y x'", "cmd npx"),
        ("cmd /c 'npx -y x && calc'", "cmd"),
        ("busybox sh -c 'a; b'", "busybox sh"),
        // what is in no list, and what it is handed
        ("strace -f sh -c 'a; b'", "strace sh"),
        ("gosu root bash -lc 'npx -y x'", "gosu bash npx"),
        ("uvx mcp-proxy==0.8.0 -- npx -y x", "uvx npx"),
        ("npx -y inspector@1.0.0 npx -y x", "npx npx"),
        ("npx -y gateway@3.0.0 --stdio 'npx -y x'", "npx npx"),
        ("npx -y a@1.0.0 --shell bash --runner npx", "npx"),
        ("acme --port 80 docker run -i x node y", "acme docker node"),
        ("uvx acme==1.0 -- docker --context a run x", "uvx docker"),
        ("acme docker -D -D -D -D --context a --log-level b run x", "acme docker"),
        ("acme docker ps run", "acme"),
        ("npx -y a@1.0.0 --stdio 'uv tool run x'", "npx uv"),
        ("acme -- pnpm dlx x", "acme pnpm"),
        ("npx -y a@1.0.0 docker ps", "npx"),
        ("cmd /d /s /c '\"npx -y x\"'", "cmd npx"),
        ("corepack yarn@4.0.0 dlx x", "corepack yarn"),
        ("node /x/yarn-4.0.0.cjs dlx x", "node yarn"),
        ("php composer.phar require x", "php composer"),
        ("ruby -S gem install x", "ruby gem"),
        ("ruby gem install x", "ruby"),
        ("rustup run nightly cargo install x", "rustup cargo"),
        ("lima nerdctl run x", "lima nerdctl"),
        ("powershell -c 'npx -y x'", "powershell npx"),
        ("powershell -c 'npx -y x; y'", "powershell"),
        ("npx -y a@1.0.0 'about npx and sh'", "npx"),
        ("bash -c 'source ~/.nvm/nvm.sh && npx -y x'", "bash npx"),
        ("mise x node@22 -- npx -y x", "mise npx"),
        ("volta run --node 20 npx -y x", "volta npx"),
        ("fnm exec --using=20 npx x", "fnm npx"),
        ("asdf exec npx x", "asdf npx"),
        ("xvfb-run -a -s '-screen 0 1x1x24' node x", "xvfb-run node"),
        ("dbus-run-session -- node x", "dbus-run-session node"),
        ("uv --directory /srv/x run --with acme python -c 'a'", "uv python"),
        ("uv run -m server", "uv"),
        ("uv tool run acme", "uv"),
        ("docker run -i --rm -e A=1 acme/x:1 sh -c 'a; b'", "docker sh"),
        ("docker run --entrypoint=sh acme/x -c 'a; b'", "docker sh"),
        ("docker run -i acme/x", "docker"),
        ("podman --log-level debug container run -it acme/x node y", "podman node"),
        ("docker exec -i -u root box node y", "docker node"),
        ("docker compose -f a.yml run --rm svc node y", "docker node"),
        ("docker mcp gateway run", "docker"),
        ("bash -lc 'exec npx -y x'", "bash npx"),
        ("bash -c 'npx -y x | tee log'", "bash"),
        ("bash start.sh -c x", "bash"),
        ("python3 -m uv tool run x", "python3 uv"),
        ("node /usr/lib/node_modules/npm/bin/npx-cli.js -y x", "node npx"),
        ("node server.js", "node"),
        ("wsl -d Ubuntu -e bash -c 'a; b'", "wsl bash"),
        ("nix develop -c npx x", "nix npx"),
    ] {
        assert_eq!(line(text).0, programs, "{text}");
    }
}

#[test]
fn variables_of_the_line_have_their_argument() {
    assert_eq!(line("env A=1 -u X B=2 node C=3").1, ["A=1@Some(0)", "B=2@Some(3)"]);
    assert_eq!(
        line("sudo A=1 docker run --env B=2 -eC=3 -e D acme/x -e E=5").1,
        ["A=1@Some(0)", "B=2@Some(4)", "C=3@Some(5)"]
    );
    assert_eq!(line("sh -c 'A=1 node x'").1, ["A=1@Some(1)"]);
    assert_eq!(line("node A=1").1, Vec::<String>::new());
}

#[test]
fn a_line_of_very_many_wrappers_ends() {
    let many = vec!["env"; 100_000];
    let line = Line::of("env", &many);
    assert!(line.is_deep() && line.steps().count() == DEPTH);
    assert!(!Line::of("env", &["node"]).is_deep());
    for text in [
        "env",
        "env -S",
        "env -S ''",
        "sudo -u",
        "docker",
        "docker run",
        "cmd",
        "cmd /c",
        "sh -c",
        "sh -c ''",
        "mise x --",
    ] {
        let words = words(text);
        let all: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(Line::of(all[0], &all[1..]).steps().count(), 1, "{text}");
    }
}

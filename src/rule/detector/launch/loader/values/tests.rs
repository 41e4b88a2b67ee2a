//! Which values load code, by every spelling.

use super::*;

#[test]
fn options_that_load_no_code_are_quiet() {
    for (found, value) in [
        (
            java as fn(&str) -> bool,
            "-Xmx512m -Dfile.encoding=UTF-8 -Dhttps.proxyHost=p -Djavax.net.ssl.trustStore=/etc/x",
        ),
        (java, "-XX:MaxRAMPercentage=75.0 -XX:+UseG1GC --add-opens=java.base/java.lang=ALL-UNNAMED"),
        (java, "-Dhttp.nonProxyHosts=localhost|*.acme.test -Dlogging.level.root=OFF"),
        (node, "--max-old-space-size=4096 --require dotenv/config --import=tsx"),
        (node, "--no-warnings --use_system_ca --conditions=x"),
        (node, "--no-warnings --experimental-vm-modules --experimental-strip-types --trace-uncaught"),
        (node, "--inspect=127.0.0.1:9229 --unhandled-rejections=strict --dns-result-order=ipv4first"),
        (ruby, "-W0 -W:no-deprecated --yjit -EUTF-8"),
        (perl, "-w -CSDA"),
        (erlang, "-kernel shell_history enabled +S 4:4 -sname x@here -noshell"),
        (shell, "bash"),
        (shell, "/usr/local/bin/zsh"),
        (shell, "C:\\Program Files\\Git\\bin\\bash.exe"),
        (shell, "C:\\Windows\\System32\\cmd.exe"),
    ] {
        assert!(!found(value), "{value}");
    }
    for (program, options) in
        [("less", "-FRX"), ("code", "--wait"), ("cat", ""), ("emacs", "-nw"), ("firefox", "%s"), ("bat", "-p")]
    {
        assert!(shows(program, options), "{program} {options}");
    }
}

#[test]
fn options_that_load_code_or_cannot_be_read_are_seen() {
    for (found, value) in [
        (java as fn(&str) -> bool, "-Xmx1g -javaagent:/x.jar"),
        (java, "'-javaagent:/srv/x.jar'"),
        (java, "-Xmx1g \"-javaagent:/srv/x.jar\""),
        (java, "-java'agent:/srv/x.jar'"),
        (java, "-Xmx1g\t-javaagent:/srv/x.jar"),
        (java, "-XX:SharedArchiveFile=/srv/x.jsa"),
        (java, "-XX:+UseG1GCx"),
        (java, "-XX:OnOutOfMemoryError=id"),
        (java, "-Xmx1g,@/srv/x"),
        (java, "@/srv/x"),
        (java, "-Dlog4j.configurationFile=http://a.test/x.xml"),
        (java, "${OPTIONS}"),
        (node, "--require ./x.js"),
        (node, "--import data:text/javascript,1"),
        (node, "-r evil"),
        (node, "-r./x.js"),
        (node, "\"--require\" ./x.js"),
        (node, "--re\\quire ./x.js"),
        (node, "--experimental_loader=./x.mjs"),
        (node, "--experimental_loader ./x.mjs"),
        (node, "--openssl-config=./x"),
        (node, "--openssl_config=./x"),
        (node, "--experimental-default-config-file"),
        (node, "--env-file=./x.env"),
        (node, "--test-reporter=./x.mjs"),
        (node, "--experimental-sea-config x"),
        (ruby, "-W0 -r./x"),
        (ruby, "-wr./x"),
        (ruby, "--crash-report=|./x"),
        (ruby, "--require=./x"),
        (perl, "MEvil"),
        (perl, "-wMEvil"),
        (erlang, "-eval 'x()'"),
        (erlang, "-kernel logger x"),
        (erlang, "-mode x"),
        (shell, "/tmp/bash"),
        (shell, "./bin/sh"),
        (shell, "bin/sh"),
        (shell, "/bin/../srv/sh"),
        (shell, "${workspaceFolder}/sh"),
        (shell, "C:\\srv\\bash.exe"),
    ] {
        assert!(found(value), "{value}");
    }
    for (program, options) in [
        ("vim", "-c :!./x"),
        ("vim", "-S"),
        ("less", "-o x"),
        ("less", "+!./x"),
        ("chrome", "--load-extension=./x"),
        ("emacs", "--eval x"),
    ] {
        assert!(!shows(program, options), "{program} {options}");
    }
}

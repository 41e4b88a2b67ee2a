//! Variables of compilers, builds and virtual machines: options that start or load something, and programs that are put in
//! the places of usual ones.

use super::values;

/// Programs that compile and link, as people name them there.
const TOOLS: [&str; 22] = [
    "cc", "c++", "gcc", "g++", "clang", "clang++", "clang-cl", "cl", "ld", "lld", "ld.lld", "rust-lld", "lld-link",
    "mold", "ar", "llvm-ar", "rustc", "cargo", "zig", "link", "ccache", "sccache",
];

/// Properties of Java that name classes, libraries or files of code, by a part of their names.
const PROPERTIES: [&str; 14] = [
    "class.path",
    "classpath",
    "library.path",
    "ext.dirs",
    "endorsed.dirs",
    "loader",
    "security",
    "configurationfile",
    "configuration.file",
    "config.file",
    "instrument",
    "jna.",
    "jmx",
    "initial",
];

/// Whether another program than a usual compiler or linker is named. An absolute path is the machine's own.
pub(super) fn replaces(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    if program.starts_with('/') || program.get(1..3) == Some(":\\") || program.starts_with("${") {
        return super::super::paths::is_temporary(program);
    }
    // `aarch64-linux-gnu-gcc-12`
    let name = program.strip_suffix(".exe").unwrap_or(program);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches('-');
    let ends = |tool: &str| name.strip_suffix(tool).is_some_and(|r| r.is_empty() || r.ends_with('-'));
    program.contains(['/', '\\']) || !TOOLS.iter().any(|t| ends(t))
}

/// Whether options of a C compiler or linker are others than those about warnings, folders, optimisation and names.
pub(super) fn compiles(options: &str) -> bool {
    let harmless = |w: &str| {
        let plugin = ["-fplugin", "-fpass-plugin", "-fuse-ld=/", "-fuse-ld=.", "-Wl,--plugin", "-Wl,-plugin"];
        let linker = w.starts_with("-Wl,") && (w.contains("plugin") || w.contains('@') || w.contains("dynamic-linker"));
        let known =
            ["-I", "-L", "-l", "-O", "-g", "-D", "-U", "-W", "-f", "-m", "-std", "-pthread", "-pipe", "-isystem"];
        !w.starts_with('-') && !w.starts_with('@')
            || known.iter().any(|k| w.starts_with(k)) && !linker && !plugin.iter().any(|p| w.starts_with(p))
            || ["-arch", "-isysroot", "-framework", "-w", "-c", "-s", "-v", "-static", "-shared"].contains(&w)
    };
    options.contains(['"', '\'', '\\', '`']) || !options.split_whitespace().all(harmless)
}

/// The same of Rust's compiler.
pub(super) fn rust(options: &str) -> bool {
    let settings = [
        "target-cpu=",
        "target-feature=",
        "opt-level=",
        "debuginfo=",
        "lto",
        "codegen-units=",
        "panic=",
        "strip=",
        "link-arg=-fuse-ld=lld",
        "link-arg=-fuse-ld=mold",
        "link-arg=-s",
        "force-frame-pointers",
        "relocation-model=",
        "overflow-checks",
        "debug-assertions",
        "incremental",
        "instrument-coverage",
        "prefer-dynamic",
        "embed-bitcode",
    ];
    let setting = |w: &str| settings.iter().any(|s| w.starts_with(s));
    let mut words = options.split([' ', '\u{1f}']).filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        let known = match word {
            "-C" | "--codegen" => words.next().is_some_and(setting),
            "-D" | "-A" | "-W" | "--cfg" | "--check-cfg" | "--cap-lints" | "--edition" => words.next().is_some(),
            "-g" | "-O" | "-v" => true,
            _ => {
                let joined = word.strip_prefix("-C").or_else(|| word.strip_prefix("--codegen="));
                let lint = ["-D", "-A", "-W", "--cfg=", "--cap-lints="].iter().any(|p| word.starts_with(p));
                joined.map_or(lint, setting)
            }
        };
        if !known {
            return true;
        }
    }
    false
}

/// Options of a Java machine that a program of its own reads: properties of that program are its own matter.
pub(super) fn java(options: &str) -> bool {
    let own = |w: &str| {
        let name = w.strip_prefix("-D").map(|p| p.split('=').next().unwrap_or(p).to_ascii_lowercase());
        name.is_some_and(|n| !PROPERTIES.iter().any(|p| n.contains(p)))
    };
    options.contains(['"', '\'', '`']) || options.split_whitespace().any(|w| !own(w) && values::java(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_builds_are_told_from_those_that_start_something() {
        for (found, value) in [
            (replaces as fn(&str) -> bool, "gcc-12"),
            (replaces, "aarch64-linux-gnu-gcc"),
            (replaces, "/usr/bin/clang -O2"),
            (replaces, "clang++"),
            (compiles, "-O2 -I/opt/x/include -Wall -DX=1"),
            (compiles, "-L/opt/homebrew/lib -Wl,-rpath,/opt/homebrew/lib -framework x"),
            (rust, "-C target-cpu=native -D warnings --cfg x"),
            (rust, "-Clink-arg=-fuse-ld=mold"),
            (java, "-Xmx512m -Dmcp.mode=stdio -Dlogging.level.root=OFF -Dserver.port=1"),
        ] {
            assert!(!found(value), "{value}");
        }
        for (found, value) in [
            (replaces as fn(&str) -> bool, "./x"),
            (replaces, "evil"),
            (replaces, "/tmp/gcc"),
            (compiles, "-fplugin=./x.so"),
            (compiles, "-B./x"),
            (compiles, "-specs=./x"),
            (compiles, "@x"),
            (compiles, "-Wl,-plugin,./x"),
            (rust, "-Clinker=./x"),
            (rust, "-C linker=./x"),
            (rust, "-Zcodegen-backend=./x"),
            (java, "-javaagent:./x.jar"),
            (java, "-Xmx1g -agentpath:./x"),
            (java, "-XX:OnError=./x"),
            (java, "-Djava.system.class.loader=x"),
            (java, "-Dlog4j.configurationFile=http://a.test/x"),
        ] {
            assert!(found(value), "{value}");
        }
    }
}

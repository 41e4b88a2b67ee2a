//! What the values of loaders' variables say. Each list is of what certainly loads no code; what is not on it, or is not to
//! be read as it stands (quotation marks, backslashes, variables), is taken for code.

use super::super::paths::plain;

/// Options of a Java machine about memory, collectors and warnings; behind each stands nothing, or a number.
const JAVA: [&str; 29] = [
    "-Xint",
    "-Xshare:auto",
    "-Xshare:off",
    "-server",
    "-client",
    "-ea",
    "--enable-preview",
    "-XX:MaxRAMPercentage=",
    "-XX:InitialRAMPercentage=",
    "-XX:MinRAMPercentage=",
    "-XX:MaxRAM=",
    "-XX:MaxMetaspaceSize=",
    "-XX:MetaspaceSize=",
    "-XX:MaxDirectMemorySize=",
    "-XX:ReservedCodeCacheSize=",
    "-XX:ActiveProcessorCount=",
    "-XX:TieredStopAtLevel=",
    "-XX:ParallelGCThreads=",
    "-XX:MaxGCPauseMillis=",
    "-XX:+UseSerialGC",
    "-XX:+UseParallelGC",
    "-XX:+UseG1GC",
    "-XX:+UseZGC",
    "-XX:+UseShenandoahGC",
    "-XX:+UseContainerSupport",
    "-XX:+UseStringDeduplication",
    "-XX:+UseCompressedOops",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+HeapDumpOnOutOfMemoryError",
];

/// Properties of Java that name no class, library or file of code.
const PROPERTIES: [&str; 28] = [
    "file.encoding",
    "sun.jnu.encoding",
    "stdout.encoding",
    "stderr.encoding",
    "native.encoding",
    "user.timezone",
    "user.language",
    "user.country",
    "user.region",
    "java.awt.headless",
    "java.net.preferIPv4Stack",
    "java.net.preferIPv6Addresses",
    "java.net.useSystemProxies",
    "http.proxyHost",
    "http.proxyPort",
    "http.nonProxyHosts",
    "https.proxyHost",
    "https.proxyPort",
    "https.protocols",
    "socksProxyHost",
    "socksProxyPort",
    "javax.net.ssl.trustStore",
    "javax.net.ssl.trustStorePassword",
    "server.port",
    "spring.ai.mcp.server.stdio",
    "spring.profiles.active",
    "spring.main.banner-mode",
    "spring.main.web-application-type",
];

/// Modules that Node.js projects load first; a path, and any other package, is looked at.
const USUAL_MODULES: [&str; 12] = [
    "dotenv/config",
    "tsx",
    "tsx/esm",
    "tsx/cjs",
    "ts-node/esm",
    "ts-node/register",
    "ts-node/register/transpile-only",
    "tsconfig-paths/register",
    "source-map-support/register",
    "esbuild-register",
    "@swc-node/register",
    "global-agent/bootstrap",
];

/// Options of Node.js and Bun that name a module to load first.
const MODULES: [&str; 5] = ["--require", "--import", "--loader", "--experimental-loader", "--preload"];

/// Options of Node.js and Bun about memory, warnings, certificates, traces and reports, by how they begin.
const NODE: [&str; 47] = [
    "--abort-on-uncaught-exception",
    "--allow-",
    "--bun",
    "--conditions",
    "--cpu-prof",
    "--dns-result-order",
    "--disable-proto",
    "--disable-warning",
    "--disable-wasm-trap-handler",
    "--disallow-code-generation-from-strings",
    "--enable-fips",
    "--enable-source-maps",
    "--es-module-specifier-resolution",
    "--expose-gc",
    "--force-",
    "--frozen-intrinsics",
    "--gc-interval",
    "--harmony",
    "--heap-prof",
    "--heapsnapshot-",
    "--huge-max-old-generation-size",
    "--input-type",
    "--insecure-http-parser",
    "--inspect",
    "--jitless",
    "--max-",
    "--min-",
    "--network-family-autoselection",
    "--no-",
    "--openssl-legacy-provider",
    "--optimize-for-size",
    "--pending-deprecation",
    "--perf-",
    "--permission",
    "--preserve-symlinks",
    "--redirect-warnings",
    "--report-",
    "--secure-heap",
    "--silent",
    "--smol",
    "--stack-",
    "--throw-deprecation",
    "--tls-",
    "--trace-",
    "--unhandled-rejections",
    "--use-",
    "--zero-fill-buffers",
];

/// Those of Node.js' trials that load nothing by themselves.
const TRIALS: [&str; 21] = [
    "abortcontroller",
    "async-context-frame",
    "detect-module",
    "eventsource",
    "fetch",
    "global-customevent",
    "global-navigator",
    "global-webcrypto",
    "import-meta-resolve",
    "json-modules",
    "modules",
    "permission",
    "print-required-tla",
    "require-module",
    "specifier-resolution",
    "sqlite",
    "strip-types",
    "transform-types",
    "vm-modules",
    "wasm-modules",
    "websocket",
];

/// Folders in which a system keeps its shells.
const SHELLS: [&str; 9] = [
    "/bin/",
    "/usr/bin/",
    "/usr/local/bin/",
    "/opt/homebrew/bin/",
    "c:/windows/system32/",
    "c:/windows/system32/windowspowershell/v1.0/",
    "c:/program files/git/bin/",
    "c:/program files/git/usr/bin/",
    "c:/program files/powershell/7/",
];

/// Characters that mean nothing but themselves to a shell and to whatever takes a line of options apart.
pub(super) fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || " ._/~:@,=+-".contains(c)
}

/// Options of a Java machine.
pub(super) fn java(options: &str) -> bool {
    let number = |r: &str| r.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    let harmless = |w: &str| {
        let property = w.strip_prefix("-D").map(|p| p.split_once('=').map_or(p, |(name, _)| name));
        // a module is opened to others, none is loaded
        let opened = ["--add-opens=", "--add-exports=", "--enable-native-access="].iter().any(|p| w.starts_with(p));
        opened
            || property.is_some_and(|p| {
                PROPERTIES.contains(&p) || p.starts_with("logging.level.") || p == "logging.pattern.console"
            })
            || JAVA.iter().any(|p| w == *p || (p.ends_with('=') && w.strip_prefix(p).is_some_and(number)))
            || ["-Xmx", "-Xms", "-Xss", "-Xmn"].iter().any(|p| w.strip_prefix(p).is_some_and(number))
    };
    let literal = options.chars().all(|c| is_literal(c) || c == '*' || c == '|');
    !literal || !options.split(' ').filter(|w| !w.is_empty()).all(harmless)
}

/// Options of Node.js that load a module before the program, or that are not known.
pub(super) fn node(options: &str) -> bool {
    if options.contains(['"', '\'', '\\']) {
        return true;
    }
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word, None), |(f, v)| (f, Some(v)));
        // to Node.js an underscore is a dash
        let flag = flag.replace('_', "-");
        if flag == "-r" || MODULES.contains(&flag.as_str()) {
            if !USUAL_MODULES.contains(&value.or_else(|| words.next()).unwrap_or_default()) {
                return true;
            }
            continue;
        }
        let trial = flag.strip_prefix("--experimental-").is_some_and(|t| TRIALS.contains(&t));
        // what is no option is the value of the one before
        let known = trial || flag == "-C" || !flag.starts_with('-') || NODE.iter().any(|n| flag.starts_with(n));
        if !known {
            return true;
        }
    }
    false
}

/// Options of Ruby that load no code: about warnings, encodings and compilers. Letters may stand together, so what is not
/// known is not harmless.
pub(super) fn ruby(options: &str) -> bool {
    let long = [
        "--yjit",
        "--jit",
        "--verbose",
        "--enable",
        "--disable",
        "--encoding",
        "--external-encoding",
        "--internal-encoding",
        "--enable-frozen-string-literal",
        "--disable-frozen-string-literal",
        "--enable-yjit",
        "--disable-did_you_mean",
        "--disable-error_highlight",
    ];
    let harmless = |w: &str| {
        let level = w.strip_prefix("-W").is_some_and(|r| r.starts_with(':') || r.bytes().all(|b| b.is_ascii_digit()));
        let name = w.split('=').next().unwrap_or(w);
        let short = ["-w", "-v", "-d", "-U"].contains(&w) || ["-E", "-K"].iter().any(|p| w.starts_with(p));
        level || short || long.contains(&name)
    };
    !options.chars().all(is_literal) || !options.split(' ').filter(|w| !w.is_empty()).all(harmless)
}

/// The same of Perl: warnings, taint and Unicode.
pub(super) fn perl(options: &str) -> bool {
    let harmless = |w: &str| {
        let w = w.strip_prefix('-').unwrap_or(w);
        ["w", "W", "X", "t", "T", "U"].contains(&w)
            || w.strip_prefix('C').is_some_and(|r| r.chars().all(|c| "SIOEioADLa0123456789".contains(c)))
    };
    !options.split_whitespace().all(harmless)
}

/// The same of Erlang's machine: its name, its console, and sizes and schedulers of the emulator.
pub(super) fn erlang(options: &str) -> bool {
    let emulator = ["+A", "+K", "+P", "+Q", "+S", "+W", "+SDio", "+fnu", "+pc", "+sbwt", "+sbwtdcpu", "+sbwtdio", "+c"];
    let mut words = options.split(' ').filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let value = |w: &&str| w.chars().all(|c| c.is_ascii_alphanumeric() || "_:.@".contains(c));
        let known = match word {
            "-noshell" | "-noinput" | "-hidden" => true,
            "-name" | "-sname" | "-setcookie" => words.next_if(value).is_some(),
            "-kernel" => words.next() == Some("shell_history") && words.next_if(value).is_some(),
            _ if emulator.contains(&word) => {
                words.next_if(value);
                true
            }
            _ => false,
        };
        if !known {
            return true;
        }
    }
    false
}

/// Whether npm's scripts are given to something else than a shell of the system.
pub(super) fn shell(path: &str) -> bool {
    let lower = plain(&path.to_ascii_lowercase());
    let name = SHELLS.iter().find_map(|f| lower.strip_prefix(f)).unwrap_or(&lower);
    !["sh", "bash", "zsh", "dash", "cmd", "powershell", "pwsh"].contains(&name.strip_suffix(".exe").unwrap_or(name))
}

/// Whether the options of a pager, an editor or a browser have it do more than show.
pub(super) fn shows(program: &str, options: &str) -> bool {
    let words = [
        "--wait",
        "-w",
        "-n",
        "-nw",
        "-r",
        "--new-window",
        "--reuse-window",
        "--private-window",
        "--incognito",
        "%s",
        "--plain",
        "-p",
        "-pp",
        "--paging=never",
        "--style=plain",
        "--color=always",
        "--color=never",
        "--dark",
        "--light",
        "--side-by-side",
        "--line-numbers",
        "--raw-control-chars",
        "--quit-if-one-screen",
        "--no-init",
        "--chop-long-lines",
        "-",
    ];
    let letters = |w: &str| {
        let pager = ["less", "more", "most"].contains(&program);
        pager && w.strip_prefix('-').is_some_and(|r| r.chars().all(|c| "FRXSiIMmNQrseEqwWgGn".contains(c)))
    };
    options.split_whitespace().all(|w| words.contains(&w.to_ascii_lowercase().as_str()) || letters(w))
}

#[cfg(test)]
mod tests;

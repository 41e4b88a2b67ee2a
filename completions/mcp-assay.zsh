#compdef mcp-assay

autoload -U is-at-least

_mcp-assay() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_mcp-assay_commands" \
"*::: :->mcp-assay" \
&& ret=0
    case $state in
    (mcp-assay)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:mcp-assay-command-$line[1]:"
        case $line[1] in
            (scan)
_arguments "${_arguments_options[@]}" : \
'--scope=[Whose configuration files to read when no target is given \[default\: all on a terminal, project elsewhere\]]:SCOPE:((project\:"Files of the project"
user\:"Files in the user'\''s home"
all\:"Both"))' \
'--launch=[Who may be started or contacted\: ask first, only approved launch identities, all, none \[default\: ask on a terminal, approved elsewhere\]]:LAUNCH:((ask\:"Show the command and ask"
approved\:"Only launch identities of the verified baseline"
all\:"Everything that is configured"
never\:"Nothing"))' \
'*--pass-env=[Give the server the real value of a declared variable instead of a placeholder]:NAME:_default' \
'--sandbox=[What contains launched servers\: the strongest isolation this system offers, nothing, or a container engine for servers given as images]:SANDBOX:((auto\:"The strongest isolation this system offers; nothing is started when there is none"
off\:"No isolation but a scrubbed environment and private directories"
docker\:"Servers given as a docker command, with our flags"
podman\:"Servers given as a podman command, with our flags"))' \
'--require-isolation=[Refuse to launch below this level \[default\: container; limited and off must be asked for\]]:LEVEL:((off\:"Nothing"
limited\:"Processes and environment, but not files"
container\:"A container engine'\''s"
strong\:"Landlock, seccomp and limits"
full\:"The same and namespaces"))' \
'*--network=[Let launched servers use the network\: all of them, or those named]::SERVER:_default' \
'*--read=[A file or directory that launched servers may read, besides the system, their interpreter and their package]:PATH:_files' \
'*--sandbox-without=[Take a layer of isolation as absent\: for our own tests]:SANDBOX_WITHOUT:((landlock\:"File isolation"
scope\:"Landlock before ABI 6\: no rules about signals and abstract sockets"
truncate\:"Landlock before ABI 3\: no rule about cutting files"
seccomp\:"The system-call filter"
namespaces\:"Namespaces"))' \
'*--header=[A header for URLs given on the command line; the value may be env\:NAME]:K: V:_default' \
'--timeout=[Seconds for everything with one server]:SECONDS:_default' \
'--jobs=[Servers at a time]:N:_default' \
'--probe=[How hard to look for servers that show auditors another face\: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes]:PROBE:((off\:"Read every list once"
quick\:"Two connections"
deep\:"The whole plan"))' \
'--as=[Ask first as this client \[default\: the one whose configuration names the server, else claude-code\]]:CLIENT:(claude-code claude-desktop cursor vscode vscode-insiders copilot-cli windsurf codex gemini-cli kiro amazon-q cline roo-code zed lm-studio trae goose opencode)' \
'--era=[Speak only one era of the protocol \[default\: every era the server answers in\]]:ERA:((modern\:"2026-07-28 and later"
legacy\:"Up to 2025-11-25"))' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--base=[A git ref whose people, policy, suppressions and approved commands count instead of the working tree'\''s\: the base of a pull request]:REF:_default' \
'--trust=[The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit]:sha256:…:_default' \
'--min-version=[The least version of the baseline that is accepted]:N:_default' \
'*--registry=[Ask this URL instead of a public registry\: npm, pypi, oci, mcp or osv]:NAME=URL:_default' \
'--packages-age=[Hours for which a kept answer is not asked for again]:HOURS:_default' \
'--fail-on=[The least severity that makes the exit code 1 \[default\: high\]]:FAIL_ON:((low\:"Low and above"
medium\:"Medium and above"
high\:"High and above"
critical\:"Critical only"
never\:"No finding changes the exit code"))' \
'*--rules=[Further rules, in the format of rules/]:DIR:_files' \
'*--only=[Run only these rules]:RULE:_default' \
'(--only)*--skip=[Leave these rules out]:RULE:_default' \
'*--severity=[Another severity for a rule]:RULE=LEVEL:_default' \
'*--output=[FORMAT or FORMAT=FILE, repeatable]:FORMAT[=FILE]:_default' \
'--sarif-profile=[What SARIF holds\: what GitHub can use, or everything]:SARIF_PROFILE:((github\:"What code scanning reads"
full\:"Suppressed and unchanged results too"))' \
'--sarif-category=[The category of the SARIF run]:NAME:_default' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--offline[Refuse any use of the network]' \
'(--as)--honest[Never present another client'\''s name]' \
'--skills[Read the bodies of listed skills too]' \
'--cards[Read server cards and catalogues of a URL'\''s origin too, and compare them with the live server]' \
'--allow-private[A server'\''s name may lead to an address that is not public]' \
'--require-signed[A baseline that is missing, not signed, or vouched for by nothing but itself is an error]' \
'--packages[Ask npm, PyPI, image registries, the MCP registry and OSV about the packages that launches name; with --offline only answers that were kept are used]' \
'(--launch)--config-only[Judge only the configuration\: start nothing, contact nothing, and do not count that as incomplete]' \
'--allow-no-servers[With --config-only\: a project that configures no server ends with 0 and not with 5, and is still not called clean]' \
'(--baseline --require-signed --exact)--no-baseline[Compare with nothing]' \
'--exact[Every change counts as high, missing items too]' \
'--exit-zero[Exit 0 instead of 1]' \
'--no-suppressions[Suppressions have no effect]' \
'--show-suppressed[Show suppressed findings too]' \
'--full-text[Do not cut server text]' \
'--sarif-timestamps[Write times into SARIF (the output is no longer reproducible)]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- Config files, directories, URLs, manifest or capture files, .jsonl files, or - for standard input:_default' \
&& ret=0
;;
(capture)
_arguments "${_arguments_options[@]}" : \
'--scope=[Whose configuration files to read when no target is given \[default\: all on a terminal, project elsewhere\]]:SCOPE:((project\:"Files of the project"
user\:"Files in the user'\''s home"
all\:"Both"))' \
'--launch=[Who may be started or contacted\: ask first, only approved launch identities, all, none \[default\: ask on a terminal, approved elsewhere\]]:LAUNCH:((ask\:"Show the command and ask"
approved\:"Only launch identities of the verified baseline"
all\:"Everything that is configured"
never\:"Nothing"))' \
'*--pass-env=[Give the server the real value of a declared variable instead of a placeholder]:NAME:_default' \
'--sandbox=[What contains launched servers\: the strongest isolation this system offers, nothing, or a container engine for servers given as images]:SANDBOX:((auto\:"The strongest isolation this system offers; nothing is started when there is none"
off\:"No isolation but a scrubbed environment and private directories"
docker\:"Servers given as a docker command, with our flags"
podman\:"Servers given as a podman command, with our flags"))' \
'--require-isolation=[Refuse to launch below this level \[default\: container; limited and off must be asked for\]]:LEVEL:((off\:"Nothing"
limited\:"Processes and environment, but not files"
container\:"A container engine'\''s"
strong\:"Landlock, seccomp and limits"
full\:"The same and namespaces"))' \
'*--network=[Let launched servers use the network\: all of them, or those named]::SERVER:_default' \
'*--read=[A file or directory that launched servers may read, besides the system, their interpreter and their package]:PATH:_files' \
'*--sandbox-without=[Take a layer of isolation as absent\: for our own tests]:SANDBOX_WITHOUT:((landlock\:"File isolation"
scope\:"Landlock before ABI 6\: no rules about signals and abstract sockets"
truncate\:"Landlock before ABI 3\: no rule about cutting files"
seccomp\:"The system-call filter"
namespaces\:"Namespaces"))' \
'*--header=[A header for URLs given on the command line; the value may be env\:NAME]:K: V:_default' \
'--timeout=[Seconds for everything with one server]:SECONDS:_default' \
'--jobs=[Servers at a time]:N:_default' \
'--probe=[How hard to look for servers that show auditors another face\: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes]:PROBE:((off\:"Read every list once"
quick\:"Two connections"
deep\:"The whole plan"))' \
'--as=[Ask first as this client \[default\: the one whose configuration names the server, else claude-code\]]:CLIENT:(claude-code claude-desktop cursor vscode vscode-insiders copilot-cli windsurf codex gemini-cli kiro amazon-q cline roo-code zed lm-studio trae goose opencode)' \
'--era=[Speak only one era of the protocol \[default\: every era the server answers in\]]:ERA:((modern\:"2026-07-28 and later"
legacy\:"Up to 2025-11-25"))' \
'-o+[The file to write]:FILE:_files' \
'--out=[The file to write]:FILE:_files' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--base=[A git ref whose people, policy, suppressions and approved commands count instead of the working tree'\''s\: the base of a pull request]:REF:_default' \
'--trust=[The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit]:sha256:…:_default' \
'--min-version=[The least version of the baseline that is accepted]:N:_default' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--offline[Refuse any use of the network]' \
'(--as)--honest[Never present another client'\''s name]' \
'--skills[Read the bodies of listed skills too]' \
'--cards[Read server cards and catalogues of a URL'\''s origin too, and compare them with the live server]' \
'--allow-private[A server'\''s name may lead to an address that is not public]' \
'--require-signed[A baseline that is missing, not signed, or vouched for by nothing but itself is an error]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- Config files, directories, URLs, manifest or capture files, .jsonl files, or - for standard input:_default' \
&& ret=0
;;
(report)
_arguments "${_arguments_options[@]}" : \
'--from=[The saved report; - for standard input]:FILE:_files' \
'*--output=[FORMAT or FORMAT=FILE, repeatable\: human, json, jsonl, sarif, markdown, github, junit, gitlab, html]:FORMAT[=FILE]:_default' \
'--sarif-profile=[What SARIF holds\: what GitHub can use, or everything]:SARIF_PROFILE:((github\:"What code scanning reads"
full\:"Suppressed and unchanged results too"))' \
'--sarif-category=[The category of the SARIF run]:NAME:_default' \
'*--rules=[Further rules that the scan used]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--sarif-timestamps[Write times into SARIF (the output is no longer reproducible)]' \
'--show-suppressed[Show suppressed findings too]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--server=[Compare only the server of this name]:NAME:_default' \
'--output=[The format]:OUTPUT:((human\:"For people"
json\:"The \`changes\` of JSON v1"
markdown\:"For a review\: job summary or pull request comment"
html\:"One self-contained page"))' \
'--launch=[Who may be started or contacted\: ask first, only approved launch identities, all, none \[default\: ask on a terminal, approved elsewhere\]]:LAUNCH:((ask\:"Show the command and ask"
approved\:"Only launch identities of the verified baseline"
all\:"Everything that is configured"
never\:"Nothing"))' \
'*--pass-env=[Give the server the real value of a declared variable instead of a placeholder]:NAME:_default' \
'--sandbox=[What contains launched servers\: the strongest isolation this system offers, nothing, or a container engine for servers given as images]:SANDBOX:((auto\:"The strongest isolation this system offers; nothing is started when there is none"
off\:"No isolation but a scrubbed environment and private directories"
docker\:"Servers given as a docker command, with our flags"
podman\:"Servers given as a podman command, with our flags"))' \
'--require-isolation=[Refuse to launch below this level \[default\: container; limited and off must be asked for\]]:LEVEL:((off\:"Nothing"
limited\:"Processes and environment, but not files"
container\:"A container engine'\''s"
strong\:"Landlock, seccomp and limits"
full\:"The same and namespaces"))' \
'*--network=[Let launched servers use the network\: all of them, or those named]::SERVER:_default' \
'*--read=[A file or directory that launched servers may read, besides the system, their interpreter and their package]:PATH:_files' \
'*--sandbox-without=[Take a layer of isolation as absent\: for our own tests]:SANDBOX_WITHOUT:((landlock\:"File isolation"
scope\:"Landlock before ABI 6\: no rules about signals and abstract sockets"
truncate\:"Landlock before ABI 3\: no rule about cutting files"
seccomp\:"The system-call filter"
namespaces\:"Namespaces"))' \
'*--header=[A header for URLs given on the command line; the value may be env\:NAME]:K: V:_default' \
'--timeout=[Seconds for everything with one server]:SECONDS:_default' \
'--jobs=[Servers at a time]:N:_default' \
'--probe=[How hard to look for servers that show auditors another face\: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes]:PROBE:((off\:"Read every list once"
quick\:"Two connections"
deep\:"The whole plan"))' \
'--as=[Ask first as this client \[default\: the one whose configuration names the server, else claude-code\]]:CLIENT:(claude-code claude-desktop cursor vscode vscode-insiders copilot-cli windsurf codex gemini-cli kiro amazon-q cline roo-code zed lm-studio trae goose opencode)' \
'--era=[Speak only one era of the protocol \[default\: every era the server answers in\]]:ERA:((modern\:"2026-07-28 and later"
legacy\:"Up to 2025-11-25"))' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--base=[A git ref whose people, policy, suppressions and approved commands count instead of the working tree'\''s\: the base of a pull request]:REF:_default' \
'--trust=[The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit]:sha256:…:_default' \
'--min-version=[The least version of the baseline that is accepted]:N:_default' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--full-text[Do not cut or fold server text]' \
'--offline[Refuse any use of the network]' \
'(--as)--honest[Never present another client'\''s name]' \
'--skills[Read the bodies of listed skills too]' \
'--cards[Read server cards and catalogues of a URL'\''s origin too, and compare them with the live server]' \
'--allow-private[A server'\''s name may lead to an address that is not public]' \
'--require-signed[A baseline that is missing, not signed, or vouched for by nothing but itself is an error]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':old -- The old side:_default' \
'::new -- The new side:_default' \
'*::command -- The new side as a stdio server'\''s command line:_default' \
&& ret=0
;;
(approve)
_arguments "${_arguments_options[@]}" : \
'--from=[Approve what a capture or manifest file holds instead of what the last scan saw]:FILE:_files' \
'*--remove=[Remove servers that are gone from the configuration]:SERVER:_default' \
'--reason=[Why; kept in the log]:REASON:_default' \
'--key=[The key to sign with\: an SSH key (private, or public with an agent) or a PKCS#8 PEM file \[default\: the first of the key init made, ~/.ssh/id_ed25519, ~/.ssh/id_ed25519_sk and the agent'\''s that trust.json lists\]]:FILE:_files' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--base=[A git ref whose people, policy, suppressions and approved commands count instead of the working tree'\''s\: the base of a pull request]:REF:_default' \
'--trust=[The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit]:sha256:…:_default' \
'--min-version=[The least version of the baseline that is accepted]:N:_default' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'(--from --remove)--cosign[Add your signature to the version somebody else proposed, after reading what it changes]' \
'--unattended[Sign without a terminal; only where trust.json allows it]' \
'--require-signed[A baseline that is missing, not signed, or vouched for by nothing but itself is an error]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::servers -- Only these servers \[default\: every one the last scan saw\]:_default' \
&& ret=0
;;
(verify)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--base=[A git ref whose people, policy, suppressions and approved commands count instead of the working tree'\''s\: the base of a pull request]:REF:_default' \
'--trust=[The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit]:sha256:…:_default' \
'--min-version=[The least version of the baseline that is accepted]:N:_default' \
'--output=[\`human\` or \`json\`]:OUTPUT:((human\:"For people"
json\:"The \`changes\` of JSON v1"))' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--require-signed[A baseline that is missing, not signed, or vouched for by nothing but itself is an error]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(log)
_arguments "${_arguments_options[@]}" : \
'(--show)--key=[Only what this key signed\: its text, a .pub file, \`sha256\:…\` of the log, or a person'\''s name]:KEY:_default' \
'--show=[What version N changed, word by word, from git'\''s history]:N:_default' \
'--output=[\`human\` or \`json\`]:OUTPUT:((human\:"For people"
json\:"The \`changes\` of JSON v1"))' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--full-text[Do not cut server text]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(trust)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
":: :_mcp-assay__subcmd__trust_commands" \
"*::: :->trust" \
&& ret=0

    case $state in
    (trust)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:mcp-assay-trust-command-$line[1]:"
        case $line[1] in
            (show)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':name -- The name under which the person signs:_default' \
':key -- The key'\''s text, or its .pub or PEM file:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':name -- The person:_default' \
'::key -- Only this key:_default' \
&& ret=0
;;
(threshold)
_arguments "${_arguments_options[@]}" : \
'--people=[For a baseline]:N:_default' \
'--trust-people=[For a trust file]:N:_default' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(policy)
_arguments "${_arguments_options[@]}" : \
'--max-baseline-days=[Longest life of a baseline in days]:DAYS:_default' \
'--hardware=[Only security keys, whose signatures prove a touch]:BOOL:(true false)' \
'--unattended=[Approvals without a terminal]:BOOL:(true false)' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(renew)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(sign)
_arguments "${_arguments_options[@]}" : \
'--reason=[Why; kept in the log]:REASON:_default' \
'--key=[The key to sign with\: an SSH key (private, or public with an agent) or a PKCS#8 PEM file \[default\: the first of the key init made, ~/.ssh/id_ed25519, ~/.ssh/id_ed25519_sk and the agent'\''s that trust.json lists\]]:FILE:_files' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--unattended[Sign without a terminal; only where trust.json allows it]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(genesis)
_arguments "${_arguments_options[@]}" : \
'--person=[The name under which you sign]:PERSON:_default' \
'--key=[Your key]:FILE:_files' \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The baseline directory \[default\: .mcp-assay in the project\]]:DIR:_files' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(inventory)
_arguments "${_arguments_options[@]}" : \
'--scope=[Whose configuration files to read]:SCOPE:((project\:"Files of the project"
user\:"Files in the user'\''s home"
all\:"Both"))' \
'--output=[\`human\`, \`json\`, or \`cyclonedx\` (1.6)\: servers and packages for inventories of software]:OUTPUT:((human\:"For people"
json\:"Everything that was looked at"
cyclonedx\:"\`CycloneDX\` 1.6 JSON"))' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::targets -- Directories or config files \[default\: the project and the user'\''s clients\]:_files' \
&& ret=0
;;
(rules)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
":: :_mcp-assay__subcmd__rules_commands" \
"*::: :->rules" \
&& ret=0

    case $state in
    (rules)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:mcp-assay-rules-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(test)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::dir -- The folder:_files' \
&& ret=0
;;
(eval)
_arguments "${_arguments_options[@]}" : \
'--output=[\`human\` or \`json\`]:OUTPUT:((human\:"For people"
json\:"The \`changes\` of JSON v1"))' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--details[List the rows that were missed and the findings on honest rows]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- .jsonl or .jsonl.gz files:_files' \
&& ret=0
;;
(index)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(pages)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':dir -- Directory to write to:_files' \
&& ret=0
;;
        esac
    ;;
esac
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'*--rules=[A folder of further rules]:DIR:_files' \
'--output=[\`human\`, \`markdown\` or \`json\`]:OUTPUT:((human\:"For a terminal"
markdown\:"The page of docs/rules/"
json\:"For programs"))' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':rule -- The rule'\''s id:_default' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The directory to create \[default\: .mcp-assay\]]:DIR:_files' \
'--person=[The name under which you sign \[default\: your user name\]]:PERSON:_default' \
'--key=[Use this SSH key (private, or public with an agent) or PKCS#8 Ed25519 key; on a terminal, init offers yours]:FILE:_files' \
'*--with=[Also write these files, without asking\: workflow, hook, config]:FILES:((workflow\:"A GitHub workflow that checks every pull request"
hook\:"A pre-commit hook"
config\:"mcp-assay.toml with the defaults"))' \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--allow-unattended[Let \`approve --unattended\` sign without a terminal; written into trust.json]' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':dir -- Directory to write to:_files' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--color=[When to use colour]:COLOR:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--hyperlinks=[When rule names are links to their pages\: auto on terminals that are known to show them]:HYPERLINKS:((auto\:"When the stream is a terminal that can, and the environment does not forbid it"
always\:"Always"
never\:"Never"))' \
'--view=[How differences are shown\: side by side on a wide terminal, else in one column]:VIEW:((auto\:"Side by side on a terminal of 120 columns and more"
columns\:"Old words left, new words right"
unified\:"One column"))' \
'--now=[The time to reason with, for reproducible runs (RFC 3339)]:RFC3339:_default' \
'--no-progress[No progress on standard error]' \
'*-q[Only results (-q), only the exit code (-qq)]' \
'*--quiet[Only results (-q), only the exit code (-qq)]' \
'*-v[Also show notes (labels that count as nothing) and what was read]' \
'*--verbose[Also show notes (labels that count as nothing) and what was read]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':name -- Which one:((json-v1\:"The report format \`json\`"
config\:"\`mcp-assay.toml\`"
rule\:"A rule file"
capture\:"What \`capture\` records"))' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_mcp-assay_commands] )) ||
_mcp-assay_commands() {
    local commands; commands=(
'scan:Audit servers\: capture, compare with the baseline, run the rules, report' \
'capture:Record what servers say in a file; judge nothing' \
'report:Convert a report that \`scan --output json\` saved into other formats' \
'diff:Graded, word-level differences of any two\: recordings, manifests, baselines, commits, servers' \
'approve:Show what the last scan saw, ask, and sign it into the baseline' \
'verify:The offline gate\: is the baseline intact, signed and in step with the configuration?' \
'log:The history of approvals\: who signed what, when and why' \
'trust:The people whose signatures count\: show, change, sign' \
'inventory:Every client, configuration file and server found, and what was skipped' \
'rules:What is checked\: list the rules, test a folder of them, measure them on a corpus' \
'explain:Why one rule exists, what it matches and what to do' \
'init:Create .mcp-assay/ with a trust file and a signing key' \
'completions:Print a shell completion script' \
'man:Write the man pages' \
'schema:Print a published JSON Schema' \
    )
    _describe -t commands 'mcp-assay commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__approve_commands] )) ||
_mcp-assay__subcmd__approve_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay approve commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__capture_commands] )) ||
_mcp-assay__subcmd__capture_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay capture commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__completions_commands] )) ||
_mcp-assay__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay completions commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__diff_commands] )) ||
_mcp-assay__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay diff commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__explain_commands] )) ||
_mcp-assay__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay explain commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__init_commands] )) ||
_mcp-assay__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay init commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__inventory_commands] )) ||
_mcp-assay__subcmd__inventory_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay inventory commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__log_commands] )) ||
_mcp-assay__subcmd__log_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay log commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__man_commands] )) ||
_mcp-assay__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay man commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__report_commands] )) ||
_mcp-assay__subcmd__report_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay report commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules_commands] )) ||
_mcp-assay__subcmd__rules_commands() {
    local commands; commands=(
'list:A table of all rules' \
'test:Run the examples of the built-in rules, or of a folder of rules' \
'eval:Recall and false positives on a labelled corpus' \
'index:Print the index of all rules as Markdown (rules/README.md)' \
'pages:Write a Markdown page for each rule (docs/rules/)' \
    )
    _describe -t commands 'mcp-assay rules commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules__subcmd__eval_commands] )) ||
_mcp-assay__subcmd__rules__subcmd__eval_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay rules eval commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules__subcmd__index_commands] )) ||
_mcp-assay__subcmd__rules__subcmd__index_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay rules index commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules__subcmd__list_commands] )) ||
_mcp-assay__subcmd__rules__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay rules list commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules__subcmd__pages_commands] )) ||
_mcp-assay__subcmd__rules__subcmd__pages_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay rules pages commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__rules__subcmd__test_commands] )) ||
_mcp-assay__subcmd__rules__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay rules test commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__scan_commands] )) ||
_mcp-assay__subcmd__scan_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay scan commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__schema_commands] )) ||
_mcp-assay__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay schema commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust_commands] )) ||
_mcp-assay__subcmd__trust_commands() {
    local commands; commands=(
'show:People, keys, thresholds, and what is not signed yet' \
'add:Add a person, or a key for one' \
'remove:Remove a person, or one key; what that key approved needs a new approval' \
'threshold:How many people are needed' \
'policy:What these people allow' \
'renew:Only a new expiry\: a year from today' \
'sign:Show the change of trust.json, ask, and sign it' \
'genesis:All keys are lost\: begin anew with one person; the pin and every machine have to be told' \
'forget:Forget what this machine has seen of the project; the next use is a first use' \
    )
    _describe -t commands 'mcp-assay trust commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__add_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust add commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__forget_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust forget commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__genesis_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__genesis_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust genesis commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__policy_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__policy_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust policy commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__remove_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust remove commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__renew_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__renew_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust renew commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__show_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust show commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__sign_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__sign_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust sign commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__trust__subcmd__threshold_commands] )) ||
_mcp-assay__subcmd__trust__subcmd__threshold_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay trust threshold commands' commands "$@"
}
(( $+functions[_mcp-assay__subcmd__verify_commands] )) ||
_mcp-assay__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'mcp-assay verify commands' commands "$@"
}

if [ "$funcstack[1]" = "_mcp-assay" ]; then
    _mcp-assay "$@"
else
    compdef _mcp-assay mcp-assay
fi

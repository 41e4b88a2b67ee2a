# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mcp_assay_global_optspecs
    string join \n color= hyperlinks= no-progress q/quiet v/verbose view= now= h/help V/version
end

function __fish_mcp_assay_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mcp_assay_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mcp_assay_using_subcommand
    set -l cmd (__fish_mcp_assay_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -s V -l version -d 'Print version'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "scan" -d 'Audit servers: capture, compare with the baseline, run the rules, report'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "capture" -d 'Record what servers say in a file; judge nothing'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "report" -d 'Convert a report that `scan --output json` saved into other formats'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "diff" -d 'Graded, word-level differences of any two: recordings, manifests, baselines, commits, servers'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "approve" -d 'Show what the last scan saw, ask, and sign it into the baseline'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "verify" -d 'The offline gate: is the baseline intact, signed and in step with the configuration?'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "log" -d 'The history of approvals: who signed what, when and why'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "trust" -d 'The people whose signatures count: show, change, sign'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "inventory" -d 'Every client, configuration file and server found, and what was skipped'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "rules" -d 'What is checked: list the rules, test a folder of them, measure them on a corpus'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "explain" -d 'Why one rule exists, what it matches and what to do'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "init" -d 'Create .mcp-assay/ with a trust file and a signing key'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "completions" -d 'Print a shell completion script'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "man" -d 'Write the man pages'
complete -c mcp-assay -n "__fish_mcp_assay_needs_command" -f -a "schema" -d 'Print a published JSON Schema'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l scope -d 'Whose configuration files to read when no target is given [default: all on a terminal, project elsewhere]' -r -f -a "project\t'Files of the project'
user\t'Files in the user\'s home'
all\t'Both'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l launch -d 'Who may be started or contacted: ask first, only approved launch identities, all, none [default: ask on a terminal, approved elsewhere]' -r -f -a "ask\t'Show the command and ask'
approved\t'Only launch identities of the verified baseline'
all\t'Everything that is configured'
never\t'Nothing'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l pass-env -d 'Give the server the real value of a declared variable instead of a placeholder' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l sandbox -d 'What contains launched servers: the strongest isolation this system offers, nothing, or a container engine for servers given as images' -r -f -a "auto\t'The strongest isolation this system offers; nothing is started when there is none'
off\t'No isolation but a scrubbed environment and private directories'
docker\t'Servers given as a docker command, with our flags'
podman\t'Servers given as a podman command, with our flags'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l require-isolation -d 'Refuse to launch below this level [default: container; limited and off must be asked for]' -r -f -a "off\t'Nothing'
limited\t'Processes and environment, but not files'
container\t'A container engine\'s'
strong\t'Landlock, seccomp and limits'
full\t'The same and namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l network -d 'Let launched servers use the network: all of them, or those named' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l read -d 'A file or directory that launched servers may read, besides the system, their interpreter and their package' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l sandbox-without -d 'Take a layer of isolation as absent: for our own tests' -r -f -a "landlock\t'File isolation'
scope\t'Landlock before ABI 6: no rules about signals and abstract sockets'
truncate\t'Landlock before ABI 3: no rule about cutting files'
seccomp\t'The system-call filter'
namespaces\t'Namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l header -d 'A header for URLs given on the command line; the value may be env:NAME' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l timeout -d 'Seconds for everything with one server' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l jobs -d 'Servers at a time' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l probe -d 'How hard to look for servers that show auditors another face: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes' -r -f -a "off\t'Read every list once'
quick\t'Two connections'
deep\t'The whole plan'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l as -d 'Ask first as this client [default: the one whose configuration names the server, else claude-code]' -r -f -a "claude-code\t''
claude-desktop\t''
cursor\t''
vscode\t''
vscode-insiders\t''
copilot-cli\t''
windsurf\t''
codex\t''
gemini-cli\t''
kiro\t''
amazon-q\t''
cline\t''
roo-code\t''
zed\t''
lm-studio\t''
trae\t''
goose\t''
opencode\t''"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l era -d 'Speak only one era of the protocol [default: every era the server answers in]' -r -f -a "modern\t'2026-07-28 and later'
legacy\t'Up to 2025-11-25'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l base -d 'A git ref whose people, policy, suppressions and approved commands count instead of the working tree\'s: the base of a pull request' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l trust -d 'The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l min-version -d 'The least version of the baseline that is accepted' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l registry -d 'Ask this URL instead of a public registry: npm, pypi, oci, mcp or osv' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l packages-age -d 'Hours for which a kept answer is not asked for again' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l fail-on -d 'The least severity that makes the exit code 1 [default: high]' -r -f -a "low\t'Low and above'
medium\t'Medium and above'
high\t'High and above'
critical\t'Critical only'
never\t'No finding changes the exit code'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l rules -d 'Further rules, in the format of rules/' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l only -d 'Run only these rules' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l skip -d 'Leave these rules out' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l severity -d 'Another severity for a rule' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l output -d 'FORMAT or FORMAT=FILE, repeatable' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l sarif-profile -d 'What SARIF holds: what GitHub can use, or everything' -r -f -a "github\t'What code scanning reads'
full\t'Suppressed and unchanged results too'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l sarif-category -d 'The category of the SARIF run' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l offline -d 'Refuse any use of the network'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l honest -d 'Never present another client\'s name'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l skills -d 'Read the bodies of listed skills too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l cards -d 'Read server cards and catalogues of a URL\'s origin too, and compare them with the live server'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l allow-private -d 'A server\'s name may lead to an address that is not public'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l require-signed -d 'A baseline that is missing, not signed, or vouched for by nothing but itself is an error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l packages -d 'Ask npm, PyPI, image registries, the MCP registry and OSV about the packages that launches name; with --offline only answers that were kept are used'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l config-only -d 'Judge only the configuration: start nothing, contact nothing, and do not count that as incomplete'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l allow-no-servers -d 'With --config-only: a project that configures no server ends with 0 and not with 5, and is still not called clean'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l no-baseline -d 'Compare with nothing'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l exact -d 'Every change counts as high, missing items too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l exit-zero -d 'Exit 0 instead of 1'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l no-suppressions -d 'Suppressions have no effect'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l show-suppressed -d 'Show suppressed findings too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l full-text -d 'Do not cut server text'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l sarif-timestamps -d 'Write times into SARIF (the output is no longer reproducible)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l scope -d 'Whose configuration files to read when no target is given [default: all on a terminal, project elsewhere]' -r -f -a "project\t'Files of the project'
user\t'Files in the user\'s home'
all\t'Both'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l launch -d 'Who may be started or contacted: ask first, only approved launch identities, all, none [default: ask on a terminal, approved elsewhere]' -r -f -a "ask\t'Show the command and ask'
approved\t'Only launch identities of the verified baseline'
all\t'Everything that is configured'
never\t'Nothing'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l pass-env -d 'Give the server the real value of a declared variable instead of a placeholder' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l sandbox -d 'What contains launched servers: the strongest isolation this system offers, nothing, or a container engine for servers given as images' -r -f -a "auto\t'The strongest isolation this system offers; nothing is started when there is none'
off\t'No isolation but a scrubbed environment and private directories'
docker\t'Servers given as a docker command, with our flags'
podman\t'Servers given as a podman command, with our flags'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l require-isolation -d 'Refuse to launch below this level [default: container; limited and off must be asked for]' -r -f -a "off\t'Nothing'
limited\t'Processes and environment, but not files'
container\t'A container engine\'s'
strong\t'Landlock, seccomp and limits'
full\t'The same and namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l network -d 'Let launched servers use the network: all of them, or those named' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l read -d 'A file or directory that launched servers may read, besides the system, their interpreter and their package' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l sandbox-without -d 'Take a layer of isolation as absent: for our own tests' -r -f -a "landlock\t'File isolation'
scope\t'Landlock before ABI 6: no rules about signals and abstract sockets'
truncate\t'Landlock before ABI 3: no rule about cutting files'
seccomp\t'The system-call filter'
namespaces\t'Namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l header -d 'A header for URLs given on the command line; the value may be env:NAME' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l timeout -d 'Seconds for everything with one server' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l jobs -d 'Servers at a time' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l probe -d 'How hard to look for servers that show auditors another face: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes' -r -f -a "off\t'Read every list once'
quick\t'Two connections'
deep\t'The whole plan'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l as -d 'Ask first as this client [default: the one whose configuration names the server, else claude-code]' -r -f -a "claude-code\t''
claude-desktop\t''
cursor\t''
vscode\t''
vscode-insiders\t''
copilot-cli\t''
windsurf\t''
codex\t''
gemini-cli\t''
kiro\t''
amazon-q\t''
cline\t''
roo-code\t''
zed\t''
lm-studio\t''
trae\t''
goose\t''
opencode\t''"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l era -d 'Speak only one era of the protocol [default: every era the server answers in]' -r -f -a "modern\t'2026-07-28 and later'
legacy\t'Up to 2025-11-25'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -s o -l out -d 'The file to write' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l base -d 'A git ref whose people, policy, suppressions and approved commands count instead of the working tree\'s: the base of a pull request' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l trust -d 'The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l min-version -d 'The least version of the baseline that is accepted' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l offline -d 'Refuse any use of the network'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l honest -d 'Never present another client\'s name'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l skills -d 'Read the bodies of listed skills too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l cards -d 'Read server cards and catalogues of a URL\'s origin too, and compare them with the live server'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l allow-private -d 'A server\'s name may lead to an address that is not public'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l require-signed -d 'A baseline that is missing, not signed, or vouched for by nothing but itself is an error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand capture" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l from -d 'The saved report; - for standard input' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l output -d 'FORMAT or FORMAT=FILE, repeatable: human, json, jsonl, sarif, markdown, github, junit, gitlab, html' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l sarif-profile -d 'What SARIF holds: what GitHub can use, or everything' -r -f -a "github\t'What code scanning reads'
full\t'Suppressed and unchanged results too'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l sarif-category -d 'The category of the SARIF run' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l rules -d 'Further rules that the scan used' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l sarif-timestamps -d 'Write times into SARIF (the output is no longer reproducible)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l show-suppressed -d 'Show suppressed findings too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l server -d 'Compare only the server of this name' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l output -d 'The format' -r -f -a "human\t'For people'
json\t'The `changes` of JSON v1'
markdown\t'For a review: job summary or pull request comment'
html\t'One self-contained page'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l launch -d 'Who may be started or contacted: ask first, only approved launch identities, all, none [default: ask on a terminal, approved elsewhere]' -r -f -a "ask\t'Show the command and ask'
approved\t'Only launch identities of the verified baseline'
all\t'Everything that is configured'
never\t'Nothing'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l pass-env -d 'Give the server the real value of a declared variable instead of a placeholder' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l sandbox -d 'What contains launched servers: the strongest isolation this system offers, nothing, or a container engine for servers given as images' -r -f -a "auto\t'The strongest isolation this system offers; nothing is started when there is none'
off\t'No isolation but a scrubbed environment and private directories'
docker\t'Servers given as a docker command, with our flags'
podman\t'Servers given as a podman command, with our flags'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l require-isolation -d 'Refuse to launch below this level [default: container; limited and off must be asked for]' -r -f -a "off\t'Nothing'
limited\t'Processes and environment, but not files'
container\t'A container engine\'s'
strong\t'Landlock, seccomp and limits'
full\t'The same and namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l network -d 'Let launched servers use the network: all of them, or those named' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l read -d 'A file or directory that launched servers may read, besides the system, their interpreter and their package' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l sandbox-without -d 'Take a layer of isolation as absent: for our own tests' -r -f -a "landlock\t'File isolation'
scope\t'Landlock before ABI 6: no rules about signals and abstract sockets'
truncate\t'Landlock before ABI 3: no rule about cutting files'
seccomp\t'The system-call filter'
namespaces\t'Namespaces'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l header -d 'A header for URLs given on the command line; the value may be env:NAME' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l timeout -d 'Seconds for everything with one server' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l jobs -d 'Servers at a time' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l probe -d 'How hard to look for servers that show auditors another face: quick reads every list twice and once more under our own name, deep asks in eight ways and takes minutes' -r -f -a "off\t'Read every list once'
quick\t'Two connections'
deep\t'The whole plan'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l as -d 'Ask first as this client [default: the one whose configuration names the server, else claude-code]' -r -f -a "claude-code\t''
claude-desktop\t''
cursor\t''
vscode\t''
vscode-insiders\t''
copilot-cli\t''
windsurf\t''
codex\t''
gemini-cli\t''
kiro\t''
amazon-q\t''
cline\t''
roo-code\t''
zed\t''
lm-studio\t''
trae\t''
goose\t''
opencode\t''"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l era -d 'Speak only one era of the protocol [default: every era the server answers in]' -r -f -a "modern\t'2026-07-28 and later'
legacy\t'Up to 2025-11-25'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l base -d 'A git ref whose people, policy, suppressions and approved commands count instead of the working tree\'s: the base of a pull request' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l trust -d 'The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l min-version -d 'The least version of the baseline that is accepted' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l full-text -d 'Do not cut or fold server text'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l offline -d 'Refuse any use of the network'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l honest -d 'Never present another client\'s name'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l skills -d 'Read the bodies of listed skills too'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l cards -d 'Read server cards and catalogues of a URL\'s origin too, and compare them with the live server'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l allow-private -d 'A server\'s name may lead to an address that is not public'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l require-signed -d 'A baseline that is missing, not signed, or vouched for by nothing but itself is an error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l from -d 'Approve what a capture or manifest file holds instead of what the last scan saw' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l remove -d 'Remove servers that are gone from the configuration' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l reason -d 'Why; kept in the log' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l key -d 'The key to sign with: an SSH key (private, or public with an agent) or a PKCS#8 PEM file [default: the first of the key init made, ~/.ssh/id_ed25519, ~/.ssh/id_ed25519_sk and the agent\'s that trust.json lists]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l base -d 'A git ref whose people, policy, suppressions and approved commands count instead of the working tree\'s: the base of a pull request' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l trust -d 'The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l min-version -d 'The least version of the baseline that is accepted' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l cosign -d 'Add your signature to the version somebody else proposed, after reading what it changes'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l unattended -d 'Sign without a terminal; only where trust.json allows it'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l require-signed -d 'A baseline that is missing, not signed, or vouched for by nothing but itself is an error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l base -d 'A git ref whose people, policy, suppressions and approved commands count instead of the working tree\'s: the base of a pull request' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l trust -d 'The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l min-version -d 'The least version of the baseline that is accepted' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l output -d '`human` or `json`' -r -f -a "human\t'For people'
json\t'The `changes` of JSON v1'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l require-signed -d 'A baseline that is missing, not signed, or vouched for by nothing but itself is an error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l key -d 'Only what this key signed: its text, a .pub file, `sha256:…` of the log, or a person\'s name' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l show -d 'What version N changed, word by word, from git\'s history' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l output -d '`human` or `json`' -r -f -a "human\t'For people'
json\t'The `changes` of JSON v1'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l full-text -d 'Do not cut server text'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "show" -d 'People, keys, thresholds, and what is not signed yet'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "add" -d 'Add a person, or a key for one'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "remove" -d 'Remove a person, or one key; what that key approved needs a new approval'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "threshold" -d 'How many people are needed'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "policy" -d 'What these people allow'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "renew" -d 'Only a new expiry: a year from today'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "sign" -d 'Show the change of trust.json, ask, and sign it'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "genesis" -d 'All keys are lost: begin anew with one person; the pin and every machine have to be told'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and not __fish_seen_subcommand_from show add remove threshold policy renew sign genesis forget" -f -a "forget" -d 'Forget what this machine has seen of the project; the next use is a first use'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l people -d 'For a baseline' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l trust-people -d 'For a trust file' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from threshold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l max-baseline-days -d 'Longest life of a baseline in days' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l hardware -d 'Only security keys, whose signatures prove a touch' -r -f -a "true\t''
false\t''"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l unattended -d 'Approvals without a terminal' -r -f -a "true\t''
false\t''"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from renew" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l reason -d 'Why; kept in the log' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l key -d 'The key to sign with: an SSH key (private, or public with an agent) or a PKCS#8 PEM file [default: the first of the key init made, ~/.ssh/id_ed25519, ~/.ssh/id_ed25519_sk and the agent\'s that trust.json lists]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l unattended -d 'Sign without a terminal; only where trust.json allows it'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l person -d 'The name under which you sign' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l key -d 'Your key' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from genesis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l baseline -d 'The baseline directory [default: .mcp-assay in the project]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand trust; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l scope -d 'Whose configuration files to read' -r -f -a "project\t'Files of the project'
user\t'Files in the user\'s home'
all\t'Both'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l output -d '`human`, `json`, or `cyclonedx` (1.6): servers and packages for inventories of software' -r -f -a "human\t'For people'
json\t'Everything that was looked at'
cyclonedx\t'`CycloneDX` 1.6 JSON'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand inventory" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -f -a "list" -d 'A table of all rules'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -f -a "test" -d 'Run the examples of the built-in rules, or of a folder of rules'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -f -a "eval" -d 'Recall and false positives on a labelled corpus'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -f -a "index" -d 'Print the index of all rules as Markdown (rules/README.md)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and not __fish_seen_subcommand_from list test eval index pages" -f -a "pages" -d 'Write a Markdown page for each rule (docs/rules/)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l output -d '`human` or `json`' -r -f -a "human\t'For people'
json\t'The `changes` of JSON v1'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l details -d 'List the rows that were missed and the findings on honest rows'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from eval" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from index" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand rules; and __fish_seen_subcommand_from pages" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l rules -d 'A folder of further rules' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l output -d '`human`, `markdown` or `json`' -r -f -a "human\t'For a terminal'
markdown\t'The page of docs/rules/'
json\t'For programs'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l baseline -d 'The directory to create [default: .mcp-assay]' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l person -d 'The name under which you sign [default: your user name]' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l key -d 'Use this SSH key (private, or public with an agent) or PKCS#8 Ed25519 key; on a terminal, init offers yours' -r -F
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l with -d 'Also write these files, without asking: workflow, hook, config' -r -f -a "workflow\t'A GitHub workflow that checks every pull request'
hook\t'A pre-commit hook'
config\t'mcp-assay.toml with the defaults'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l allow-unattended -d 'Let `approve --unattended` sign without a terminal; written into trust.json'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -l hyperlinks -d 'When rule names are links to their pages: auto on terminals that are known to show them' -r -f -a "auto\t'When the stream is a terminal that can, and the environment does not forbid it'
always\t'Always'
never\t'Never'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -l view -d 'How differences are shown: side by side on a wide terminal, else in one column' -r -f -a "auto\t'Side by side on a terminal of 120 columns and more'
columns\t'Old words left, new words right'
unified\t'One column'"
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -l now -d 'The time to reason with, for reproducible runs (RFC 3339)' -r
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -l no-progress -d 'No progress on standard error'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -s q -l quiet -d 'Only results (-q), only the exit code (-qq)'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -s v -l verbose -d 'Also show notes (labels that count as nothing) and what was read'
complete -c mcp-assay -n "__fish_mcp_assay_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'

//! Code that only loads a module and starts it: `from acme import main; main()`. What may do more is never called harmless: a
//! sign, a name or a way to build a name that starting a server does not need.

use super::super::paths::is_odd;

/// Bytes of such code.
const LONGEST: usize = 500;

/// Parts that ask the network, start programs, or are not to be read.
const RISKY: [&str; 40] = [
    "exec(",
    "exec '",
    "exec \"",
    "passthru",
    "proc_open",
    "pty.",
    "http:",
    "https:",
    "child_process",
    "subprocess",
    "urllib",
    "urlopen",
    "requests.",
    "fetch(",
    "open-uri",
    "lwp::",
    "getstore",
    "popen",
    "shell_exec",
    "fsockopen",
    "do shell script",
    "doshellscript",
    "b64decode",
    "atob",
    "base64",
    "decode64",
    "data:",
    "pkg.add",
    "mix.install",
    "shell-command",
    "call-process",
    "start-process",
    "make-process",
    "process-lines",
    "run-program",
    "java.shell",
    "load-file",
    "run-external",
    "open_port",
    "network-process",
];

/// Names that start, load, read, write or build what the code does not say.
const NAMES: &str = "\
    Bun Code Deno Libdl System Fiddle File Files Function IO Kernel Open3 PTY Port Process Proxy Reflect Runtime ProcessBuilder WebAssembly \
    Worker WebSocket XMLHttpRequest assert at_exit attrgetter binascii binding bytearray bytes builtins call_user_func ccall cffi \
    chr class_eval cluster code codecs codeop compile concat const_get constructor create_function ctypes curl decode delattr \
    dgram dlopen dlsym dns dofile dos download execute expect fetch ffi file_get_contents file_put_contents fileinput fork fromCharCode fs \
    ftplib getattr getClass getRuntime global globalThis globals http https importlib inspector install instance_eval invoke io \
    java_import loadlib loadstring locals marshal match method methodcaller module_eval multiprocessing net open pack pak pickle pip \
    public_send pty qx qr raw readlines readpipe reload remotes rename reverse rm rmtree rpc runpy runtime send setattr sh shell \
    shutil signal slice socket slurp source_code spawn spit split sprintf str_rot13 strrev substr syscall system telnetlib tempfile tls unix unlink \
    unpack vars vm wasi webbrowser wget worker_threads write write_bytes write_text zipimport zlib";

/// What a module of the system or the process may be asked for.
const ASKED: [(&str, &[&str]); 2] = [
    ("os", &["environ", "chdir", "getcwd", "getenv", "path", "sep"]),
    ("process", &["argv", "env", "exit", "chdir", "cwd", "on", "stdin", "stdout", "stderr"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'c> {
    Word(&'c str),
    Text(&'c str),
    Sign(char),
}

/// Whether code only loads and starts something.
pub(super) fn is_harmless(code: &str) -> bool {
    let code = ["data:text/javascript,", "data:application/javascript,"]
        .iter()
        .find_map(|p| code.get(..p.len()).filter(|c| c.eq_ignore_ascii_case(p)).map(|_| &code[p.len()..]))
        .unwrap_or(code);
    let lower = code.to_ascii_lowercase();
    if code.len() > LONGEST || RISKY.iter().any(|r| lower.contains(r)) {
        return false;
    }
    let Some(tokens) = tokens(code) else { return false };
    (0..tokens.len()).all(|at| {
        let behind = |by: usize| tokens.get(at + by).copied();
        let before = |by: usize| at.checked_sub(by).map(|i| tokens[i]);
        match tokens[at] {
            // texts that are put together, or taken apart, make other texts
            Token::Text(text) => {
                !matches!(behind(1), Some(Token::Text(_) | Token::Sign('.' | '['))) && is_harmless_text(text)
            }
            Token::Word("run") if matches!(behind(1), Some(Token::Text(_))) => false,
            Token::Word("join") => before(2) == Some(Token::Word("path")),
            Token::Word(word) => {
                let asked = ASKED.iter().find(|(name, _)| *name == word).is_none_or(|(_, asked)| {
                    let name = |t: Option<Token<'_>>| matches!(t, Some(Token::Word(w)) if asked.contains(&w));
                    let alone = matches!(behind(1), None | Some(Token::Sign(';' | ',' | '\n')))
                        && matches!(before(1), Some(Token::Word("import") | Token::Sign(',')));
                    alone || (behind(1) == Some(Token::Sign('.')) && name(behind(2)))
                });
                // a function whose name a variable holds
                let held = before(1) == Some(Token::Sign('$')) && behind(1) == Some(Token::Sign('('));
                asked && !held && is_harmless_word(word)
            }
            // a member whose name is made
            Token::Sign('[') => match before(1) {
                Some(Token::Word(word)) => ["environ", "env", "argv"].contains(&word),
                Some(Token::Sign(')' | ']')) => false,
                _ => true,
            },
            Token::Sign(']') => behind(1) != Some(Token::Sign('.')),
            Token::Sign(_) => true,
        }
    })
}

fn is_harmless_word(word: &str) -> bool {
    let hidden = word.starts_with("__") && !["__name__", "__main__", "__file__", "__dirname"].contains(&word);
    let lower = word.to_ascii_lowercase();
    let runs = ["exec", "eval"].iter().any(|p| lower.starts_with(p));
    !hidden && !runs && !NAMES.split_whitespace().any(|n| n == word)
}

/// A file of one's own, a module, a value.
fn is_harmless_text(text: &str) -> bool {
    // without a mark of its own it may be a module: `net/http`, `fs/promises`
    let is_path = text.starts_with(['.', '/', '~']);
    let mut parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut module = || parts.all(|w| is_harmless_word(w) && ASKED.iter().all(|(name, _)| *name != w));
    !is_odd(text) && (is_path || module())
}

/// The parts of code; `None` when there is a sign in it that starting something does not need.
fn tokens(code: &str) -> Option<Vec<Token<'_>>> {
    let lisp = code.trim_start().starts_with('(');
    let mut out = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if c == '\'' || c == '"' {
            let allowed = |c: char| c.is_ascii_alphanumeric() || " _-./@:,=~".contains(c);
            match after.split_once(c).filter(|(text, _)| text.chars().all(allowed)) {
                Some((text, behind)) => {
                    out.push(Token::Text(text));
                    rest = behind;
                }
                // a symbol of Lisp: `(require 'acme)`
                None if c == '\'' && lisp => {
                    out.push(Token::Sign(c));
                    rest = after;
                }
                None => return None,
            }
        } else if word(c) {
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            out.push(Token::Word(&rest[..end]));
            rest = &rest[end..];
        } else if c == '\n' || ".,;()[]=:/@->${}*".contains(c) {
            out.push(Token::Sign(c));
            rest = after;
        } else if [' ', '\t', '\r'].contains(&c) {
            rest = after;
        } else {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_loads_and_starts_is_told_from_all_other() {
        for code in [
            "require('./server').start()",
            "require('./dist/index.js')({ port: 80 })",
            "import('./dist/index.js').then(m => m.main())",
            "from server import main; main()",
            "from mcp_server_fetch import main; main()",
            "from mcp_filesystem.http_server import main; main()",
            "require('./net/http/server.js')",
            "from a import S\nS('x').run()",
            "import sys; sys.path.insert(0, '.'); from server import main; main()",
            "import sys, os; os.chdir('/srv/x'); os.environ['A'] = 'b'; from a.b import main; sys.exit(main())",
            "import asyncio; from acme.server import serve; asyncio.run(serve(transport='stdio'))",
            "import sys; sys.argv = ['x', '--port', '1']; from a import main; main()",
            "acme::mcp_server(tools = \"x\")",
            "using Acme; Acme.start()",
            "require \"acme\"; Acme::Server.start",
            "Acme->run",
            "Acme.Server.start()",
            "require 'vendor/autoload.php'; (new Server)->run();",
            "import \"npm:x@1.0.0\"",
            "(ql:quickload :acme)",
            "(progn (require 'acme-mcp) (acme-mcp-start))",
            "(require '[acme.core :as c]) (c/start)",
            "import { register } from \"node:module\"; import { pathToFileURL } from \"node:url\"; register(\"ts-node/esm\", pathToFileURL(\"./\"));",
            "using Pkg; Pkg.activate(\".\"); using Acme; Acme.main()",
            "data:text/javascript,import { register } from 'node:module'; register('ts-node/esm');",
            "1",
            "",
        ] {
            assert!(is_harmless(code), "{code}");
        }
        for code in [
            "__import__('o'+'s').__getattribute__('sy'+'stem')('id')",
            "import os; os.unlink('/x')",
            "import os as o; o.abort()",
            "from os import remove; remove('x')",
            "import ctypes; ctypes.CDLL('./x.so')",
            "import runpy; runpy.run_path('x')",
            "print(open('/x').read())",
            "x = 'a' 'b'",
            "getattr(x, 'y')()",
            "require('child_'+'process')",
            "require('fs').rmSync('x')",
            "require('node:fs/promises').rm('x')",
            "require('net').connect(1)",
            "require('fs/promises').rm('x')",
            "require 'net/http'",
            "import http.client; main()",
            "from posix import system as s; s('x')",
            "unix('id')",
            "import sys.process._",
            "globalThis['ev'+'al']('x')",
            "a['b']('x')",
            "this.constructor.constructor('x')()",
            "process.dlopen(module, './x.node')",
            "process.binding('x')",
            "import(\"data:text/javascript,x\")",
            "require(['a','b'].join(''))",
            "['a','b'].map(eval)",
            "String.fromCharCode(1)",
            "`id`",
            "%x(id)",
            "IO.read(\"|id\")",
            "load \"/tmp/x\"",
            "spawn \"id\"",
            "exec id",
            "do '/tmp/x'",
            "open(F,\"id|\")",
            "qx(id)",
            "$f = 'x'; $f('id')",
            "(\"a\".\"b\")('id')",
            "\"id\".execute()",
            "io.open('x')",
            "os:cmd('id').",
            "run(`id`)",
            "(shell \"id\")",
            "run 'id'",
            "(run-program \"id\")",
            "(progn (require 'acme) (shell 'id))",
            "(funcall 'eval 'x)",
            "Code.eval_string('x')",
            "^id",
            "with import <nixpkgs> {}; x",
            "data:text/javascript;base64,eA==",
            "fetch('https://a.test')",
        ] {
            assert!(!is_harmless(code), "{code}");
        }
        assert!(!is_harmless(&"a.b();".repeat(100)));
    }
}

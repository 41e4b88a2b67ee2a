//! Other places that a hook takes packages from, by an option of a runner or a variable for it.

use super::super::fetch::words::lines;
use crate::launch::line::program;
use crate::package::elsewhere;
use crate::sandbox::INDEXES;

/// Programs that install packages, or run them.
const RUNNERS: [&str; 18] = [
    "bun", "bunx", "conda", "gem", "npm", "npx", "pdm", "pip", "pip3", "pipx", "pnpm", "pnpx", "poetry", "python",
    "python3", "uv", "uvx", "yarn",
];
/// Whence everybody takes what those registries have not: builds for other processors.
const USUAL: [&str; 1] = ["https://download.pytorch.org/"];

/// The addresses.
pub(in super::super) fn of(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for command in lines(line, true).iter().flatten() {
        let named = |name: &str| name == "GOPROXY" || INDEXES.iter().any(|i| i.eq_ignore_ascii_case(name));
        let set = command.assigned.iter().filter(|(name, _)| named(name));
        out.extend(set.flat_map(|(_, value)| value.split([',', '|']).map(str::to_owned)));
        let Some((first, args)) = command.words.split_first() else { continue };
        if !RUNNERS.contains(&program(first).as_str()) {
            continue;
        }
        for (at, arg) in args.iter().enumerate() {
            let (flag, value) = match arg.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (arg.as_str(), args.get(at + 1).map(String::as_str)),
            };
            out.extend(value.filter(|_| elsewhere::is_option(flag)).map(str::to_owned));
        }
    }
    out.retain(|address| !USUAL.iter().any(|u| address.starts_with(u)));
    out
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn options_and_variables_for_an_index_are_found() {
        for line in [
            "pip install --index-url https://a.test/x y",
            "true && npm i --registry=https://a.test/x y",
            "npm_config_registry=https://a.test/x npx -y y",
            "export PIP_INDEX_URL=https://a.test/x; pip install y",
        ] {
            assert_eq!(of(line), ["https://a.test/x"], "{line}");
        }
        for line in
            ["npm ci", "pip install --index-url https://download.pytorch.org/whl/cpu torch", "curl -i https://a.test"]
        {
            assert!(of(line).is_empty(), "{line}");
        }
    }
}

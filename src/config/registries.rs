//! `[registries]` of `mcp-assay.toml`: where package look-ups go instead of the public registries.

use serde::Deserialize;

use super::ConfigError;

/// One URL for each kind of registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryUrls {
    /// npm.
    pub npm: Option<String>,
    /// PyPI.
    pub pypi: Option<String>,
    /// Images.
    pub oci: Option<String>,
    /// The MCP registry.
    pub mcp: Option<String>,
    /// OSV.
    pub osv: Option<String>,
}

impl RegistryUrls {
    /// Those that are set, by name.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all =
            [("npm", &self.npm), ("pypi", &self.pypi), ("oci", &self.oci), ("mcp", &self.mcp), ("osv", &self.osv)];
        all.into_iter().filter_map(|(name, url)| Some((name, url.as_deref()?)))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (name, url) in self.named() {
            is_registry(url).map_err(|why| ConfigError { what: format!("[registries]: {name}: {why}"), span: None })?;
        }
        Ok(())
    }
}

/// Whether a URL can be a registry's: http or https, no credentials, no query.
pub fn is_registry(text: &str) -> Result<(), &'static str> {
    let url = url::Url::parse(text).map_err(|_| "it is no URL")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("it is neither http nor https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it carries a user name or password, which a file of the project must not");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn registries_are_plain_urls() {
        let parse = |text: &str| Config::parse(text, jiff::civil::date(2026, 1, 1));
        let config = parse("[registries]\nnpm = \"https://npm.acme.test/\"\n").expect("valid");
        assert_eq!(config.registries.named().collect::<Vec<_>>(), [("npm", "https://npm.acme.test/")]);
        for bad in
            ["npm = \"ftp://x\"", "osv = \"https://a:b@x\"", "pypi = \"https://x/?a=b\"", "cargo = \"https://x\""]
        {
            assert!(parse(&format!("[registries]\n{bad}\n")).is_err(), "{bad}");
        }
    }
}

//! Which registries are asked: the public ones, or those that somebody names in their place.

use std::collections::BTreeMap;

/// Where registries are: the public ones, unless somebody says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registries {
    /// npm.
    pub npm: String,
    /// PyPI.
    pub pypi: String,
    /// npm scopes that have a registry of their own.
    pub scopes: BTreeMap<String, String>,
    /// PyPI is another index, which may have names without a JSON page.
    pub other_index: bool,
    /// Every image registry; `None`: the one that the image names.
    pub oci: Option<String>,
    /// The MCP registry.
    pub mcp: String,
    /// OSV.
    pub osv: String,
}

impl Default for Registries {
    fn default() -> Self {
        Self {
            npm: "https://registry.npmjs.org".to_owned(),
            pypi: "https://pypi.org".to_owned(),
            scopes: BTreeMap::new(),
            other_index: false,
            oci: None,
            mcp: "https://registry.modelcontextprotocol.io".to_owned(),
            osv: "https://api.osv.dev".to_owned(),
        }
    }
}

impl Registries {
    /// Their names, as configuration writes them.
    pub const NAMES: [&str; 5] = ["npm", "pypi", "oci", "mcp", "osv"];

    /// Redirects one. `false` when there is none of this name.
    pub fn set(&mut self, name: &str, url: &str) -> bool {
        let url = url.trim_end_matches('/').to_owned();
        match name {
            "npm" => self.npm = url,
            "pypi" => {
                self.pypi = url;
                self.other_index = false;
            }
            "oci" => self.oci = Some(url),
            "mcp" => self.mcp = url,
            "osv" => self.osv = url,
            _ => return false,
        }
        true
    }
}

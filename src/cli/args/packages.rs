//! Whether and which registries are asked about the packages that launches name.

use clap::Args;

use crate::config::is_registry;
use crate::package::Registries;

/// Whether registries are asked about packages.
#[derive(Args, Clone, Debug, Default)]
pub struct PackageArgs {
    /// Ask npm, PyPI, image registries, the MCP registry and OSV about the packages that launches name; with --offline only
    /// answers that were kept are used
    #[arg(long, env = "MCP_ASSAY_PACKAGES", help_heading = "Packages")]
    pub packages: bool,
    /// Ask this URL instead of a public registry: npm, pypi, oci, mcp or osv
    #[arg(long, value_name = "NAME=URL", env = "MCP_ASSAY_REGISTRY", value_delimiter = ',', value_parser = registry, help_heading = "Packages")]
    pub registry: Vec<(String, String)>,
    /// Hours for which a kept answer is not asked for again
    #[arg(long, value_name = "HOURS", env = "MCP_ASSAY_PACKAGES_AGE", default_value = "24", value_parser = clap::value_parser!(u32).range(0..=8760), help_heading = "Packages")]
    pub packages_age: u32,
}

fn registry(text: &str) -> Result<(String, String), String> {
    let (name, url) = text.split_once('=').ok_or("expected NAME=URL, for example npm=https://npm.example.com")?;
    if !Registries::NAMES.contains(&name) {
        return Err(format!("registries are {}", Registries::NAMES.join(", ")));
    }
    is_registry(url)?;
    Ok((name.to_owned(), url.to_owned()))
}

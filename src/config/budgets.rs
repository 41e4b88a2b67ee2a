//! `[limits]` of `mcp-assay.toml`: the budgets a server has (PROTOCOL §11.2). What is not named keeps its default. A file in
//! a pull request may set these, so they have ceilings of their own.

use serde::Deserialize;

use super::ConfigError;

/// The budgets that a project changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Budgets {
    /// Seconds from the start of a process to its first message.
    pub launch: Option<u64>,
    /// Seconds for a connection.
    pub connect: Option<u64>,
    /// Seconds for the handshake.
    pub init: Option<u64>,
    /// Seconds for one request.
    pub request: Option<u64>,
    /// Seconds of silence while a reply is due.
    pub idle: Option<u64>,
    /// Seconds for everything with one server.
    pub total: Option<u64>,
    /// Bytes of one message.
    pub message_bytes: Option<u64>,
    /// Bytes of one server.
    pub total_bytes: Option<u64>,
    /// JSON values of one server.
    pub values: Option<u64>,
    /// Pages of one list.
    pub pages: Option<u64>,
    /// Items of one kind.
    pub items: Option<u64>,
    /// Messages that nobody asked for.
    pub notifications: Option<u64>,
    /// Requests from the server.
    pub server_requests: Option<u64>,
    /// Bytes of output that are no messages.
    pub noise_bytes: Option<u64>,
}

/// Seconds.
const LONGEST: u64 = 3600;
/// Bytes of one server, and of everything else that is counted.
const MOST: u64 = 1 << 30;

impl Budgets {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let times = [self.launch, self.connect, self.init, self.request, self.idle, self.total];
        let counts = [
            self.message_bytes,
            self.total_bytes,
            self.values,
            self.pages,
            self.items,
            self.notifications,
            self.server_requests,
            self.noise_bytes,
        ];
        let bad = |all: &[Option<u64>], most| all.iter().flatten().any(|n| !(1..=most).contains(n));
        let fail = |what: String| Err(ConfigError { what, span: None });
        if bad(&times, LONGEST) {
            return fail(format!("[limits]: times are seconds from 1 to {LONGEST}"));
        }
        if bad(&counts, MOST) {
            return fail(format!("[limits]: bytes and counts are from 1 to {MOST}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn parse(text: &str) -> Result<Config, super::ConfigError> {
        Config::parse(text, jiff::civil::date(2026, 1, 1))
    }

    #[test]
    fn a_budget_is_read_and_has_a_ceiling() {
        let config = parse("[limits]\npages = 5\nmessage-bytes = 1000\n").expect("valid");
        assert_eq!((config.limits.pages, config.limits.message_bytes, config.limits.idle), (Some(5), Some(1000), None));
        for bad in ["idle = 0", "total = 100000", "total-bytes = 99999999999", "pagez = 1"] {
            assert!(parse(&format!("[limits]\n{bad}\n")).is_err(), "{bad}");
        }
    }
}

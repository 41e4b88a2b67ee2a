//! Servers behind a URL: clear text, odd hosts, secrets in the URL and in headers.

use super::{Judge, Words};
use crate::json::token;
use crate::launch::bridge;
use crate::secret;
use crate::target::Http;
use crate::target::config_file::models::MACHINE;

/// Hosts that lead to somebody's own machine for a while.
const TUNNELS: [&str; 12] = [
    "ngrok.io",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "trycloudflare.com",
    "loca.lt",
    "localtunnel.me",
    "serveo.net",
    "devtunnels.ms",
    "pinggy.link",
    "tunnelmole.net",
];

impl Judge<'_> {
    /// The addresses that a bridge is given.
    pub(super) fn bridged(&mut self, words: &Words<'_>) {
        for (at, url) in bridge::in_line(&words.line) {
            if is_clear(&url) {
                let message = self.says(" is reached without encryption, through a bridge: ");
                let message = message.text("anyone on the way can read and change its words");
                self.at("insecure-transport", words, at, message);
            }
            if is_unusual(&url) {
                let message = self.says(" leads to a bare address, into a private network, or behind a tunnel");
                self.at("unusual-remote-host", words, at, message);
            }
        }
    }

    pub(super) fn http(&mut self, h: &Http) {
        let text = h.url.value.raw();
        if text.contains("$(") || text.contains('`') || text.contains(['|', '\n']) {
            let message = self.says(" has shell syntax in its URL");
            self.add("launch-metacharacters", h.url.place, "/url", message);
        }
        if let Ok(url) = url::Url::parse(text) {
            if is_clear(&url) {
                let message =
                    self.says(" is reached without encryption: anyone on the way can read and change its words");
                self.add("insecure-transport", h.url.place, "/url", message);
            }
            if is_unusual(&url) {
                let message = self.says(" is at a bare address, inside a private network, or behind a tunnel");
                self.add("unusual-remote-host", h.url.place, "/url", message);
            }
        }
        if secret::is_secret(None, text) {
            self.secret(h.url.place, "/url", "its URL");
        }
        self.gateway(h);
        for (name, value) in &h.headers {
            let pointer = format!("/headers{}", token(&secret::masked(name.value.raw())));
            if secret::is_secret(None, name.value.raw()) {
                self.secret(name.place, &pointer, "the name of a header");
            }
            if secret::is_secret(Some(name.value.raw()), value.value.expose()) {
                self.secret(value.place, &pointer, "a header");
            }
        }
    }
}

fn is_clear(url: &url::Url) -> bool {
    ["http", "ws"].contains(&url.scheme()) && !is_local(url)
}

fn is_unusual(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(d)) => {
            TUNNELS.iter().any(|t| d == *t || d.ends_with(&format!(".{t}"))) || d == "metadata.google.internal"
        }
        Some(url::Host::Ipv4(a)) => !a.is_loopback(),
        Some(url::Host::Ipv6(a)) => !a.is_loopback(),
        None => false,
    }
}

pub(in crate::rule::detector) fn is_local(url: &url::Url) -> bool {
    match url.host() {
        // an address under a scheme that is not the web's is read as a name
        Some(url::Host::Domain(d)) => match d.parse::<std::net::IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => d == "localhost" || d.ends_with(".localhost") || !d.contains('.') || MACHINE.contains(&d),
        },
        Some(url::Host::Ipv4(a)) => a.is_loopback(),
        Some(url::Host::Ipv6(a)) => a.is_loopback(),
        None => true,
    }
}

//! Which addresses a URL's name may lead to. A name is looked up once per server and connected to at the addresses that
//! were checked, so that an answer that changes later (DNS rebinding) changes nothing; addresses that are not public are
//! refused unless the URL says that they are meant.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

/// Ranges that are not the public internet (RFC 6890 and its updates), and those that embed an IPv4 address.
const PRIVATE: [&str; 25] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/9",
    "ff00::/8",
];

/// Whether an address is on the public internet. IPv4 inside IPv6 (mapped, NAT64, 6to4) counts as what it leads to.
pub fn public(ip: IpAddr) -> bool {
    let ip = match ip {
        IpAddr::V6(v6) => embedded(v6).map_or(ip, IpAddr::V4),
        v4 => v4,
    };
    PRIVATE.iter().filter_map(|r| r.parse::<IpNet>().ok()).all(|range| !range.contains(&ip))
}

fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let at = |i: usize| Ipv4Addr::from((u32::from(s[i]) << 16) | u32::from(s[i + 1]));
    match s {
        _ if ip.to_ipv4_mapped().is_some() => ip.to_ipv4_mapped(),
        // the well-known NAT64 prefix, IPv4-compatible addresses, 6to4
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(at(6)),
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => Some(at(6)),
        [0x2002, ..] => Some(at(1)),
        _ => None,
    }
}

/// Looks a name up.
type Lookup = Arc<dyn Fn(String) -> LookedUp + Send + Sync>;
type LookedUp = std::pin::Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// The resolver of one server. Clones share what was found.
#[derive(Clone)]
pub(super) struct Resolver {
    host: String,
    /// Addresses that are not public are meant.
    local: bool,
    lookup: Lookup,
    found: Arc<Mutex<Found>>,
}

#[derive(Default)]
struct Found {
    pinned: Option<Vec<SocketAddr>>,
    refused: Option<IpAddr>,
}

impl Resolver {
    /// For the host of a URL. `private` allows addresses that are not public.
    pub fn new(url: &Url, private: bool) -> Self {
        let lookup: Lookup = Arc::new(|name| {
            Box::pin(async move { tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect) })
        });
        Self::with(url, private, lookup)
    }

    fn with(url: &Url, private: bool, lookup: Lookup) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        Self { host, local: private || local(url), lookup, found: Arc::default() }
    }

    /// The address that was refused, when one was.
    pub fn refused(&self) -> Option<IpAddr> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).refused
    }

    /// The address that a URL names literally, when it is not public and not meant: such a URL needs no look-up.
    pub fn refuses(&self, url: &Url) -> Option<IpAddr> {
        let ip = match url.host()? {
            url::Host::Ipv4(ip) => IpAddr::V4(ip),
            url::Host::Ipv6(ip) => IpAddr::V6(ip),
            url::Host::Domain(_) => return None,
        };
        (!self.local && !public(ip)).then_some(ip)
    }

    async fn find(self, name: String) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        // a proxy is the user's own choice
        if !name.eq_ignore_ascii_case(&self.host) {
            return Ok((self.lookup)(name).await?);
        }
        if let Some(pinned) = &self.found.lock().unwrap_or_else(PoisonError::into_inner).pinned {
            return Ok(pinned.clone());
        }
        let found = (self.lookup)(name).await?;
        let mut state = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        // one answer that is not public spoils them all: which one is connected to is not ours to say
        if let Some(bad) = found.iter().map(SocketAddr::ip).find(|ip| !self.local && !public(*ip)) {
            state.refused = Some(bad);
            return Err("its name leads to an address that is not public".into());
        }
        // the first answer stands
        Ok(state.pinned.get_or_insert(found).clone())
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.clone().find(name.as_str().to_owned());
        Box::pin(async move { found.await.map(|all| Box::new(all.into_iter()) as Addrs) })
    }
}

/// Whether a URL names this machine: a proxy would lead elsewhere.
pub(super) fn local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_is_public_is_told_through_every_disguise() {
        for (text, expected) in [
            ("8.8.8.8", true),
            ("2606:4700::1111", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("::127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::808:808", true),
            ("2002:7f00:1::", false),
            ("2002:808:808::", true),
        ] {
            assert_eq!(public(text.parse().expect("an address")), expected, "{text}");
        }
        assert_eq!(PRIVATE.iter().filter(|r| r.parse::<IpNet>().is_err()).count(), 0);
    }

    /// Answers with the next address at each look-up.
    fn flipping(answers: &'static [&'static str]) -> (Lookup, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let lookup: Lookup = Arc::new(move |_| {
            let answer = answers[count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)];
            let address = SocketAddr::new(answer.parse().expect("an address"), 0);
            Box::pin(async move { Ok(vec![address]) })
        });
        (lookup, asked)
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn an_answer_that_flips_to_a_private_address_is_never_used() {
        let url = Url::parse("https://mcp.example/mcp").expect("a URL");
        let (lookup, asked) = flipping(&["93.184.216.34", "127.0.0.1"]);
        let resolver = Resolver::with(&url, false, lookup);
        for _ in 0..3 {
            let found = run(resolver.clone().find("mcp.example".to_owned())).expect("an address");
            assert_eq!(found[0].ip().to_string(), "93.184.216.34");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "looked up once");
    }

    #[test]
    fn a_private_answer_is_refused_unless_it_is_meant() {
        let public = Url::parse("https://mcp.example/mcp").expect("a URL");
        let here = Url::parse("http://localhost/mcp").expect("a URL");
        let find = |url: &Url, private, name: &str| {
            let resolver = Resolver::with(url, private, flipping(&["10.0.0.7"]).0);
            let found = run(resolver.clone().find(name.to_owned())).is_ok();
            (found, resolver.refused().is_some())
        };
        assert_eq!(find(&public, false, "mcp.example"), (false, true));
        assert_eq!(find(&public, true, "mcp.example"), (true, false));
        assert_eq!(find(&here, false, "localhost"), (true, false));
        assert_eq!(find(&public, false, "proxy.corp"), (true, false), "a proxy is the user's own choice");
    }
}

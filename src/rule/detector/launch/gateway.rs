//! Gateways: a server at one host is given the key of another's service. Whoever runs the gateway holds the key.

use super::Judge;
use super::remote::is_local;
use crate::json::token;
use crate::rule::detector::fleet::vendor;
use crate::target::Http;

impl Judge<'_> {
    /// Keys in headers and in the URL that belong to a vendor, at a host that does not.
    pub(super) fn gateway(&mut self, h: &Http) {
        let Ok(url) = url::Url::parse(h.url.value.raw()) else { return };
        let Some(host) = url.host_str().map(str::to_owned) else { return };
        if is_local(&url) || self.published.allows(|a| a.gateway(&host)) {
            return;
        }
        let headers = h.headers.iter().map(|(name, value)| {
            let pointer = format!("/headers{}", token(name.value.raw()));
            (vendor::of_key(name.value.raw(), value.value.expose()), value.place, pointer)
        });
        let query = url.query_pairs().map(|(n, v)| (vendor::of_key(&n, &v), h.url.place, "/url".to_owned()));
        let found: Vec<_> = headers.chain(query).collect();
        for (vendor, place, pointer) in found {
            let Some(vendor) = vendor.filter(|v| !vendor::owns(v, &host)) else { continue };
            let message = self.says(format!(" gives a key for {vendor} to ")).quote(&host.as_str().into());
            self.add("third-party-gateway", place, &pointer, message.text(", which is not the vendor's"));
        }
    }
}

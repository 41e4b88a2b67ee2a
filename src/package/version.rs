//! The order of versions, as far as two registries have it in common: dotted numbers. What a range means differs from one
//! registry to the other: [`npm`], [`python`].

pub mod npm;
pub mod python;

use std::cmp::Ordering;

/// Order of dotted numbers; a prerelease comes before its release.
pub fn order(a: &str, b: &str) -> Ordering {
    let parts = |v: &str| {
        let core = v.split(['-', '+']).next().unwrap_or_default();
        core.split('.').map(|p| p.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>()
    };
    let (x, y) = (parts(a), parts(b));
    let at = |v: &[u64], i: usize| v.get(i).copied().unwrap_or(0);
    let numbers = (0..x.len().max(y.len())).map(|i| at(&x, i).cmp(&at(&y, i))).find(|o| o.is_ne());
    numbers.unwrap_or_else(|| b.contains('-').cmp(&a.contains('-')))
}

/// The release before `version`: the highest lower one. Times are no help where a mirror stamps its own.
pub fn before<'v, T>(version: &str, all: impl Iterator<Item = (&'v str, T)>) -> Option<T> {
    let lower = all.filter(|(v, _)| is_final(v) && order(v, version) == Ordering::Less);
    lower.max_by(|(a, _), (b, _)| order(a, b)).map(|(_, t)| t)
}

/// A prerelease is not what people had before.
fn is_final(version: &str) -> bool {
    let core = version.split(['+']).next().unwrap_or_default().replace(".post", ".");
    core.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_before_is_the_highest_lower_one() {
        let all = ["0.9.0", "1.10.0", "1.2.0", "1.11.0-rc.1", "2.0.0", "1.2.0.post1"];
        let of = |v: &str| before(v, all.iter().map(|v| (*v, *v)));
        assert_eq!(of("2.0.0"), Some("1.10.0"));
        assert_eq!(of("1.10.0"), Some("1.2.0.post1"));
        assert_eq!(of("1.11.0-rc.1"), Some("1.10.0"));
        assert_eq!(of("0.9.0"), None);
        assert_eq!(order("1.0", "1.0.0"), Ordering::Equal);
        assert_eq!(order("1.0.0-rc.1", "1.0.0"), Ordering::Less);
    }
}

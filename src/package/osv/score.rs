//! The base score of a CVSS 3 vector, as its specification (section 7.1) computes it. Newer and older vectors are left to
//! the word that a database gives beside them.

use crate::terms::Severity;

/// The severity of `CVSS:3.1/AV:N/…`; `None` for other vectors.
pub(super) fn cvss3(vector: &str) -> Option<Severity> {
    let score = base(vector)?;
    Some(match score {
        90..=100 => Severity::Critical,
        70..=89 => Severity::High,
        40..=69 => Severity::Medium,
        1..=39 => Severity::Low,
        _ => return None,
    })
}

/// In tenths.
fn base(vector: &str) -> Option<u32> {
    let metrics = vector.strip_prefix("CVSS:3.0/").or_else(|| vector.strip_prefix("CVSS:3.1/"))?;
    let of = |name: &str| metrics.split('/').find_map(|m| m.strip_prefix(name)?.strip_prefix(':'));
    let pick = |name: &str, table: &[(&str, f64)]| {
        let value = of(name)?;
        table.iter().find(|(v, _)| *v == value).map(|(_, weight)| *weight)
    };
    let changed = match of("S")? {
        "C" => true,
        "U" => false,
        _ => return None,
    };
    let harm = [("H", 0.56), ("L", 0.22), ("N", 0.0)];
    let privileges: [(&str, f64); 3] =
        if changed { [("N", 0.85), ("L", 0.68), ("H", 0.5)] } else { [("N", 0.85), ("L", 0.62), ("H", 0.27)] };
    let reach = pick("AV", &[("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2)])?;
    let exploit = 8.22
        * reach
        * pick("AC", &[("L", 0.77), ("H", 0.44)])?
        * pick("PR", &privileges)?
        * pick("UI", &[("N", 0.85), ("R", 0.62)])?;
    let kept = (1.0 - pick("C", &harm)?) * (1.0 - pick("I", &harm)?) * (1.0 - pick("A", &harm)?);
    let lost = 1.0 - kept;
    let impact = if changed { 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02).powi(15) } else { 6.42 * lost };
    if impact <= 0.0 {
        return Some(0);
    }
    let sum = if changed { 1.08 * (impact + exploit) } else { impact + exploit };
    // "round up" of version 3.1, which is safe against floating point noise
    let whole = (sum.min(10.0) * 100_000.0).round() as u32;
    Some(if whole.is_multiple_of(10_000) { whole / 10_000 } else { whole / 10_000 + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors and scores of the specification's own examples.
    #[test]
    fn published_examples_have_their_scores() {
        for (vector, tenths) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61),
            ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64),
            ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 78),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", 90),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100),
        ] {
            assert_eq!(base(vector), Some(tenths), "{vector}");
        }
        assert_eq!(cvss3("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Some(Severity::Critical));
        assert_eq!(cvss3("CVSS:4.0/AV:N/AC:L"), None);
        assert_eq!(cvss3("CVSS:3.1/AV:N"), None);
    }
}

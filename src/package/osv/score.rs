//! The severity that a CVSS vector of version 2.0, 3.0, 3.1 or 4.0 comes to.

use crate::terms::Severity;
use cvss::{Cvss, v3};

/// `None` for what is no vector, lacks a metric that a score needs, or comes to nothing. Of version 3 it is the base score,
/// of version 4 the one of the whole vector, as both specifications define the severity.
pub(super) fn severity(vector: &str) -> Option<Severity> {
    Some(match parse(vector)?.severity() {
        cvss::Severity::Critical => Severity::Critical,
        cvss::Severity::High => Severity::High,
        cvss::Severity::Medium => Severity::Medium,
        cvss::Severity::Low => Severity::Low,
        cvss::Severity::None => return None,
    })
}

fn parse(vector: &str) -> Option<Cvss> {
    let parsed: Cvss = vector.parse().ok()?;
    match &parsed {
        // the crate takes a missing metric of these for the most harmless one
        Cvss::CvssV30(of) | Cvss::CvssV31(of) if !whole(of) => None,
        _ => Some(parsed),
    }
}

fn whole(v: &v3::Vector) -> bool {
    let reach = v.av.is_some() && v.ac.is_some() && v.pr.is_some() && v.ui.is_some();
    reach && v.s.is_some() && v.c.is_some() && v.i.is_some() && v.a.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors and scores of FIRST's documents of examples, and the ends of the scale.
    #[test]
    fn published_examples_have_their_scores() {
        for (vector, score) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", "7.8"),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "10.0"),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", "6.2"),
            ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "6.4"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "6.1"),
            ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "7.8"),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H", "9.0"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "0.0"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "10.0"),
            // CVE-2022-41741, CVE-2020-3549, CVE-2023-3089, CVE-2021-44714, CVE-2022-21830, CVE-2022-22186,
            // CVE-2023-21989, CVE-2014-0160, CVE-2021-44228
            ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "7.3"),
            ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "7.7"),
            ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", "8.3"),
            ("CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", "4.6"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", "5.1"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", "6.9"),
            ("CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", "5.9"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", "8.7"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "10.0"),
        ] {
            assert_eq!(parse(vector).map(|v| format!("{:.1}", v.score())).as_deref(), Some(score), "{vector}");
        }
    }

    #[test]
    fn a_vector_without_a_score_has_no_severity() {
        assert_eq!(severity("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Some(Severity::Critical));
        // exploited or not belongs to the score of version 4
        let reported = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:U";
        assert_eq!(severity(reported), Some(Severity::Medium));
        for none in [
            "",
            "high",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:4.0/AV:N/AC:L",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N",
            "CVSS:5.0/AV:N/AC:L",
            "AV:N/AC:L",
        ] {
            assert_eq!(severity(none), None, "{none}");
        }
    }
}

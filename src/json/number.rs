//! Numbers of RFC 8785 without its loss: the ECMAScript form when it denotes the same decimal number as the literal,
//! else the normalized literal, so that 9007199254740993 and 9007199254740992 stay apart (TRUST §4.4).

/// A decimal number as sign, significant digits (no zero at either end) and power of ten of the last digit.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i128,
}

/// Reads a JSON number literal; `None` when its exponent is beyond any use.
fn decimal(literal: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
        Some((m, e)) if e.len() <= 30 => (m, e.strip_prefix('+').unwrap_or(e).parse::<i128>().ok()?),
        Some(_) => return None,
        None => (literal, 0),
    };
    let negative = mantissa.starts_with('-');
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let exponent = exponent - fraction.len() as i128;
    let trimmed = all.trim_end_matches('0');
    let exponent = exponent + (all.len() - trimmed.len()) as i128;
    let digits = trimmed.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        // zero has neither sign nor exponent
        return Some(Decimal { negative: false, digits, exponent: 0 });
    }
    Some(Decimal { negative, digits, exponent })
}

fn ecmascript(literal: &str) -> Option<String> {
    let value: f64 = literal.parse().ok()?;
    value.is_finite().then(|| ryu_js::Buffer::new().format_finite(value).to_owned())
}

/// Whether RFC 8785 keeps the number.
pub(super) fn is_exact(literal: &str) -> bool {
    if literal.len() <= 15 && literal.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    let exact = || Some(decimal(literal)? == decimal(&ecmascript(literal)?)?);
    exact().unwrap_or(false)
}

/// The text that is hashed.
pub(super) fn canonical(literal: &str) -> String {
    if is_exact(literal)
        && let Some(text) = ecmascript(literal)
    {
        return text;
    }
    match decimal(literal) {
        Some(d) => {
            let sign = if d.negative { "-" } else { "" };
            let exponent = if d.exponent == 0 { String::new() } else { format!("e{}", d.exponent) };
            format!("{sign}{}{exponent}", d.digits)
        }
        None => literal.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_form_and_unequal_ones_two() {
        for (a, b) in [("1.0", "1"), ("-0", "0"), ("1e2", "100"), ("0.10", "1e-1"), ("1E400", "10e399")] {
            assert_eq!(canonical(a), canonical(b), "{a} {b}");
        }
        assert_ne!(canonical("9007199254740993"), canonical("9007199254740992"));
        assert_ne!(canonical("1e400"), canonical("1e401"));
        assert_eq!(canonical("1e21"), "1e+21");
        assert_eq!(canonical("18446744073709551615"), "18446744073709551615");
    }

    #[test]
    fn numbers_that_a_double_changes_are_named() {
        for ok in ["0", "-1", "1.5", "0.1", "1e21", "9007199254740992", "-0.0", "123456789012345e-10"] {
            assert!(is_exact(ok), "{ok}");
        }
        for odd in ["9007199254740993", "1e400", "18446744073709551615", "0.1000000000000000055511151231257827"] {
            assert!(!is_exact(odd), "{odd}");
        }
    }
}

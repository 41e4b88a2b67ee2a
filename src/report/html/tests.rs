//! Every text colour of the style sheet can be read on every ground it stands on, in both themes (WCAG 2.2, 1.4.3).

use std::collections::BTreeMap;

use super::STYLE;

type Colors<'a> = BTreeMap<&'a str, &'a str>;

fn colors(block: &str) -> Colors<'_> {
    let pairs = block.split(';').filter_map(|d| d.trim().strip_prefix("--")?.split_once(": "));
    pairs.filter(|(_, value)| value.starts_with('#')).collect()
}

/// Relative luminance of `#rgb` or `#rrggbb`.
fn luminance(color: &str) -> f64 {
    let hex = &color[1..];
    let part = |i: usize| {
        let (width, double) = if hex.len() == 3 { (1, 17.0) } else { (2, 1.0) };
        let value = u8::from_str_radix(&hex[i * width..(i + 1) * width], 16).expect("hex digits");
        let value = f64::from(value) * double / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn contrast_is_measured_as_the_standard_says() {
    assert!((contrast("#000", "#ffffff") - 21.0).abs() < 0.01);
    assert!((contrast("#777777", "#fff") - 4.48).abs() < 0.01);
}

#[test]
fn every_text_can_be_read_in_both_themes() {
    let block = |before: &str| {
        let rest = STYLE.split_once(before).expect("the theme").1.split_once('{').expect("its start").1;
        colors(rest.split('}').next().expect("its end"))
    };
    let (light, dark) = (block(":root"), block("prefers-color-scheme: dark) { :root"));
    for (theme, colors) in [("light", light), ("dark", dark)] {
        assert!(colors.len() > 15, "{theme}: {colors:?}");
        for text in ["ink", "soft", "critical", "high", "medium", "low", "clean", "partial", "bad"] {
            for ground in ["ground", "paper"] {
                let found = contrast(colors[text], colors[ground]);
                assert!(found >= 4.5, "{theme}: {text} on {ground} has {found:.2}");
            }
        }
        for (text, ground) in [("ink", "code"), ("soft", "code"), ("ink", "mark"), ("addink", "add"), ("delink", "del")]
        {
            let found = contrast(colors[text], colors[ground]);
            assert!(found >= 4.5, "{theme}: {text} on {ground} has {found:.2}");
        }
    }
}

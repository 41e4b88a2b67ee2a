//! The HTML report in a real browser: hostile words are text, and the page looks as it should, in both themes and on a phone.
//! Opt-in: `MCP_ASSAY_CHROMIUM=/usr/bin/chromium cargo test --test it chromium -- --ignored`.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output};

use crate::formats::fleet;
use crate::hostile_text::manifest;
use crate::scene::Scene;

fn browse(scene: &Scene, size: &str, flags: &[&str]) -> Output {
    let chromium = std::env::var("MCP_ASSAY_CHROMIUM").expect("MCP_ASSAY_CHROMIUM names the browser");
    let mut command = Command::new(&chromium);
    command.args(["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]).args(flags);
    command.arg(format!("--window-size={size}"));
    command.arg(format!("--user-data-dir={}", scene.home().join("profile").display()));
    command.arg(format!("file://{}", scene.project().join("page.html").display()));
    command.output().expect("the browser runs")
}

type Color = [u8; 3];

/// A picture of the page: width, and the colours of its points.
fn picture(scene: &Scene, size: &str, flags: &[&str]) -> (usize, Vec<Color>) {
    let path = scene.project().join("page.png");
    let shot = format!("--screenshot={}", path.display());
    let all: Vec<&str> = flags.iter().copied().chain([shot.as_str()]).collect();
    browse(scene, size, &all);
    points(&path)
}

/// Reads a PNG with eight bits for each of three or four channels, which is what Chromium writes.
fn points(path: &Path) -> (usize, Vec<Color>) {
    let bytes = std::fs::read(path).expect("a picture");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let (width, channels) = (number(16), if bytes[25] == 6 { 4 } else { 3 });
    assert!(bytes.starts_with(b"\x89PNG") && bytes[24] == 8, "a PNG with eight bits");
    let (mut at, mut packed) = (8, Vec::new());
    while at < bytes.len() {
        let length = number(at);
        if &bytes[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&bytes[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut raw).expect("compressed data");
    let row = width * channels;
    let mut above = vec![0u8; row];
    let mut out = Vec::new();
    for line in raw.chunks_exact(row + 1) {
        let mut now = line[1..].to_vec();
        for i in 0..row {
            let (left, up) = (if i < channels { 0 } else { now[i - channels] }, above[i]);
            let corner = if i < channels { 0 } else { above[i - channels] };
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                _ => paeth(left, up, corner),
            };
            now[i] = now[i].wrapping_add(guess);
        }
        out.extend(now.chunks_exact(channels).map(|p| [p[0], p[1], p[2]]));
        above = now;
    }
    (width, out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let base = i32::from(left) + i32::from(up) - i32::from(corner);
    let far = |x: u8| (base - i32::from(x)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

#[test]
#[ignore = "needs Chromium: set MCP_ASSAY_CHROMIUM to its path"]
fn in_chromium_hostile_words_are_text() {
    let scene = Scene::new();
    scene.write("new.json", manifest("2"));
    scene.run(&["scan", "new.json", "--output", "html=page.html", "--full-text"]).expect(1);
    let dom = String::from_utf8(browse(&scene, "1200,900", &["--dump-dom"]).stdout).expect("UTF-8");
    for element in ["<script", "<img", "<iframe", "<object", "<form", " onerror", "href=\"http"] {
        assert!(!dom.contains(element), "the browser made {element}");
    }
    assert!(dom.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "the words are there as text");
    let (_, points) = picture(&scene, "1200,900", &[]);
    let drawn = points.iter().filter(|p| **p != points[0]).count();
    assert!(drawn > points.len() / 20, "the page is blank: {drawn} of {} points", points.len());
}

#[test]
#[ignore = "needs Chromium: set MCP_ASSAY_CHROMIUM to its path"]
fn in_chromium_the_page_follows_the_theme_and_fits_a_phone() {
    let scene = Scene::new();
    fleet(&scene);
    scene.run(&["scan", "--launch", "all", "--output", "html=page.html"]).expect(1);
    let has = |points: &[Color], color: Color| points.iter().filter(|p| **p == color).count();
    // the ground and the edge of the verdict, as the style sheet names them
    for (flags, ground, edge, marked) in [
        (&[][..], [0xf6, 0xf7, 0xf9], [0xa3, 0x12, 0x3f], [0xff, 0xe0, 0x8a]),
        (&["--blink-settings=preferredColorScheme=0"], [0x12, 0x16, 0x1c], [0xff, 0x86, 0xa6], [0x6b, 0x53, 0x00]),
    ] {
        let (width, points) = picture(&scene, "1300,3000", flags);
        assert_eq!((width, points[0]), (1300, ground));
        assert!(has(&points, edge) > 1_000, "no verdict: {flags:?}");
        assert!(has(&points, marked) > 1_000, "no marked words: {flags:?}");
    }
    // nothing sticks out: the last column is ground, from the top to the bottom
    for size in ["500,6000", "800,4000", "1300,3000"] {
        let (width, points) = picture(&scene, size, &[]);
        let last: Vec<Color> = points.chunks_exact(width).map(|line| line[width - 1]).collect();
        assert!(last.iter().all(|p| *p == points[0]), "{size}: something reaches the edge");
    }
}

#[test]
#[ignore = "needs Chromium: set MCP_ASSAY_CHROMIUM to its path"]
fn in_chromium_a_filter_hides_on_the_screen_and_not_on_paper() {
    let scene = Scene::new();
    fleet(&scene);
    scene.run(&["scan", "--launch", "all", "--output", "html=page.html"]).expect(1);
    let page = std::fs::read_to_string(scene.project().join("page.html")).expect("a page");
    let seen = |page: &str| {
        scene.write("page.html", page);
        let marked = picture(&scene, "1300,6000", &[]).1.iter().filter(|p| **p == [0xff, 0xe0, 0x8a]).count();
        let pdf = scene.project().join("page.pdf");
        browse(&scene, "1300,900", &["--no-pdf-header-footer", &format!("--print-to-pdf={}", pdf.display())]);
        let pdf = std::fs::read(pdf).expect("a document");
        let pages = regex::bytes::Regex::new(r"/Type /Page\b").expect("a pattern").find_iter(&pdf).count();
        (marked, pages)
    };
    let all = seen(&page);
    assert!(all.0 > 1_000 && all.1 > 3, "{all:?}");
    for (id, off) in [("only-s0", "all-server"), ("only-r0", "all-rule")] {
        let on = page.replace(&format!("id=\"{id}\""), &format!("id=\"{id}\" checked=\"checked\""));
        let on = on.replace(&format!("id=\"{off}\" checked=\"checked\""), &format!("id=\"{off}\""));
        let some = seen(&on);
        assert!(some.0 > 0 && some.0 < all.0, "{id}: {some:?} of {all:?}");
        assert_eq!(some.1, all.1, "{id}: something is not printed");
    }
    let none = seen(&page.replace("id=\"show-critical\" checked=\"checked\"", "id=\"show-critical\""));
    assert!(none.0 < all.0 && none.1 == all.1, "{none:?} of {all:?}");
}

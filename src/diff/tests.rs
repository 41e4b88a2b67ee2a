//! Every field of every item kind, changed by one code point, added, removed: seen, with the right kind.

use proptest::prelude::*;

use super::*;
use crate::json::{Limits, read};
use crate::launch::package::Package;
use crate::manifest::from_document;
use crate::snapshot::Snapshot;
use crate::terms::ItemKind;

const FULL: &str = r#"{
  "serverInfo": {"name":"s","version":"1","x":"y"}, "instructions": "Use well.", "capabilities": {"tools":{},"experimental":{"z":{}}},
  "tools": [{"name":"t","title":"T","description":"Does it.","inputSchema":{"type":"object","properties":{"p":{"type":"string",
    "description":"A p.","default":"d","enum":["a","b"],"title":"P","examples":["e"],"$comment":"c"},"title":{"type":"string"}},"required":["p"],"x-own":"o"},
    "outputSchema":{"type":"object","description":"Out."},"annotations":{"readOnlyHint":true,"title":"A"},"icons":[{"src":"https://x/y"}],
    "execution":{"taskSupport":"none"},"_meta":{"k":"v"},"unknown":"u"}],
  "prompts": [{"name":"p","description":"A prompt.","arguments":[{"name":"a","description":"An a.","required":true}]}],
  "resources": [{"uri":"file:///r","name":"r","description":"A resource.","mimeType":"text/plain"}],
  "resourceTemplates": [{"uriTemplate":"file:///{x}","name":"x","description":"A template."}],
  "skills": [{"uri":"skill://s/SKILL.md","frontmatter":{"name":"s","description":"A skill."}}]
}"#;

fn snapshot(text: &str) -> Snapshot {
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    Snapshot::of(&from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest)
}

fn changes(from: &str, to: &str) -> Vec<Change> {
    assert!(FULL.contains(from), "{from}");
    compare(&snapshot(FULL), &snapshot(&FULL.replacen(from, to, 1)))
}

#[test]
fn each_field_is_seen_with_its_kind_and_pointer() {
    use ChangeKind::*;
    for (from, to, kind, pointer) in [
        (r#""title":"T""#, r#""title":"U""#, TextChanged, "/title"),
        ("Does it.", "Does it!", TextChanged, "/description"),
        ("A p.", "A p\u{200b}.", TextChanged, "/inputSchema/properties/p/description"),
        (r#""default":"d""#, r#""default":"e""#, SchemaChanged, "/inputSchema/properties/p/default"),
        (r#"["a","b"]"#, r#"["a","b","c"]"#, SchemaChanged, "/inputSchema/properties/p/enum/2"),
        (r#"["a","b"]"#, r#"["b","a"]"#, SchemaChanged, "/inputSchema/properties/p/enum"),
        (r#""title":"P""#, r#""title":"Q""#, TextChanged, "/inputSchema/properties/p/title"),
        (r#""examples":["e"]"#, r#""examples":["f"]"#, TextChanged, "/inputSchema/properties/p/examples/0"),
        (r#""$comment":"c""#, r#""$comment":"d""#, TextChanged, "/inputSchema/properties/p/$comment"),
        (
            r#""title":{"type":"string"}"#,
            r#""title":{"type":"number"}"#,
            SchemaChanged,
            "/inputSchema/properties/title/type",
        ),
        (r#""required":["p"]"#, r#""required":[]"#, SchemaChanged, "/inputSchema/required/0"),
        (r#""x-own":"o""#, r#""x-own":"p""#, SchemaChanged, "/inputSchema/x-own"),
        ("Out.", "Out!", TextChanged, "/outputSchema/description"),
        (r#""readOnlyHint":true"#, r#""readOnlyHint":false"#, AnnotationChanged, "/annotations/readOnlyHint"),
        (r#""readOnlyHint":true,"#, "", AnnotationChanged, "/annotations/readOnlyHint"),
        (
            r#","annotations":{"readOnlyHint":true,"title":"A"}"#,
            r#","annotations":{"title":"A"}"#,
            AnnotationChanged,
            "/annotations/readOnlyHint",
        ),
        (r#","required":["p"],"x-own""#, r#","x-own""#, SchemaChanged, "/inputSchema/required/0"),
        (r#""title":"A""#, r#""title":"B""#, TextChanged, "/annotations/title"),
        ("https://x/y", "https://x/z", InfoChanged, "/icons/0/src"),
        (r#""taskSupport":"none""#, r#""taskSupport":"required""#, InfoChanged, "/execution/taskSupport"),
        (r#""k":"v""#, r#""k":"w""#, InfoChanged, "/_meta/k"),
        (r#""unknown":"u""#, r#""unknown":"v""#, InfoChanged, "/unknown"),
        (r#""unknown":"u""#, r#""unknown":"u","more":1"#, InfoChanged, "/more"),
        ("A prompt.", "A prompt!", TextChanged, "/description"),
        ("An a.", "An a!", TextChanged, "/arguments/0/description"),
        (r#""required":true"#, r#""required":false"#, SchemaChanged, "/arguments/0/required"),
        ("A resource.", "A resource!", TextChanged, "/description"),
        ("text/plain", "text/html", InfoChanged, "/mimeType"),
        ("A template.", "A template!", TextChanged, "/description"),
        ("A skill.", "A skill!", TextChanged, "/frontmatter/description"),
        ("Use well.", "Use well!", TextChanged, ""),
        (r#""version":"1""#, r#""version":"2""#, InfoChanged, "/version"),
        (r#""experimental":{"z":{}}"#, r#""experimental":{}"#, InfoChanged, "/experimental/z"),
    ] {
        let found = changes(from, to);
        let seen: Vec<_> = found.iter().map(|c| (c.kind, c.pointer.to_untrusted().raw().to_owned())).collect();
        assert_eq!(seen, [(kind, pointer.to_owned())], "{from} -> {to}");
    }
}

#[test]
fn hints_and_demands_that_come_as_a_whole_are_seen_one_by_one() {
    let bare = r#"[{"name":"a","inputSchema":{"type":"object","properties":{"p":{}}}}]"#;
    let full = r#"[{"name":"a","annotations":{"readOnlyHint":true,"destructiveHint":false},
        "inputSchema":{"type":"object","properties":{"p":{}},"required":["p"]}}]"#;
    let pointers = |c: Vec<Change>| c.iter().map(|c| c.pointer.to_untrusted().raw().to_owned()).collect::<Vec<_>>();
    let expected = ["/annotations/destructiveHint", "/annotations/readOnlyHint", "/inputSchema/required/0"];
    assert_eq!(pointers(compare(&snapshot(bare), &snapshot(full))), expected);
    assert_eq!(pointers(compare(&snapshot(full), &snapshot(bare))), expected);
    let empty = bare.replace(r#""name":"a","#, r#""name":"a","annotations":{},"#);
    assert_eq!(pointers(compare(&snapshot(bare), &snapshot(&empty))), ["/annotations"]);
}

#[test]
fn many_differences_are_cut_and_said() {
    let wide = |word: &str| {
        let members: Vec<String> = (0..5_000).map(|i| format!("\"k{i}\":\"{word}\"")).collect();
        format!("[{{\"name\":\"a\",\"_meta\":{{{}}}}}]", members.join(","))
    };
    let found = compare(&snapshot(&wide("x")), &snapshot(&wide("y")));
    assert_eq!(found.len(), 2_001);
    assert!(found.iter().any(|c| c.pointer.tokens().is_empty()));
}

#[test]
fn items_come_and_go_and_are_renamed() {
    let kinds = |c: Vec<Change>| c.into_iter().map(|c| c.kind).collect::<Vec<_>>();
    assert_eq!(kinds(changes(r#""name":"t""#, r#""name":"tt""#)), [ChangeKind::ItemRenamed]);
    let renamed = &changes(r#""name":"t""#, r#""name":"tt""#)[0];
    assert_eq!((renamed.old.as_ref(), renamed.new.as_ref()), (Some(&"t".into()), Some(&"tt".into())));
    let gone = compare(&snapshot(FULL), &snapshot(r#"{"tools":[]}"#));
    assert!(gone.iter().all(|c| c.kind == ChangeKind::ItemRemoved) && gone.len() == 8, "{gone:?}");
    let come = compare(&snapshot(r#"{"tools":[]}"#), &snapshot(FULL));
    assert!(come.iter().all(|c| c.kind == ChangeKind::ItemAdded && !c.added.is_empty()) && come.len() == 8);
}

#[test]
fn a_change_where_there_is_no_single_meaning_is_seen() {
    let a = snapshot(r#"[{"name":"a","x":1,"x":2}]"#);
    let b = snapshot(r#"[{"name":"a","x":3,"x":2}]"#);
    assert_eq!(compare(&a, &b).len(), 1);
    let c = snapshot(r#"[{"name":"a","x":"\ud800"}]"#);
    let d = snapshot(r#"[{"name":"a","x":"\udc00"}]"#);
    assert_eq!(compare(&c, &d).len(), 1);
}

#[test]
fn repeated_names_pair_by_content_first() {
    let a = snapshot(r#"[{"name":"a","x":1},{"name":"a","x":2}]"#);
    let b = snapshot(r#"[{"name":"a","x":2},{"name":"a","x":1},{"name":"a","x":3}]"#);
    let found = compare(&a, &b);
    assert_eq!(found.iter().map(|c| c.kind).collect::<Vec<_>>(), [ChangeKind::ItemAdded]);
}

#[test]
fn only_new_words_are_spans() {
    let found = changes("Does it.", "Does it. Then sends all to x.");
    let new = found[0].new.as_ref().expect("new words").raw();
    let spans: String = found[0].added.iter().map(|s| &new[s.0.clone()]).collect();
    assert_eq!(spans, " Then sends all to x.");
}

/// Words that occur nowhere else, so that nothing can be aligned.
fn noise(seed: u64, count: usize, bits: u32) -> String {
    let mut state = seed;
    let mut word = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        format!("{:x} ", state >> (64 - bits))
    };
    (0..count).map(|_| word()).collect()
}

#[test]
fn hostile_text_costs_a_bounded_number_of_steps() {
    // unlike, nearly alike in every other word, and two letters only: what each algorithm likes least
    for (old, new) in [
        (noise(1, 40_000, 14), noise(2, 40_000, 14)),
        (noise(1, 60_000, 1), noise(2, 60_000, 1)),
        (noise(1, 60_000, 40), noise(2, 60_000, 40)),
        ("a b ".repeat(50_000), "b a c ".repeat(40_000)),
        ("x ".repeat(100_000), "x y ".repeat(60_000)),
    ] {
        let mut work = Work::default();
        let chunks = words(&old, &new, &mut work);
        assert!(chunks.iter().any(|c| c.side == Side::Added));
        assert!(work.spent() <= 4_000_000, "{} steps", work.spent());
    }
}

#[test]
fn hostile_items_together_cost_no_more_than_one_budget_and_none_is_lost() {
    let list = |seed: u64| {
        let tool = |i: u64| format!(r#"{{"name":"t{i}","description":"{}"}}"#, noise(seed + i, 2_000, 2));
        format!("[{}]", (0..60).map(tool).collect::<Vec<_>>().join(","))
    };
    let (old, new) = (snapshot(&list(1)), snapshot(&list(1_000)));
    let mut work = Work::new(300_000);
    let found = compare_within(&old, &new, &mut work);
    assert!(work.spent() <= 300_000, "{} steps", work.spent());
    assert_eq!(found.len(), 60);
    assert!(found.iter().all(|c| c.kind == ChangeKind::TextChanged && !c.added.is_empty()));
    // two hundred items that might each be each of two hundred others
    let renamed = |prefix: &str| {
        let tool = |i: u64| format!(r#"{{"name":"{prefix}{i}","description":"{}"}}"#, noise(i, 400, 20));
        format!("[{}]", (0..200).map(tool).collect::<Vec<_>>().join(","))
    };
    let mut work = Work::new(2_000_000);
    compare_within(&snapshot(&renamed("a")), &snapshot(&renamed("b")), &mut work);
    assert!(work.spent() <= 2_000_000, "{} steps", work.spent());
}

#[test]
fn an_honest_change_costs_what_it_changed_however_long_the_text() {
    let spent = |words_before: usize| {
        let text = noise(3, words_before, 30);
        let changed = text.replacen(' ', " one new sentence ", 1).replace("7 ", "7, ");
        let few = text.replacen(' ', " one new sentence ", 1);
        let mut work = Work::default();
        words(&text, &few, &mut work);
        let once = work.spent();
        words(&text, &changed, &mut work);
        (once, work.spent() - once)
    };
    let ((short, many), (long, most)) = (spent(1_000), spent(10_000));
    assert!(long <= short + 8, "{short} and {long} steps");
    // ten times the text with ten times the changes: the steps of the shortest script, or of the anchors
    assert!(most <= 4_000_000 && many <= 4_000_000, "{many} and {most} steps");
}

proptest! {
    #[test]
    fn comparing_with_itself_gives_nothing_in_any_order(seed in any::<u64>()) {
        let mut document: serde_json::Value = serde_json::from_str(FULL).expect("JSON");
        shuffle(&mut document, &mut { seed });
        let shuffled = document.to_string();
        prop_assert_eq!(compare(&snapshot(FULL), &snapshot(&shuffled)), vec![]);
    }

    #[test]
    fn the_order_of_items_keys_and_pages_changes_nothing(seed in any::<u64>()) {
        let newer = FULL.replace("Does it.", "Does it twice.").replace("A prompt.", "Another prompt.").replace("\"d\"", "\"e\"");
        let expected = compare(&paged(FULL, 0), &paged(&newer, 0));
        prop_assert!(expected.len() >= 3);
        let other = |text: &str, seed: u64| {
            let mut document: serde_json::Value = serde_json::from_str(text).expect("JSON");
            shuffle(&mut document, &mut { seed });
            paged(&document.to_string(), seed)
        };
        let (old, new) = (other(FULL, seed), other(&newer, seed.rotate_left(17)));
        prop_assert_eq!(compare(&old, &other(FULL, seed ^ 0xabcdef)), vec![]);
        prop_assert_eq!(compare(&old, &new), expected);
    }

    #[test]
    fn the_chunks_rebuild_both_texts(
        (old, new) in prop_oneof![
            ("[a-d \n.]{0,60}", "[a-d \n.é]{0,60}").prop_map(|(a, b)| (a, b)),
            // a passage that came in, or went, at any place, beginning and end too
            ("[ab .\n]{0,12}", "[ab .\n]{1,8}", "[ab .\n]{0,12}").prop_map(|(a, x, b)| (format!("{a}{b}"), format!("{a}{x}{b}"))),
            ("[ab .\n]{0,12}", "[ab .\n]{1,8}", "[ab .\n]{0,12}").prop_map(|(a, x, b)| (format!("{a}{x}{b}"), format!("{a}{b}"))),
        ]
    ) {
        let chunks = words(&old, &new, &mut Work::default());
        let part = |keep: Side| -> String {
            chunks.iter().filter_map(|c| match c.side {
                Side::Removed if keep == Side::Removed => Some(&old[c.range.clone()]),
                Side::Removed => None,
                Side::Added if keep == Side::Removed => None,
                _ => Some(&new[c.range.clone()]),
            }).collect()
        };
        prop_assert_eq!(part(Side::Added), new.clone());
        prop_assert_eq!(part(Side::Removed), old.clone());
    }
}

/// The snapshot of a document whose lists come in another order, item by item or all on one page.
fn paged(text: &str, seed: u64) -> Snapshot {
    let text =
        text.replace(r#""tools": ["#, r#""tools": [{"name":"u","description":"Another."},{"name":"v","x":[1,2]},"#);
    let text =
        text.replace(r#""tools":["#, r#""tools":[{"name":"u","description":"Another."},{"name":"v","x":[1,2]},"#);
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    let mut manifest = crate::manifest::Manifest::default();
    manifest.add_server(&document.root, text.as_bytes(), &[]);
    for kind in ItemKind::ALL {
        let Some(list) = kind.list_key().and_then(|k| document.root.get(k)) else { continue };
        let mut items = list.elements().to_vec();
        let by = seed as usize % items.len().max(1);
        items.rotate_left(by);
        let size = if seed.is_multiple_of(2) { items.len().max(1) } else { 1 };
        for (page, part) in items.chunks(size).enumerate() {
            let list = crate::json::Node::made(crate::json::Value::Array(part.to_vec()));
            manifest.add_page(kind, &list, text.as_bytes(), &[], page as u32);
        }
    }
    Snapshot::of(&manifest)
}

fn shuffle(value: &mut serde_json::Value, state: &mut u64) {
    match value {
        serde_json::Value::Object(map) => {
            let mut members: Vec<_> = std::mem::take(map).into_iter().collect();
            *state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
            let by = (*state >> 33) as usize % members.len().max(1);
            members.rotate_left(by);
            for (key, mut inner) in members {
                shuffle(&mut inner, state);
                map.insert(key, inner);
            }
        }
        // only lists of items may change their order
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| shuffle(v, state)),
        _ => {}
    }
}

#[test]
fn an_element_put_in_front_changes_nothing_behind_it() {
    let list = |elements: &str| snapshot(&format!(r#"[{{"name":"a","_meta":{{"list":[{elements}]}}}}]"#));
    let found = compare(&list(r#""one","two","three""#), &list(r#""zero","one","two","three""#));
    let seen: Vec<_> = found.iter().map(|c| (c.pointer.to_untrusted(), c.old.clone(), c.new.clone())).collect();
    assert_eq!(seen, [("/_meta/list/0".into(), None, Some("zero".into()))]);
    // the same elements in another order are one change, which says so
    let found = compare(&list(r#"{"k":1},{"k":2}"#), &list(r#"{"k":2},{"k":1}"#));
    assert_eq!(found.len(), 1);
    let told = Told::of(&found).sentence(&found[0]).expect("a sentence").to_visible();
    assert_eq!(told, "the same elements in another order");
}

#[test]
fn arguments_are_found_by_their_names() {
    let prompt = |arguments: &str| snapshot(&format!(r#"{{"prompts":[{{"name":"p","arguments":[{arguments}]}}]}}"#));
    let (a, b) = (r#"{"name":"a","description":"One."}"#, r#"{"name":"b","description":"Two."}"#);
    let found =
        compare(&prompt(&format!("{a},{b}")), &prompt(&format!(r#"{{"name":"c"}},{b},{}"#, a.replace("One", "1"))));
    let seen: Vec<_> = found.iter().map(|c| (c.kind, c.pointer.to_untrusted())).collect();
    assert_eq!(
        seen,
        [
            (ChangeKind::SchemaChanged, "/arguments/0".into()),
            (ChangeKind::TextChanged, "/arguments/2/description".into())
        ]
    );
}

#[test]
fn kinds_of_items_do_not_mix() {
    let found = compare(&snapshot(r#"{"tools":[{"name":"a"}]}"#), &snapshot(r#"{"prompts":[{"name":"a"}]}"#));
    assert_eq!(
        found.iter().map(|c| (c.kind, c.item.kind)).collect::<Vec<_>>(),
        [(ChangeKind::ItemRemoved, ItemKind::Tool), (ChangeKind::ItemAdded, ItemKind::Prompt)]
    );
}

#[test]
fn what_a_launch_resolves_to_is_told_apart_by_what_changed_first() {
    let package = |kind: &'static str, name: &str, version: &str, integrity: &str, tree: &str| Package {
        kind,
        name: name.to_owned(),
        version: version.to_owned(),
        integrity: integrity.to_owned(),
        tree: tree.to_owned(),
    };
    let old = package("pypi", "calc", "1.4", "sha256:one sha256:two", "t");
    let at = |new: &Package| package_changed(&old, new).map(|c| c.pointer.to_untrusted().raw().to_owned());
    assert_eq!(at(&old), None);
    for (new, pointer) in [
        (package("npm", "calc", "1.4", "sha256:one sha256:two", "t"), "/version"),
        (package("pypi", "ca1c", "1.4", "sha256:one sha256:two", "t"), "/version"),
        (package("pypi", "calc", "1.5", "sha256:three", "u"), "/version"),
        (package("pypi", "calc", "1.4", "sha256:three", "u"), "/integrity"),
        (package("pypi", "calc", "1.4", "sha256:one sha256:two", "u"), "/tree"),
        // a publisher can add a file to a release: reported, for somebody may have taken over his account
        (package("pypi", "calc", "1.4", "sha256:one sha256:two sha256:three", "t"), "/files"),
    ] {
        assert_eq!(at(&new).as_deref(), Some(pointer), "{new:?}");
    }
}

#[test]
fn what_was_approved_before_scripts_were_followed_says_nothing_of_them() {
    let of = |all: &[(&str, &str)]| -> BTreeMap<Untrusted, Digest> {
        all.iter().map(|(path, text)| ((*path).into(), Digest::of(text.as_bytes()))).collect()
    };
    let now = of(&[("a.js", "1"), ("./package.json#mcp", "2"), ("./b.js by package.json#mcp", "3")]);
    for (old, changed) in [
        (of(&[("a.js", "1")]), 0),
        (of(&[("a.js", "0")]), 1),
        (of(&[("a.js", "1"), ("./package.json#mcp", "2")]), 1),
        (of(&[("a.js", "1"), ("./package.json#mcp", "0"), ("./b.js by package.json#mcp", "3")]), 1),
        (now.clone(), 0),
    ] {
        assert_eq!(programs_changed(&old, &now).len(), changed, "{old:?}");
    } // a path with the same letters is a program as any other
    let late = of(&[("a.js", "1"), ("dist/c#/late.js", "2")]);
    assert_eq!(programs_changed(&of(&[("a.js", "1")]), &late).len(), 1);
}

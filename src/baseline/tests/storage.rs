//! The folder on disk: crashes, links, absence.

use super::*;
use crate::baseline::folder::{FILE, unix_lines};

#[test]
fn a_crash_at_any_step_leaves_the_old_state_or_the_new_one() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    for stop in 0..20 {
        let _ = std::fs::remove_dir_all(&folder);
        write(&folder, &p.first, &mut |_| Ok(())).expect("written");
        let mut steps = 0;
        let outcome = write(&folder, &p.second, &mut |_| {
            steps += 1;
            if steps > stop { Err(std::io::Error::other("crash")) } else { Ok(()) }
        });
        let now = Files::read(&folder).expect("readable");
        let (old, new) = (now == p.first, now == p.second);
        assert!(old || new, "stopped after {stop}");
        assert!(outcome.is_err() || new, "stopped after {stop}");
        assert_eq!(state(&now), "ok");
    }
}

#[test]
fn a_folder_that_is_a_link_or_a_file_is_refused_and_absence_is_its_own_state() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    assert_eq!(Files::read(&folder).expect_err("absent"), State::Absent);
    write(&dir.path().join("real"), &p.first, &mut |_| Ok(())).expect("written");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("real"), &folder).expect("a link");
        assert_eq!(Files::read(&folder).expect_err("a link").word(), "malformed");
        assert!(write(&folder, &p.second, &mut |_| Ok(())).is_err());
        std::fs::remove_file(&folder).expect("removed");
        // one file of the folder that leads elsewhere
        for name in ["baseline.json", "trust.json", "approvals.jsonl", "servers"] {
            let inside = dir.path().join("real").join(name);
            let aside = dir.path().join(format!("aside-{name}"));
            std::fs::rename(&inside, &aside).expect("moved");
            std::os::unix::fs::symlink(&aside, &inside).expect("a link");
            assert_eq!(Files::read(&dir.path().join("real")).expect_err("a link").word(), "malformed", "{name}");
            std::fs::remove_file(&inside).expect("removed");
            std::fs::rename(&aside, &inside).expect("moved back");
        }
    }
    std::fs::write(&folder, b"x").expect("written");
    assert_eq!(Files::read(&folder).expect_err("a file").word(), "malformed");
}

#[test]
fn line_ends_that_a_checkout_turned_are_the_same_words() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    write(&folder, &p.second, &mut |_| Ok(())).expect("written");
    let path = folder.join("baseline.json");
    let turned = text(&std::fs::read(&path).expect("readable")).replace('\n', "\r\n");
    std::fs::write(&path, turned).expect("written");
    assert_eq!(state(&Files::read(&folder).expect("readable")), "ok");
}

#[test]
fn files_are_read_up_to_their_cap_and_no_byte_more() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    write(&folder, &p.empty, &mut |_| Ok(())).expect("written");
    assert_eq!(Files::read(&folder).expect("readable"), p.empty, "no baseline yet");
    let file = std::fs::File::create(folder.join("baseline.json")).expect("created");
    for (bytes, word) in [(FILE, "ok"), (FILE + 1, "malformed"), (FILE + 2, "malformed")] {
        file.set_len(bytes).expect("long");
        let read = Files::read(&folder);
        assert_eq!(read.as_ref().err().map_or("ok", State::word), word, "{bytes}");
        assert!(read.is_err() || read.is_ok_and(|f| f.baseline.is_some_and(|b| b.len() as u64 == bytes)));
    }
    std::fs::remove_file(folder.join("baseline.json")).expect("removed");
    std::fs::remove_dir_all(folder.join("servers")).expect("removed");
    assert_eq!(Files::read(&folder).expect("git keeps no empty folder"), p.empty);
    // a path through a file is not absence, which would only ask for an `init`
    assert_eq!(Files::read(&folder.join("trust.json/x")).expect_err("no folder").word(), "malformed");
}

#[test]
fn only_pairs_of_return_and_line_feed_are_turned() {
    for (from, to) in [("\r\n", "\n"), ("a\r\nb\rc\n\r", "a\nb\rc\n\r"), ("\r\r\n\n", "\r\n\n"), ("\n\n", "\n\n")] {
        assert_eq!(unix_lines(from.into()), to.as_bytes(), "{from:?}");
    }
}

#[test]
fn what_a_crash_moved_aside_is_put_back_only_where_nothing_stands() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let (folder, aside) = (dir.path().join(FOLDER), dir.path().join(format!("{FOLDER}.old")));
    write(&aside, &p.first, &mut |_| Ok(())).expect("written");
    assert_eq!(Files::read(&folder).expect("put back"), p.first);
    assert!(!aside.exists());
    // an empty folder is a state of its own, and what lies aside may be old
    std::fs::rename(&folder, &aside).expect("moved");
    std::fs::create_dir(&folder).expect("made");
    assert_eq!(Files::read(&folder).expect_err("empty").word(), "malformed");
    assert!(aside.exists());
    std::fs::remove_dir(&folder).expect("removed");
    std::fs::remove_dir_all(&aside).expect("removed");
    std::fs::write(&aside, b"x").expect("written");
    assert_eq!(Files::read(&folder).expect_err("a file").word(), "absent");
    assert!(aside.exists());
}

#[test]
fn files_of_the_users_own_move_along() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    write(&folder, &p.second, &mut |_| Ok(())).expect("written");
    std::fs::write(folder.join("README.md"), b"ours").expect("written");
    write(&folder, &p.empty, &mut |_| Ok(())).expect("written");
    assert_eq!(std::fs::read(folder.join("README.md")).expect("kept"), b"ours");
    assert_eq!(Files::read(&folder).expect("readable"), p.empty, "and nothing of the old state");
}

//! The folder on disk: crashes, links, absence.

use super::*;

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

//! `course new`: a skeleton that is complete but for its words.

use crate::builder::Tiny;

#[test]
fn the_skeleton_passes_check_but_for_what_is_to_write() {
    let tiny = Tiny::new();
    tiny.course("new 02-raft --exercise raft-node").succeeds();
    let ran = tiny.course("check --json");
    assert_eq!(ran.code, 1);
    let json = ran.json();
    let problems = json["problems"]
        .as_array()
        .or(json.as_array())
        .expect("a list");
    assert!(!problems.is_empty());
    for problem in problems {
        let message = problem["message"].as_str().expect("a message");
        assert!(message.starts_with("still to write"), "{problem}");
        assert!(!message.ends_with(['"', ']']), "{problem}");
    }
}

#[test]
fn a_module_that_is_half_written_stops_nobody_else_s() {
    let tiny = Tiny::accepted();
    tiny.course("new 02-raft").succeeds();
    tiny.course("publish").says(3, "still to write");
    tiny.course("publish 01-tiny").says(0, "nothing to do");
    tiny.course("accept 01-tiny --student bob").succeeds();
    tiny.course("grade 01-tiny-ada").says(0, "points 0/10");
}

#[test]
fn once_written_it_is_proven() {
    let tiny = Tiny::new();
    tiny.course("new 02-raft --exercise raft-node").succeeds();
    for entry in walkdir::WalkDir::new(tiny.path("assignments/02-raft")) {
        let entry = entry.expect("readable");
        if entry.file_type().is_file() {
            let text = std::fs::read_to_string(entry.path()).expect("text");
            std::fs::write(entry.path(), text.replace("TO WRITE: ", "")).expect("written");
        }
    }
    tiny.course("check").succeeds();
    tiny.course("verify 02-raft").succeeds();
}

#[test]
fn a_run_that_was_killed_half_way_is_finished_by_the_next() {
    let tiny = Tiny::new();
    let (manifest, classroom) = (tiny.read("Cargo.toml"), tiny.read("classroom.yml"));
    tiny.course("new 02-raft").succeeds();
    let whole = (tiny.read("Cargo.toml"), tiny.read("classroom.yml"));
    // The folder is made first; the two lists come after it.
    tiny.write("Cargo.toml", &manifest)
        .write("classroom.yml", &classroom);
    tiny.course("new 02-raft").succeeds();
    assert_eq!((tiny.read("Cargo.toml"), tiny.read("classroom.yml")), whole);
}

#[test]
fn an_indentation_of_the_author_s_own_is_kept() {
    let tiny = Tiny::new();
    tiny.edit("classroom.yml", "  01-tiny: {}", "    01-tiny: {}");
    tiny.course("new 02-raft").succeeds();
    assert!(
        tiny.read("classroom.yml")
            .contains("\n    01-tiny: {}\n    02-raft: {}\n")
    );
}

#[test]
fn what_stands_there_is_not_overwritten() {
    let tiny = Tiny::new();
    tiny.write("assignments/02-raft/README.md", "# Mine\n");
    tiny.course("new 02-raft")
        .says(3, "it stands there already");
    assert_eq!(tiny.read("assignments/02-raft/README.md"), "# Mine\n");
    tiny.course("new 01-tiny")
        .says(3, "it stands there already");
}

#[test]
fn a_name_that_is_none_is_refused() {
    let tiny = Tiny::new();
    tiny.course("new raft").says(3, "is no slug");
    tiny.course("new 2-raft").says(3, "is no slug");
    tiny.course("new 02-Raft").says(3, "is no slug");
    tiny.course("new 02-raft --exercise 9p")
        .says(3, "is no package name");
    tiny.course("new 02-raft --exercise stack")
        .says(3, "is in assignments/01-tiny/stack already");
}

//! `course plan`: which file comes from where.

use crate::builder::Tiny;

#[test]
fn every_file_has_a_source_and_a_rule() {
    let plan = Tiny::new().course("plan --json").succeeds().json();
    let text = plan.to_string();
    for (path, rule) in [
        ("stack/src/lib.rs", "starter"),
        ("stack/tests/stage_1_push_pop.rs", "starter"),
        ("MODULE.md", "copy"),
        ("RUBRIC.md", "template"),
        ("stack/HINTS.md", "template"),
        (".course/release.json", "release"),
    ] {
        let files = plan[0]["files"]
            .as_array()
            .unwrap_or_else(|| panic!("{text}"));
        let file = files
            .iter()
            .find(|file| file["path"] == path)
            .unwrap_or_else(|| panic!("{path} in {text}"));
        assert_eq!(file["rule"], rule, "{file}");
    }
    assert!(!text.contains("COMMENTARY"), "{text}");
    assert!(!text.contains("mistakes"), "{text}");
}

#[test]
fn the_plan_is_what_render_writes() {
    let tiny = Tiny::new();
    let plan = tiny.course("plan --json").succeeds().json();
    tiny.course("render --out out").succeeds();
    for file in plan[0]["files"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        assert!(tiny.path("out/01-tiny").join(path).is_file(), "{path}");
    }
}

#[test]
fn the_table_names_each_rule() {
    Tiny::new().course("plan").says(0, "starter");
}

#[test]
fn two_sources_of_one_file_are_refused() {
    let tiny = Tiny::new();
    tiny.write("assignments/01-tiny/RUBRIC.md", "# Mine\n");
    tiny.course("plan").says(3, "RUBRIC.md");
}

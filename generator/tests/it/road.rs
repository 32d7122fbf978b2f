//! The whole road in one command, as the README shows it.

use crate::builder::Tiny;

#[test]
fn the_demo_grades_the_starter_nothing_and_the_solution_everything() {
    let tiny = Tiny::new();
    let before = tiny.git(".", "init -q").len() + tiny.git(".", "add -A").len();
    assert_eq!(before, 0);
    tiny.write(".gitignore", "/target\n");
    tiny.git(".", "add -A");
    tiny.git(".", "commit -q -m course");
    let shown = tiny.course("demo").succeeds().stdout;
    assert!(shown.contains("the starter:  0 of 10 points"), "{shown}");
    assert!(shown.contains("the solution: 10 of 10 points"), "{shown}");
    assert_eq!(
        tiny.git(".", "status --porcelain"),
        "",
        "the working tree is clean"
    );
    let again = tiny.course("demo").succeeds().stdout;
    assert!(
        again.contains("0 outcomes built"),
        "proofs were stored: {again}"
    );
}

#[test]
fn every_verb_has_a_page_of_help_with_an_example() {
    let help = Tiny::new().course("--help").succeeds().stdout;
    let commands = help.split_once("Commands:").expect("a list of commands").1;
    let verbs: Vec<&str> = commands
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() >= 11, "{verbs:?}");
    for verb in verbs {
        let page = Tiny::new()
            .course(&format!("{verb} --help"))
            .succeeds()
            .stdout;
        assert!(
            page.contains("course ") && page.len() > 200,
            "{verb}: {page}"
        );
    }
    assert!(help.contains("Exit codes:"), "{help}");
}

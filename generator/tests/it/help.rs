//! The help of every verb, as it is printed, and what else makes the program easy to use.

use std::fs;
use std::process::Command;

use crate::builder::{Tiny, generator, run};

/// Every verb, in the order in which `course --help` lists them.
fn verbs() -> Vec<String> {
    listed(&Tiny::new().course("--help").succeeds().stdout)
}

/// The verbs that a help lists.
fn listed(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_is_as_pinned() {
    let tiny = Tiny::new();
    let mut printed = tiny.course("--help").succeeds().stdout;
    for verb in verbs() {
        let help = tiny.course(&format!("{verb} --help")).succeeds().stdout;
        printed.push_str(&format!("\n$ course {verb} --help\n{help}"));
        for below in listed(&help) {
            let words = format!("{verb} {below} --help");
            let help = tiny.course(&words).succeeds().stdout;
            printed.push_str(&format!("\n$ course {words}\n{help}"));
        }
    }
    crate::builder::assert_pinned("tests/it/help.txt", &printed);
}

#[test]
fn every_help_has_an_example() {
    let tiny = Tiny::new();
    let verbs = verbs();
    assert!(verbs.len() > 10, "{verbs:?}");
    for verb in verbs {
        let help = tiny.course(&format!("{verb} --help")).succeeds().stdout;
        assert!(
            help.contains("Example") && help.contains(&format!("course {verb}")),
            "{help}"
        );
    }
}

/// Runs `course` at a terminal, which util-linux's `script` provides.
#[cfg(target_os = "linux")]
fn at_a_terminal(tiny: &Tiny, words: &str, environment: &[(&str, &str)]) -> String {
    let words = format!("'{}' {words}", env!("CARGO_BIN_EXE_course"));
    let mut command = Command::new("script");
    command
        .args(["-qec", &words, "/dev/null"])
        .current_dir(tiny.root());
    command.env("TERM", "xterm-256color");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    let ran = run(command.envs(environment.iter().copied()));
    assert!(
        !ran.stdout.is_empty(),
        "`script` gives no terminal here: {ran:?}"
    );
    ran.stdout
}

#[cfg(target_os = "linux")]
#[test]
fn colours_are_for_terminals_that_want_them() {
    const ESCAPE: char = '\u{1b}';
    let tiny = Tiny::new();
    tiny.edit("classroom.yml", "title: A Tiny Course\n", "");
    for words in ["check", "plan"] {
        let coloured = at_a_terminal(&tiny, words, &[]);
        assert!(coloured.contains(ESCAPE), "{words}: {coloured:?}");
        let plain = at_a_terminal(&tiny, words, &[("NO_COLOR", "1")]);
        assert!(!plain.contains(ESCAPE), "{words}: {plain:?}");
        let piped = tiny.course(words);
        assert!(
            !format!("{}{}", piped.stdout, piped.stderr).contains(ESCAPE),
            "{words}"
        );
    }
}

#[test]
fn completions_name_every_verb_and_bash_can_read_them() {
    let tiny = Tiny::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = tiny
            .course(&format!("completions {shell}"))
            .succeeds()
            .stdout;
        for verb in verbs() {
            assert!(script.contains(&verb), "{shell}: {verb}");
        }
    }
    let script = tiny.course("completions bash").succeeds().stdout;
    tiny.write("completions.bash", &script);
    let words = "source completions.bash; COMP_WORDS=(course rend); COMP_CWORD=1; _course course rend; echo ${COMPREPLY[0]}";
    let ran = run(Command::new("bash")
        .args(["-c", words])
        .current_dir(tiny.root()));
    assert_eq!(ran.succeeds().stdout.trim(), "render");
}

#[test]
fn each_verb_has_a_manual_page() {
    let tiny = Tiny::new();
    assert!(
        tiny.course("man")
            .succeeds()
            .stdout
            .contains(".TH course 1")
    );
    tiny.course("man --out man").succeeds();
    for verb in verbs() {
        let page = tiny.read(&format!("man/course-{verb}.1"));
        assert!(page.contains("Example"), "{verb}: {page}");
    }
}

#[test]
fn the_doctor_says_what_is_there() {
    let needs = Tiny::new().course("doctor --json").succeeds().json();
    for need in needs.as_array().expect("needs") {
        let met = !need["found"].is_null();
        assert!(met || need["weight"] == "optional", "{need}");
        assert_eq!(met, need["wrong"].is_null(), "{need}");
    }
}

#[cfg(unix)]
#[test]
fn the_doctor_says_what_is_missing_what_it_costs_and_what_mends_it() {
    let tiny = Tiny::new();
    let bare = |words: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command.args(words.split(' ')).current_dir(tiny.root());
        command
            .env("PATH", "/nonexistent")
            .env_remove("CARGO")
            .env_remove("RUSTC");
        run(&mut command)
    };
    let ran = bare("doctor");
    for said in [
        "missing  cargo ",
        "without  git ",
        "cost: nobody can clone or push here",
        "mend: rustup component add clippy",
    ] {
        assert!(ran.stdout.contains(said), "`{said}` in {}", ran.stdout);
    }
    assert_eq!(ran.code, 1);
    let needs = bare("doctor --json").json();
    for need in needs.as_array().expect("needs") {
        for key in ["cost", "remedy"] {
            assert!(!need[key].as_str().unwrap_or_default().is_empty(), "{need}");
        }
    }
}

#[test]
fn the_doctor_compares_the_compiler_with_the_course_s() {
    let tiny = Tiny::new();
    tiny.edit("classroom.yml", "rust: \"1.95.0\"", "rust: \"1.0.0\"");
    tiny.course("doctor")
        .says(1, "and classroom.yml says 1.0.0")
        .says(1, "rustup toolchain install 1.0.0 && rustup default 1.0.0");
    // A machine can be examined outside of a course, too.
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    let elsewhere = tempfile::tempdir().expect("a folder");
    run(command.arg("doctor").current_dir(elsewhere.path())).says(0, "course: none here or above");
    let left = fs::read_dir(elsewhere.path()).expect("a folder").count();
    assert_eq!(left, 0, "nothing stays of an examination");
}

#[test]
fn the_readme_names_every_verb() {
    let readme = fs::read_to_string(generator().join("../README.md")).expect("a README");
    for verb in verbs() {
        assert!(
            readme.contains(&format!("`{verb}`"))
                || readme.contains(&format!("course {verb}"))
                || readme.contains(&format!("│ {verb} ")),
            "{verb}"
        );
    }
}

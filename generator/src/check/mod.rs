//! Every problem of the source in one sorted list.

mod assertions;
mod commentary;
mod editable;
mod enrolment;
mod gates;
mod leaks;
mod links;
mod manifests;
mod points;
mod regions;
mod stages;
mod test_rules;
mod texts;
mod unfinished;
mod values;

pub use manifests::MAX_SLUG;
pub use values::{is_line, is_package_name};

use crate::course::{Course, Problem};

/// A rule that a course obeys.
pub struct Check {
    /// The rule as a sentence.
    pub sentence: &'static str,
    /// Finds where it is broken.
    pub find: fn(&Course) -> Vec<Problem>,
}

/// All rules. What a file's format demands (schema, unknown keys, markers) is found while reading it.
pub const CHECKS: &[Check] = &[
    Check {
        sentence: "texts are UTF-8 with Unix line ends",
        find: texts::texts_are_plain,
    },
    Check {
        sentence: "slugs, folders and package names agree, and no package name stands twice",
        find: manifests::names_agree,
    },
    Check {
        sentence: "exercises and stages have plain names",
        find: values::names_are_plain,
    },
    Check {
        sentence: "titles and the like stand in one line",
        find: values::texts_fit_a_line,
    },
    Check {
        sentence: "hours are hours",
        find: values::hours_are_hours,
    },
    Check {
        sentence: "organisation, forge, version, author and dates of classroom.yml can be used",
        find: values::the_classroom_is_sound,
    },
    Check {
        sentence: "students enrol in a repository of its own, and the roster is in another",
        find: enrolment::enrolling_has_repositories_of_its_own,
    },
    Check {
        sentence: "the templates of student repositories and of feedback are there",
        find: values::templates_are_there,
    },
    Check {
        sentence: "what a stage says to read is there",
        find: values::what_is_to_be_read_is_there,
    },
    Check {
        sentence: "every exercise is a member of the workspace",
        find: manifests::exercises_are_members,
    },
    Check {
        sentence: "an assignment's lock file is there and agrees with the workspace's",
        find: manifests::locks_agree,
    },
    Check {
        sentence: "students may change what they are to write, and nothing else",
        find: editable::students_may_change_what_they_write,
    },
    Check {
        sentence: "a complete assignment has its pages and at least one exercise",
        find: stages::assignments_are_whole,
    },
    Check {
        sentence: "every stage has a public test target, a scored test and a solution region",
        find: stages::stages_have_tests,
    },
    Check {
        sentence: "every stage has three hints",
        find: stages::stages_have_hints,
    },
    Check {
        sentence: "every stage has a mistake",
        find: stages::stages_have_mistakes,
    },
    Check {
        sentence: "every stage has its section in the handout",
        find: stages::stages_have_sections,
    },
    Check {
        sentence: "every test file belongs to a stage",
        find: stages::test_files_belong_to_stages,
    },
    Check {
        sentence: "points add up",
        find: points::points_add_up,
    },
    Check {
        sentence: "region ids are unique and their stages exist",
        find: regions::ids_and_stages_hold,
    },
    Check {
        sentence: "a region without a stub line ends a function body",
        find: regions::bodies_without_stub_end_functions,
    },
    Check {
        sentence: "a stub's text names its own stage",
        find: regions::stubs_name_their_stage,
    },
    Check {
        sentence: "should_panic says what it expects, and no stub says the same",
        find: test_rules::panics_are_expected,
    },
    Check {
        sentence: "tests name what they import and compare by assert_eq!",
        find: test_rules::tests_compare_plainly,
    },
    Check {
        sentence: "no test expands a macro of its exercise",
        find: test_rules::tests_expand_no_macro_of_the_exercise,
    },
    Check {
        sentence: "gates have a name, a stage and what their kind demands, and are few",
        find: gates::gates_are_sound,
    },
    Check {
        sentence: "guards and retired tests name tests that exist",
        find: test_rules::declarations_name_tests,
    },
    Check {
        sentence: "links lead somewhere, also in the student's repository",
        find: links::links_lead_somewhere,
    },
    Check {
        sentence: "the commentary names only what the code has",
        find: commentary::symbols_exist,
    },
    Check {
        sentence: "nothing that students get gives a secret away",
        find: leaks::nothing_leaks,
    },
    Check {
        sentence: "nothing is left to write",
        find: unfinished::nothing_is_left,
    },
];

/// Runs all checks and adds what reading found; sorted by file and line, each problem once.
pub fn problems(course: &Course, found_reading: Vec<Problem>) -> Vec<Problem> {
    let mut problems = found_reading;
    problems.extend(CHECKS.iter().flat_map(|check| (check.find)(course)));
    problems.sort();
    problems.dedup();
    problems
}

/// Whether a problem is only that something is still to be written: code can be proven before its texts
/// are there.
pub fn is_unfinished(problem: &Problem) -> bool {
    unfinished::is_mark(problem)
}

/// A problem in a file of an assignment.
fn at_settings(slug: &str, text: &str, keys: &[&str], message: String, remedy: &str) -> Problem {
    let line = crate::course::settings::line_of(text, keys);
    Problem::new(settings_path(slug), line, message, remedy)
}

fn settings_path(slug: &str) -> String {
    format!("assignments/{slug}/assignment.toml")
}

fn settings_text<'a>(course: &'a Course, slug: &str) -> &'a str {
    course.files.text(&settings_path(slug)).unwrap_or_default()
}

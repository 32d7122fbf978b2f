//! What an assignment, an exercise and a stage consist of.

use super::{at_settings, settings_text};
use crate::course::assignment::{Exercise, Stage};
use crate::course::assignment_file::Status;
use crate::course::markdown::Page;
use crate::course::region::Kind;
use crate::course::{Course, Problem};

/// All stages with where `assignment.toml` names them.
fn each_stage(
    course: &Course,
    find: impl Fn(&Exercise, &Stage) -> Option<(String, String)>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let text = settings_text(course, &assignment.slug);
        for (index, exercise) in assignment.exercises.iter().enumerate() {
            for stage in &exercise.stages {
                if let Some((message, remedy)) = find(exercise, stage) {
                    let keys = [
                        "exercise",
                        &index.to_string(),
                        "stage",
                        &(stage.number - 1).to_string(),
                        "name",
                    ];
                    problems.push(at_settings(&assignment.slug, text, &keys, message, &remedy));
                }
            }
        }
    }
    problems
}

pub(super) fn assignments_are_whole(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for assignment in &course.assignments {
        let slug = &assignment.slug;
        let text = settings_text(course, slug);
        if assignment.pages.text("README.md").is_none() {
            problems.push(at_settings(
                slug,
                text,
                &[],
                "the module page README.md is missing".to_owned(),
                "write it beside this file",
            ));
        }
        if assignment.file.status == Status::Roadmap {
            continue;
        }
        if assignment.exercises.is_empty() {
            problems.push(at_settings(
                slug,
                text,
                &["status"],
                "it is complete and has no exercise".to_owned(),
                "add an [[exercise]], or set status = \"roadmap\"",
            ));
        }
        if assignment.pages.text("RESOURCES.md").is_none() {
            problems.push(at_settings(
                slug,
                text,
                &[],
                "RESOURCES.md is missing".to_owned(),
                "write it beside this file",
            ));
        }
        if !assignment
            .pages
            .paths()
            .any(|path| path.starts_with("lectures/") && path.ends_with(".md"))
        {
            problems.push(at_settings(
                slug,
                text,
                &[],
                "there is no lecture".to_owned(),
                "write lectures/01-title.md",
            ));
        }
        for (index, exercise) in assignment.exercises.iter().enumerate() {
            let keys = ["exercise", &index.to_string(), "name"];
            for file in ["src/lib.rs", "README.md", "COMMENTARY.md", "hints.toml"] {
                if exercise.files.text(file).is_none() {
                    problems.push(at_settings(
                        slug,
                        text,
                        &keys,
                        format!("{}/{file} is missing", exercise.folder()),
                        "write it",
                    ));
                }
            }
            if exercise.stages.is_empty() {
                problems.push(at_settings(
                    slug,
                    text,
                    &keys,
                    format!("`{}` has no stage", exercise.name()),
                    "add an [[exercise.stage]]",
                ));
            }
        }
    }
    problems
}

pub(super) fn stages_have_tests(course: &Course) -> Vec<Problem> {
    each_stage(course, |exercise, stage| {
        let number = stage.number;
        let target = format!("tests/{}.rs", stage.target());
        let worked_on = |region: &crate::course::region::Region| {
            region.kind == Kind::Solution { stage: number }
        };
        if exercise.files.text(&target).is_none() {
            Some((
                format!("stage {number} has no test target"),
                format!("write {}/{target}", exercise.folder()),
            ))
        } else if stage.scored().next().is_none() {
            Some((
                format!("stage {number} has no scored test"),
                format!("write one in {}/{target}", exercise.folder()),
            ))
        } else if !exercise.regions.values().flatten().any(worked_on) {
            Some((
                format!("stage {number} has no solution region"),
                format!("mark what it adds with `// region: solution stage={number} id`"),
            ))
        } else {
            None
        }
    })
}

pub(super) fn stages_have_hints(course: &Course) -> Vec<Problem> {
    each_stage(course, |exercise, stage| {
        let path = format!("{}/hints.toml", exercise.folder());
        let name = &stage.entry.name;
        match exercise.hints.get(name) {
            None => Some((
                format!("stage {} has no hints", stage.number),
                format!("write [{name}] in {path}"),
            )),
            Some(hints)
                if [&hints.question, &hints.pointer, &hints.pseudo_code]
                    .iter()
                    .any(|hint| hint.trim().is_empty()) =>
            {
                Some((
                    format!("a hint of stage {} is empty", stage.number),
                    format!("write it in {path}"),
                ))
            }
            Some(_) => None,
        }
    })
}

pub(super) fn stages_have_mistakes(course: &Course) -> Vec<Problem> {
    let mut problems = each_stage(course, |exercise, stage| {
        let has = exercise
            .mistakes
            .iter()
            .any(|mistake| mistake.header.stage == stage.number);
        // One that cannot be read has its own problem.
        let unread = format!("mistakes/stage-{}-", stage.number);
        let has = has || exercise.files.paths().any(|path| path.starts_with(&unread));
        (!has).then(|| {
            (
                format!("stage {} has no mistake", stage.number),
                format!(
                    "write {}/mistakes/stage-{}-name.patch",
                    exercise.folder(),
                    stage.number
                ),
            )
        })
    });
    for exercise in course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
    {
        for mistake in &exercise.mistakes {
            let stage = mistake.header.stage;
            let path = format!("{}/{}", exercise.folder(), mistake.path);
            if stage == 0 || stage > exercise.stages.len() {
                problems.push(Problem::new(
                    path.clone(),
                    1,
                    format!("it names stage {stage}, which does not exist"),
                    "name the stage whose tests must catch it",
                ));
            }
            if let Some(late) = mistake
                .header
                .also_fails
                .iter()
                .find(|other| **other >= stage)
            {
                problems.push(Problem::new(
                    path,
                    1,
                    format!("also_fails names stage {late}, which is not before its own"),
                    "name earlier stages only",
                ));
            }
        }
    }
    problems
}

pub(super) fn stages_have_sections(course: &Course) -> Vec<Problem> {
    each_stage(course, |exercise, stage| {
        let page = Page::parse(exercise.files.text("README.md").unwrap_or_default());
        let heading = format!("Stage {}: {}", stage.number, stage.entry.title);
        let has = page
            .headings
            .iter()
            .any(|(_, level, title)| *level == 2 && *title == heading);
        (!has).then(|| {
            (
                format!("the handout has no section for stage {}", stage.number),
                format!("head it `## {heading}` in {}/README.md", exercise.folder()),
            )
        })
    })
}

pub(super) fn test_files_belong_to_stages(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for exercise in course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
    {
        let targets = exercise.test_targets();
        for path in exercise.files.paths() {
            let top = path.strip_prefix("tests/").or(path.strip_prefix("hidden/"));
            if !top.is_some_and(|name| name.ends_with(".rs") && !name.contains('/')) {
                continue;
            }
            let ours = targets
                .iter()
                .find(|target| target.path == path)
                .is_some_and(|target| {
                    exercise.stages.iter().any(|stage| {
                        stage.number == target.stage
                            && (target.hidden || stage.target() == target.name)
                    })
                });
            if !ours {
                problems.push(Problem::new(
                    format!("{}/{path}", exercise.folder()),
                    1,
                    "it belongs to no stage",
                    "name it tests/stage_N_name.rs after the stage, or hidden/stage_N_anything.rs",
                ));
            }
        }
    }
    problems
}

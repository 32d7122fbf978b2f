//! Regions beyond the form of their markers.

use std::collections::BTreeMap;

use crate::course::assignment::Exercise;
use crate::course::region::{self, Kind, Region};
use crate::course::{Course, Problem};

fn each_region(course: &Course) -> impl Iterator<Item = (&Exercise, &str, &Region)> {
    course
        .assignments
        .iter()
        .flat_map(|assignment| &assignment.exercises)
        .flat_map(|exercise| {
            exercise.regions.iter().flat_map(move |(path, regions)| {
                regions
                    .iter()
                    .map(move |region| (exercise, path.as_str(), region))
            })
        })
}

pub(super) fn ids_and_stages_hold(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = BTreeMap::new();
    for (exercise, path, region) in each_region(course) {
        let place = format!("{}/{path}", exercise.folder());
        if let Some((path, line)) =
            seen.insert((exercise.folder(), &region.id), (path, region.open))
        {
            problems.push(Problem::new(
                place.clone(),
                region.open,
                format!("the region id `{}` stands at {path}:{line} too", region.id),
                "rename one of them",
            ));
        }
        let in_tests = path.starts_with("tests/") || path.starts_with("hidden/");
        match region.kind {
            Kind::Solution { stage } if stage > exercise.stages.len() => {
                problems.push(Problem::new(
                    place,
                    region.open,
                    format!(
                        "the region `{}` is of stage {stage}, and the exercise has {}",
                        region.id,
                        exercise.stages.len()
                    ),
                    "name a stage that exists",
                ));
            }
            Kind::Solution { .. } if in_tests => {
                problems.push(Problem::new(
                    place,
                    region.open,
                    "a solution region in a test",
                    "tests are shipped whole; only hidden regions are cut from them",
                ));
            }
            _ => {}
        }
    }
    problems
}

pub(super) fn bodies_without_stub_end_functions(course: &Course) -> Vec<Problem> {
    each_region(course)
        .filter(|(exercise, path, region)| {
            let text = exercise.files.text(path).unwrap_or_default();
            matches!(region.kind, Kind::Solution { .. })
                && !region.has_stub()
                && !region::ends_function_body(text, region)
        })
        .map(|(exercise, path, region)| {
            Problem::new(
                format!("{}/{path}", exercise.folder()),
                region.open,
                format!(
                    "the region `{}` has no stub line and does not end a function body",
                    region.id
                ),
                "add a `//=` line with the starter's text (empty where nothing stays)",
            )
        })
        .collect()
}

pub(super) fn stubs_name_their_stage(course: &Course) -> Vec<Problem> {
    each_region(course)
        .filter_map(|(exercise, path, region)| {
            let (from, _) = region.stub_lines().find(|(from, text)| {
                let named = region
                    .next_form(*from)
                    .map(|stage| format!("\"stage {stage}: "));
                text.split_once("todo!(")
                    .is_some_and(|(_, rest)| !named.is_some_and(|named| rest.starts_with(&named)))
            })?;
            let stage = region.next_form(from)?;
            Some(Problem::new(
                format!("{}/{path}", exercise.folder()),
                region.open,
                format!(
                    "a stub of the region `{}` does not say that it waits for stage {stage}",
                    region.id
                ),
                format!("write `todo!(\"stage {stage}: what to do\")`"),
            ))
        })
        .collect()
}

//! Links between pages, in the source and in what students get of it.

use crate::course::assignment::is_shipped;
use crate::course::markdown::Page;
use crate::course::{Course, Problem};

pub(super) fn links_lead_somewhere(course: &Course) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in course.files.texts() {
        if !path.ends_with(".md") {
            continue;
        }
        for (line, link) in Page::parse(text).links {
            let problem = |message: String, remedy: &str| Problem::new(path, line, message, remedy);
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            if file.contains(':') || file.starts_with("//") {
                continue;
            }
            let target = if file.is_empty() {
                path.to_owned()
            } else {
                resolve(path, file)
            };
            let target = target.trim_end_matches('/');
            let folder = format!("{target}/");
            if course.files.get(target).is_none()
                && !course.files.paths().any(|known| known.starts_with(&folder))
            {
                // The program and its pages stand beside the course; the course does not read them.
                if target.starts_with("generator")
                    || !target.contains('/')
                    || target.starts_with('.')
                {
                    continue;
                }
                problems.push(problem(
                    format!("the link `{link}` leads nowhere"),
                    "mend the path",
                ));
            } else if !anchor.is_empty()
                && target.ends_with(".md")
                && !Page::parse(course.files.text(target).unwrap_or_default())
                    .anchors()
                    .any(|known| known == anchor)
            {
                problems.push(problem(
                    format!("the link `{link}` names a heading that {target} does not have"),
                    "mend the part after `#`",
                ));
            } else if goes_to_students(course, path) && !goes_to_students(course, target) {
                problems.push(problem(
                    format!("the link `{link}` leads to what students do not get"),
                    "remove it, or say it in words",
                ));
            }
        }
    }
    problems
}

/// Whether a file (or the files of a folder) of the source stands in a student's repository.
fn goes_to_students(course: &Course, path: &str) -> bool {
    let Some((slug, inside)) = path
        .strip_prefix("assignments/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let Some(assignment) = course
        .assignments
        .iter()
        .find(|assignment| assignment.slug == slug)
    else {
        return false;
    };
    match assignment
        .exercises
        .iter()
        .find_map(|exercise| inside.strip_prefix(exercise.name()))
    {
        Some(inside) => is_shipped(inside.trim_start_matches('/')),
        None => inside != "assignment.toml",
    }
}

fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

//! The skeleton of a new assignment: complete in form, with a mark wherever its author has to write.

use crate::course::Course;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::liquid;

/// Where the skeleton's files live.
const SKELETON: &str = "templates/assignment/";
/// The folder in it that becomes the exercise.
const EXERCISE: &str = "EXERCISE/";

/// The folder of a new assignment with one exercise.
///
/// # Errors
///
/// Refuses a course without these templates and a template that cannot be filled in.
pub fn skeleton(course: &Course, title: &str, exercise: &str) -> Result<FileTree> {
    let values = ::liquid::object!({
        "title": title,
        "exercise": exercise,
        "crate": exercise.replace('-', "_"),
    });
    let mut tree = FileTree::default();
    for (source, file) in course.files.iter() {
        let Some(path) = source.strip_prefix(SKELETON) else {
            continue;
        };
        let path = match path.strip_prefix(EXERCISE) {
            Some(inside) => format!("{exercise}/{inside}"),
            None => path.to_owned(),
        };
        match (path.strip_suffix(".liquid"), course.files.text(source)) {
            (Some(path), Some(text)) => {
                tree.insert_text(path, liquid::fill(source, text, &values)?)
            }
            _ => tree.insert(path, file.clone()),
        }
    }
    if tree.is_empty() {
        return Err(Error::input(format!(
            "{SKELETON}: it is missing; restore it"
        )));
    }
    Ok(tree)
}

/// The text of the workspace's manifest with one more member.
///
/// # Errors
///
/// Refuses a manifest without a list of members.
pub fn with_member(manifest: &str, member: &str) -> Result<String> {
    let refuse = |what: String| Error::input(format!("Cargo.toml: {what}; mend it and run again"));
    let mut manifest: toml_edit::DocumentMut = manifest
        .parse()
        .map_err(|error: toml_edit::TomlError| refuse(error.message().to_owned()))?;
    let members = manifest
        .get_mut("workspace")
        .and_then(|workspace| workspace.get_mut("members"))
        .and_then(|members| members.as_array_mut())
        .ok_or_else(|| refuse("there is no [workspace] with members".to_owned()))?;
    if !members.iter().any(|known| known.as_str() == Some(member)) {
        // A line of its own, as the others have.
        let mut value = toml_edit::Value::from(member);
        value.decor_mut().set_prefix("\n    ");
        members.push_formatted(value);
        members.set_trailing_comma(true);
        members.set_trailing("\n");
    }
    Ok(manifest.to_string())
}

/// The text of `classroom.yml` with one more assignment, all else as it is written.
///
/// # Errors
///
/// Refuses a file without a block `assignments:`.
pub fn with_assignment(classroom: &str, slug: &str) -> Result<String> {
    let entry = format!("{slug}:");
    if classroom
        .lines()
        .any(|line| line.trim_start().starts_with(&entry))
    {
        return Ok(classroom.to_owned());
    }
    let mut lines: Vec<String> = classroom.lines().map(str::to_owned).collect();
    let Some(start) = lines
        .iter()
        .position(|line| line.trim_end() == "assignments:")
    else {
        return Err(Error::input(
            "classroom.yml: there is no line `assignments:` of its own; write one and run again",
        ));
    };
    let block = lines[start + 1..]
        .iter()
        .take_while(|line| line.starts_with(' '))
        .count();
    // As far in as its neighbours.
    let first = lines
        .get(start + 1)
        .filter(|_| block > 0)
        .map_or("  x", String::as_str);
    let indent = &first[..first.len() - first.trim_start().len()];
    lines.insert(start + 1 + block, format!("{indent}{entry} {{}}"));
    Ok(lines.join("\n") + "\n")
}

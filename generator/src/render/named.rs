//! A repository as a template of cargo-generate, and what cargo-generate makes of it.
//!
//! cargo-generate prefers `X.liquid` over `X`, so a repository carries both: `Cargo.toml` for students, and
//! beside it the template of the same manifest for people who generate a project under a name of their own.

use toml_edit::{DocumentMut, Item, Table, value};

use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::liquid;
use crate::plan::CARGO_GENERATE;

const SUFFIX: &str = ".liquid";

/// The variable that cargo-generate fills in.
const PROJECT_NAME: &str = "project-name";

/// The manifest with the project's name for its package. The library keeps its name: tests and examples
/// `use` it.
pub(super) fn manifest_template(path: &str, text: &str) -> Result<String> {
    let mut manifest = parse(path, text)?;
    let package = package_name(path, text)?;
    let mut name = value(format!("{{{{{PROJECT_NAME}}}}}"));
    if let (Some(new), Some(old)) = (name.as_value_mut(), manifest["package"]["name"].as_value()) {
        // The comment behind the old name stays.
        *new.decor_mut() = old.decor().clone();
    }
    manifest["package"]["name"] = name;
    let library = manifest.entry("lib").or_insert(Item::Table(Table::new()));
    if library.get("name").is_none() {
        library["name"] = value(package.replace('-', "_"));
    }
    Ok(raw_but_for_the_name(&manifest.to_string()))
}

/// The manifest of a package that depends on the exercise, which bears the project's name.
pub(super) fn dependency_template(path: &str, text: &str, exercise: &str) -> Result<String> {
    let mut manifest = parse(path, text)?;
    for table in ["dependencies", "dev-dependencies"] {
        let dependency = manifest
            .get_mut(table)
            .and_then(|table| table.get_mut(exercise))
            .and_then(Item::as_table_like_mut);
        if let Some(dependency) = dependency {
            dependency.insert("package", value(format!("{{{{{PROJECT_NAME}}}}}")));
            dependency.fmt();
        }
    }
    Ok(raw_but_for_the_name(&manifest.to_string()))
}

/// The package that a manifest is of.
///
/// # Errors
///
/// Refuses a text that is no manifest of a package; `path` names it.
pub fn package_name(path: &str, text: &str) -> Result<String> {
    let manifest = parse(path, text)?;
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name"));
    let name = package.and_then(Item::as_str).map(str::to_owned);
    name.ok_or_else(|| Error::input(format!("{path}: no package with a name in it")))
}

fn parse(path: &str, text: &str) -> Result<DocumentMut> {
    let document = text.parse::<DocumentMut>();
    document.map_err(|error| Error::input(format!("{path}: {}", error.message())))
}

/// Keeps Liquid away from whatever else in the text has braces.
fn raw_but_for_the_name(text: &str) -> String {
    let name = format!("{{{{{PROJECT_NAME}}}}}");
    let parts = text.split(&name).map(|part| {
        if part.contains("{{") || part.contains("{%") {
            format!("{{% raw %}}{part}{{% endraw %}}")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join(&name)
}

/// What cargo-generate makes of a rendered repository for a project of this name: templates take the place
/// of what they stand beside, and what only cargo-generate reads is gone.
///
/// # Errors
///
/// Refuses a template that cannot be filled in.
pub fn generated(rendered: &FileTree, name: &str) -> Result<FileTree> {
    let mut tree = rendered.clone();
    tree.remove(CARGO_GENERATE);
    let values = ::liquid::object!({ PROJECT_NAME: name });
    for (path, text) in rendered.texts() {
        if let Some(made) = path.strip_suffix(SUFFIX) {
            tree.remove(path);
            tree.insert_text(made, liquid::fill(path, text, &values)?);
        }
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_package_is_named_and_its_library_stays() {
        let text = "[package]\nname = \"lru-cache\" # here\nedition = \"2024\"\n\n[lints]\nworkspace = true\n";
        let template = manifest_template("Cargo.toml", text).expect("a template");
        let mut rendered = FileTree::default();
        rendered.insert_text("Cargo.toml", text);
        rendered.insert_text("Cargo.toml.liquid", template);
        let made = generated(&rendered, "my-cache").expect("generated");
        assert_eq!(
            made.text("Cargo.toml"),
            Some(
                "[package]\nname = \"my-cache\" # here\nedition = \"2024\"\n\n[lints]\nworkspace = true\n\n[lib]\nname = \"lru_cache\"\n"
            )
        );
        assert_eq!(made.len(), 1);
    }

    #[test]
    fn a_gate_package_calls_the_exercise_by_its_new_name() {
        let text = "[package]\nname = \"lru-cache-gates\"\n\n[dev-dependencies]\nlru-cache = { path = \"..\" }\n";
        let template =
            dependency_template("gates/Cargo.toml", text, "lru-cache").expect("a template");
        let mut rendered = FileTree::default();
        rendered.insert_text("gates/Cargo.toml.liquid", template);
        let made = generated(&rendered, "my-cache").expect("generated");
        let wanted = text.replace(
            "{ path = \"..\" }",
            "{ path = \"..\", package = \"my-cache\" }",
        );
        assert_eq!(made.text("gates/Cargo.toml"), Some(wanted.as_str()));
    }

    #[test]
    fn braces_of_the_manifest_s_own_survive() {
        let text = "[package]\nname = \"a\"\ndescription = \"{{ not ours }} {% nor this %}\"\n\n[lib]\nname = \"b\"\n";
        let template = manifest_template("Cargo.toml", text).expect("a template");
        let mut rendered = FileTree::default();
        rendered.insert_text("Cargo.toml.liquid", template);
        let made = generated(&rendered, "c").expect("generated");
        let wanted = text.replace("name = \"a\"", "name = \"c\"");
        assert_eq!(made.text("Cargo.toml"), Some(wanted.as_str()));
    }
}

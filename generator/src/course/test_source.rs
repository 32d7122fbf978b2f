//! Which tests a file holds, read from its text.

/// A test function as it stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFn {
    /// The function's name.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
    /// The attribute `should_panic`, if any, as it is written.
    pub should_panic: Option<String>,
}

impl TestFn {
    /// The words that it must panic with, as they are written in its attribute.
    pub fn expected_panic(&self) -> Option<&str> {
        let attribute = self.should_panic.as_deref()?;
        let (_, rest) = attribute.split_once('"')?;
        Some(rest.rsplit_once('"')?.0)
    }
}

/// Finds the functions marked `#[test]`, also inside `proptest!`. The proof compares this list with
/// the one the test program prints, so what this reading misses is noticed.
pub fn tests(text: &str) -> Vec<TestFn> {
    let mut found = Vec::new();
    let mut marked = false;
    let mut should_panic = None;
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text == "#[test]" {
            marked = true;
        } else if marked && text.starts_with("#[should_panic") {
            should_panic = Some(text.to_owned());
        } else if marked && let Some(name) = function_name(text) {
            found.push(TestFn {
                name: name.to_owned(),
                line,
                should_panic: should_panic.take(),
            });
            marked = false;
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("pub ")
        .unwrap_or(line)
        .strip_prefix("fn ")?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    Some(&rest[..end])
}

/// Why a test file cannot share one program with the others, if it cannot: it is then built alone.
pub fn needs_own_program(text: &str) -> Option<&'static str> {
    let reasons = [
        ("#[global_allocator]", "it brings its own allocator"),
        ("crate::", "it names its own crate root"),
        ("set_var", "it changes the environment"),
        ("set_current_dir", "it changes the working directory"),
        ("set_hook", "it changes the panic hook"),
    ];
    let mut code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    // An inner attribute further in belongs to a macro's input, not to the crate.
    if code.clone().any(|line| line.starts_with("#![")) {
        return Some("it sets attributes of its crate");
    }
    code.find_map(|line| reasons.iter().find(|(mark, _)| line.contains(mark)))
        .map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_with_their_lines_in_macros_too() {
        let text = "#[test]\nfn one() {}\n\nproptest! {\n    #[test]\n    fn two(x in 0..3) {}\n}\nfn helper() {}\n";
        let found: Vec<(String, usize)> = tests(text)
            .into_iter()
            .map(|test| (test.name, test.line))
            .collect();
        assert_eq!(found, [("one".to_owned(), 2), ("two".to_owned(), 6)]);
    }

    #[test]
    fn what_cannot_share_a_program_is_told_by_its_text() {
        assert_eq!(needs_own_program("#[test]\nfn one() {}\n"), None);
        assert_eq!(
            needs_own_program("proptest! {\n    #![proptest_config(few())]\n}\n"),
            None
        );
        for text in [
            "#![recursion_limit = \"256\"]\n",
            "#[global_allocator]\nstatic A: System = System;\n",
            concat!("use crate", "::common;\n"),
            "std::env::set_current_dir(dir)\n",
        ] {
            assert!(needs_own_program(text).is_some(), "{text}");
        }
    }
}

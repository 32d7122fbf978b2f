//! A submission of the corpus as its file describes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::builder::generator;

/// Where the exercise's source is.
const LIB: &str = "stack/src/lib.rs";

/// One file of `fixtures/submissions/attacks` or `honest`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fixture {
    #[serde(skip)]
    pub(crate) name: String,
    /// What it does, in a sentence.
    pub(crate) what: String,
    /// Which kind of attack.
    #[serde(default)]
    pub(crate) class: String,
    /// The submission that it is laid upon.
    #[serde(default = "passes")]
    base: String,
    /// What its exercise declares.
    #[serde(default)]
    pub(crate) capabilities: Vec<String>,
    #[serde(default)]
    attributes: String,
    #[serde(default)]
    push: String,
    #[serde(default)]
    pop: String,
    #[serde(default)]
    len: String,
    #[serde(default)]
    items: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) links: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) submodules: BTreeMap<String, String>,
    #[serde(default)]
    repeat: Vec<Repeat>,
    /// Those of its files that can be executed.
    #[serde(default)]
    pub(crate) executable: Vec<String>,
    #[serde(default)]
    pub(crate) gone: Vec<String>,
    pub(crate) expect: Expect,
    pub(crate) gain: Option<Gain>,
    #[serde(default)]
    pub(crate) stopped: Stopped,
}

/// A text that is said many times, each time with another number: into one file, or a file each time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    /// The file; the exercise's source where none is named.
    path: Option<String>,
    text: String,
    count: usize,
}

/// What our grader must make of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) points: f64,
    #[serde(default)]
    pub(crate) findings: Vec<String>,
    pub(crate) says: Option<String>,
}

/// What it wins where nothing defends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gain {
    pub(crate) kind: String,
}

/// What stops it, each part alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stopped {
    #[serde(default)]
    pub(crate) by: Vec<String>,
}

fn passes() -> String {
    "passes".to_owned()
}

/// All files of a folder of the corpus, sorted by name.
pub(crate) fn all(folder: &str) -> Vec<Fixture> {
    let folder = generator().join("tests/fixtures/submissions").join(folder);
    let entries = fs::read_dir(&folder).expect("the corpus");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut fixtures: Vec<Fixture> = paths.map(|path| read(&path)).collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!fixtures.is_empty());
    fixtures
}

fn read(path: &Path) -> Fixture {
    let text = fs::read_to_string(path).expect("text");
    let mut fixture: Fixture =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    fixture.name = path
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    fixture
}

/// What placeholders of the corpus stand for.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    /// A folder outside of everything, open to all.
    pub(crate) outside: String,
    /// A port on which somebody listens.
    pub(crate) port: u16,
    /// A word by which processes are found.
    pub(crate) mark: String,
}

impl Reach {
    fn fill(&self, text: &str) -> String {
        text.replace("@OUTSIDE@", &self.outside)
            .replace("@PORT@", &self.port.to_string())
            .replace("@MARK@", &self.mark)
    }
}

impl Fixture {
    /// Its files, from the root of the repository.
    pub(crate) fn files(&self, reach: &Reach) -> BTreeMap<String, String> {
        let base = generator()
            .join("tests/fixtures/submissions")
            .join(&self.base)
            .join(LIB);
        let base =
            fs::read_to_string(&base).unwrap_or_else(|error| panic!("{}: {error}", base.display()));
        let mut files = BTreeMap::from([(LIB.to_owned(), self.spliced(&base))]);
        files.extend(self.files.clone());
        for repeat in &self.repeat {
            let path = repeat.path.as_deref().unwrap_or(LIB);
            for number in 0..repeat.count {
                let numbered = |text: &str| text.replace("@N@", &number.to_string());
                *files.entry(numbered(path)).or_default() += &numbered(&repeat.text);
            }
        }
        files.values_mut().for_each(|text| *text = reach.fill(text));
        let linked = |path: &str| {
            let mut links = self.links.keys().chain(self.submodules.keys());
            links.any(|link| path == link || path.starts_with(&format!("{link}/")))
        };
        files.retain(|path, _| !self.gone.contains(path) && !linked(path));
        files
    }

    /// Whether it has points that it earned.
    pub(crate) fn earns_something(&self) -> bool {
        self.base == "passes"
    }

    /// Its links.
    pub(crate) fn links(&self, reach: &Reach) -> BTreeMap<String, String> {
        let filled = self
            .links
            .iter()
            .map(|(path, target)| (path.clone(), reach.fill(target)));
        filled.collect()
    }

    /// The base with its pieces in their places.
    fn spliced(&self, base: &str) -> String {
        let mut text = base.to_owned();
        for (head, statements) in [
            ("pub fn push(", &self.push),
            ("pub fn pop(", &self.pop),
            ("pub fn len(", &self.len),
        ] {
            if statements.is_empty() {
                continue;
            }
            let at = text.find(head).expect("a function");
            let body = at + text[at..].find('{').expect("a body") + 1;
            text.insert_str(body, &format!("\n{statements}\n"));
        }
        // Documentation of the crate itself must stay before its items, and so must attributes.
        format!("{}\n{text}\n{}", self.attributes, self.items)
    }
}

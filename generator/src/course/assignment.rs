//! An assignment and its exercises: `assignment.toml` joined with the files it speaks of.

use std::collections::BTreeMap;

use super::assignment_file::{AssignmentFile, ExerciseEntry, StageEntry};
use super::gate;
use super::hints::HintsFile;
use super::mistake::{self, Mistake};
use super::problem::Problem;
use super::region::{self, Cut, Region};
use super::settings;
use super::test_source;
use crate::file_tree::{File, FileTree};

/// A test of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// `target::function`, unique in the exercise.
    pub id: String,
    /// The stage it belongs to.
    pub stage: usize,
    /// The file, from the root of the exercise.
    pub path: String,
    /// Its line in that file.
    pub line: usize,
    /// Whether students never get it.
    pub hidden: bool,
    /// Whether it passes before its stage, as declared.
    pub guard: bool,
    /// The last stage in which it holds, if a later one breaks it.
    pub until: Option<usize>,
}

/// A step of an exercise.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Number, from 1.
    pub number: usize,
    /// What `assignment.toml` says of it.
    pub entry: StageEntry,
    /// Its tests, public and hidden.
    pub tests: Vec<Test>,
}

impl Stage {
    /// The public test target.
    pub fn target(&self) -> String {
        format!("stage_{}_{}", self.number, self.entry.name)
    }

    /// The tests that are worth points by themselves.
    pub fn scored(&self) -> impl Iterator<Item = &Test> {
        self.tests.iter().filter(|test| !test.guard)
    }
}

/// One Cargo package inside an assignment.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// What `assignment.toml` says of it.
    pub entry: ExerciseEntry,
    /// The slug of its assignment.
    pub assignment: String,
    /// All its files, marked.
    pub files: FileTree,
    /// The regions of each marked file.
    pub regions: BTreeMap<String, Vec<Region>>,
    /// The stages.
    pub stages: Vec<Stage>,
    /// The hints by stage name.
    pub hints: HintsFile,
    /// The mistakes, by stage and name.
    pub mistakes: Vec<Mistake>,
}

/// A test file of an exercise: one per stage, and hidden ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestTarget {
    /// Its name as a test target or module.
    pub name: String,
    /// Its path from the root of the exercise.
    pub path: String,
    /// Its stage.
    pub stage: usize,
    /// Whether students never get it.
    pub hidden: bool,
}

impl Exercise {
    /// Name of folder and package.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Path of the folder from the root of the course.
    pub fn folder(&self) -> String {
        format!("assignments/{}/{}", self.assignment, self.name())
    }

    /// Whether it has gates.
    pub fn has_gates(&self) -> bool {
        !self.entry.gates.is_empty()
    }

    /// Name of the package with its gate program and the peers.
    pub fn gates_package(&self) -> String {
        format!("{}-{}", self.name(), gate::FOLDER)
    }

    /// The test files that can share one program, and those that need their own.
    pub fn programs(&self) -> (Vec<TestTarget>, Vec<TestTarget>) {
        self.test_targets().into_iter().partition(|target| {
            let text = self.files.text(&target.path).unwrap_or_default();
            test_source::needs_own_program(text).is_none()
        })
    }

    /// All tests in order of stage.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        self.stages.iter().flat_map(|stage| &stage.tests)
    }

    /// The test files, by stage, the public one first.
    pub fn test_targets(&self) -> Vec<TestTarget> {
        test_targets(&self.files)
    }

    /// The tree of a stage: sources and tests with solution regions up to `stage` kept, as far as Cargo
    /// needs them. Tree 0 is the starter, the tree of the last stage the solution.
    pub fn tree(&self, stage: usize, hidden: bool) -> FileTree {
        self.tree_with(stage, hidden, &FileTree::default())
    }

    /// The tree of the mistake's stage with the mistake laid on it.
    pub fn mistake_tree(&self, mistake: &Mistake) -> FileTree {
        self.tree_with(mistake.header.stage, true, &mistake.changed)
    }

    /// The line of the marked file at `path` that a line of the tree of `stage` comes from.
    pub fn source_line(&self, path: &str, line: usize, stage: usize) -> usize {
        let Some(text) = self.files.text(path).filter(|_| is_marked(path)) else {
            return line;
        };
        let (regions, _) = region::scan(text);
        let cut = Cut {
            stage,
            hidden: true,
            exercise: self.name(),
        };
        region::source_line(text, &regions, cut, line)
    }

    fn tree_with(&self, stage: usize, hidden: bool, changed: &FileTree) -> FileTree {
        let mut tree = FileTree::default();
        for (path, file) in self.files.iter() {
            if is_shipped(path) || (hidden && path.starts_with("hidden/")) {
                let file = changed.get(path).unwrap_or(file);
                tree.insert(path, self.cut_file(path, file, stage, hidden));
            }
        }
        tree
    }

    fn cut_file(&self, path: &str, file: &File, stage: usize, hidden: bool) -> File {
        let Some(text) = is_marked(path)
            .then(|| std::str::from_utf8(&file.bytes).ok())
            .flatten()
        else {
            return file.clone();
        };
        let cut = Cut {
            stage,
            hidden,
            exercise: self.name(),
        };
        let (regions, _) = region::scan(text);
        File {
            bytes: region::cut(text, &regions, cut).into_bytes().into(),
            executable: file.executable,
        }
    }
}

/// Whether markers are read in this file.
pub fn is_marked(path: &str) -> bool {
    path.ends_with(".rs")
}

/// Whether a file of an exercise goes to students at all (cut or as it is).
pub fn is_shipped(path: &str) -> bool {
    !(path == "COMMENTARY.md"
        || path == "hints.toml"
        || path.starts_with("hidden/")
        || path.starts_with("mistakes/")
        || path == gate::CALIBRATION)
}

fn test_targets(files: &FileTree) -> Vec<TestTarget> {
    let mut targets: Vec<TestTarget> = files
        .paths()
        .filter_map(|path| {
            let (folder, file) = path.split_once('/')?;
            let hidden = match folder {
                "tests" => false,
                "hidden" => true,
                _ => return None,
            };
            let name = file
                .strip_suffix(".rs")
                .filter(|name| !name.contains('/'))?;
            let (stage, _) = name.strip_prefix("stage_")?.split_once('_')?;
            Some(TestTarget {
                name: if hidden {
                    format!("hidden_{name}")
                } else {
                    name.to_owned()
                },
                path: path.to_owned(),
                stage: stage.parse().ok()?,
                hidden,
            })
        })
        .collect();
    targets.sort_by_key(|target| (target.stage, target.hidden, target.name.clone()));
    targets
}

/// One module of the course.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Folder and repository name.
    pub slug: String,
    /// What `assignment.toml` says.
    pub file: AssignmentFile,
    /// The exercises.
    pub exercises: Vec<Exercise>,
    /// Pages and lectures: the files that belong to no exercise, `assignment.toml` apart.
    pub pages: FileTree,
}

impl Assignment {
    /// Whether any exercise has gates.
    pub fn has_gates(&self) -> bool {
        self.with_gates().next().is_some()
    }

    /// The exercises that have gates.
    pub fn with_gates(&self) -> impl Iterator<Item = &Exercise> {
        self.exercises
            .iter()
            .filter(|exercise| exercise.has_gates())
    }

    /// A student's repository with all stages solved: the solution laid over the starter that is in `rendered`.
    pub fn solved_on(&self, rendered: &FileTree) -> FileTree {
        let mut tree = rendered.clone();
        for exercise in &self.exercises {
            let solution = exercise.tree(exercise.stages.len(), false);
            tree.lay(exercise.name(), &solution);
        }
        tree
    }
}

impl Assignment {
    /// The assignment as a student's repository has it: without hidden tests, hints and mistakes, whatever state its files are in.
    pub fn of_repository(slug: &str, file: AssignmentFile, files: &FileTree) -> Assignment {
        let entries = file.exercises.iter();
        let exercises =
            entries.map(|entry| parse_exercise(slug, entry, files.under(&entry.name)).0);
        Assignment {
            slug: slug.to_owned(),
            exercises: exercises.collect(),
            pages: FileTree::default(),
            file,
        }
    }
}

/// Reads an assignment from the files of its folder. What can be read is given even where there are
/// problems, so that later checks find theirs too; `None` only where `assignment.toml` itself is unreadable.
pub fn parse(slug: &str, files: &FileTree) -> (Option<Assignment>, Vec<Problem>) {
    let at = |path: &str| format!("assignments/{slug}/{path}");
    let settings_path = at("assignment.toml");
    let Some(text) = files.text("assignment.toml") else {
        let problem = Problem::new(
            settings_path,
            1,
            "it is missing or not UTF-8 text",
            "write it, or take the assignment out of classroom.yml",
        );
        return (None, vec![problem]);
    };
    let file: AssignmentFile = match settings::read(&settings_path, text) {
        Ok(file) => file,
        Err(problems) => return (None, problems),
    };
    let mut problems = Vec::new();
    let mut pages = files.clone();
    pages.remove("assignment.toml");
    let mut exercises = Vec::new();
    for (index, entry) in file.exercises.iter().enumerate() {
        let exercise_files = files.under(&entry.name);
        for path in exercise_files.paths() {
            pages.remove(&format!("{}/{path}", entry.name));
        }
        if exercise_files.is_empty() {
            let line = settings::line_of(text, &["exercise", &index.to_string(), "name"]);
            problems.push(Problem::new(
                settings_path.clone(),
                line,
                format!("the exercise `{}` has no folder", entry.name),
                format!(
                    "create assignments/{slug}/{}, or remove the entry",
                    entry.name
                ),
            ));
            continue;
        }
        let (exercise, found) = parse_exercise(slug, entry, exercise_files);
        let folder = exercise.folder();
        problems.extend(found.into_iter().map(|problem| Problem {
            path: format!("{folder}/{}", problem.path),
            ..problem
        }));
        exercises.push(exercise);
    }
    let assignment = Assignment {
        slug: slug.to_owned(),
        file,
        exercises,
        pages,
    };
    (Some(assignment), problems)
}

fn parse_exercise(slug: &str, entry: &ExerciseEntry, files: FileTree) -> (Exercise, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut regions = BTreeMap::new();
    let mut faulty = Vec::new();
    for (path, text) in files.texts().filter(|(path, _)| is_marked(path)) {
        let (found, faults) = region::scan(text);
        if !faults.is_empty() {
            faulty.push(path.to_owned());
        }
        problems.extend(
            faults
                .into_iter()
                .map(|fault| Problem::new(path, fault.line, fault.message, fault.remedy)),
        );
        regions.insert(path.to_owned(), found);
    }
    let hints = match files
        .text("hints.toml")
        .map(|text| settings::read("hints.toml", text))
    {
        Some(Ok(hints)) => hints,
        Some(Err(found)) => {
            problems.extend(found);
            HintsFile::new()
        }
        None => HintsFile::new(),
    };
    let mut mistakes = Vec::new();
    for (path, text) in files
        .texts()
        .filter(|(path, _)| path.starts_with("mistakes/"))
    {
        // Where markers are wrong a patch seems wrong too; the cause is named already.
        let follows = faulty
            .iter()
            .any(|file| text.contains(&format!("--- a/{file}")));
        match mistake::parse(path, text, &files, &regions) {
            Ok(mistake) => mistakes.push(mistake),
            Err(_) if follows => {}
            Err(found) => problems.extend(found),
        }
    }
    mistakes.sort_by_key(|mistake| (mistake.header.stage, mistake.name.clone()));
    let targets = test_targets(&files);
    let stages = (1..)
        .zip(&entry.stages)
        .map(|(number, stage)| Stage {
            number,
            entry: stage.clone(),
            tests: targets
                .iter()
                .filter(|target| target.stage == number)
                .flat_map(|target| tests_of(target, &files, entry))
                .collect(),
        })
        .collect();
    let exercise = Exercise {
        entry: entry.clone(),
        assignment: slug.to_owned(),
        files,
        regions,
        stages,
        hints,
        mistakes,
    };
    (exercise, problems)
}

fn tests_of(target: &TestTarget, files: &FileTree, entry: &ExerciseEntry) -> Vec<Test> {
    let text = files.text(&target.path).unwrap_or_default();
    test_source::tests(text)
        .into_iter()
        .map(|function| {
            let id = format!("{}::{}", target.name, function.name);
            Test {
                stage: target.stage,
                path: target.path.clone(),
                line: function.line,
                hidden: target.hidden,
                guard: entry.guards.iter().any(|guard| guard.test == id),
                until: entry
                    .retired
                    .iter()
                    .find(|retired| retired.test == id)
                    .map(|retired| retired.until),
                id,
            }
        })
        .collect()
}

//! The compiler called on a submission's tree, behind the sandbox.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::Grader;
use super::calls::{Call, Folders};
use super::harness;
use super::job_folder::JobFolder;
use super::prepare::Prepared;
use crate::capability;
use crate::course::Exercise;
use crate::error::Result;
use crate::process::{End, Outcome};
use crate::sandbox::{self, Freedom, Job};

/// Arguments by which the sources are the same, whatever they are compiled for: nothing in them is there only for tests, or
/// only for gates. Sums that overflow panic in tests all the same.
fn same_code(call: &Call) -> Vec<String> {
    let mut args = vec!["-Cdebug-assertions=off".to_owned()];
    if !call.is_for_speed() {
        args.push("-Coverflow-checks=on".to_owned());
    }
    args
}

/// Where the linker and what it calls are found.
const PATH: &str = "/usr/bin:/bin";

/// What the compiler made of one crate.
#[derive(Debug)]
pub(super) enum Compiled {
    /// It compiles.
    Yes,
    /// It does not; the compiler's errors.
    Errors(Vec<String>),
    /// It was still compiling after so many seconds.
    TimedOut(u64),
    /// The compiler itself did not survive it; its last words.
    CompilerDied(String),
}

/// What the lints found in one crate.
#[derive(Debug)]
pub(super) enum Linted {
    /// The uses that they know.
    Uses(Vec<Use>),
    /// They did not come to an end, or what they said cannot be read.
    Unknown,
}

/// A use of something that is denied.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The file, from the root of the tree.
    pub(super) path: String,
    /// The line.
    pub(super) line: usize,
    /// What is used, as std calls it.
    pub(super) item: String,
}

/// A message of the compiler's, as far as we read it.
#[derive(Debug, Deserialize)]
struct Message {
    message: String,
    level: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}

impl Message {
    /// What a report shows of an error. Of a hidden test it shows no line of the source.
    fn shown(self) -> Option<String> {
        if self.message.starts_with("aborting due to") {
            return None;
        }
        // Its notes may lead there, too.
        let hidden = format!("/{}/hidden_", harness::SHOWN_FOLDER);
        let text = self.rendered?;
        if !text.contains(&hidden) {
            return Some(cut(&text));
        }
        let code = self
            .code
            .map(|code| format!("[{}]", code.code))
            .unwrap_or_default();
        Some(format!(
            "error{code}: a hidden test does not compile with it; its text is not shown"
        ))
    }
}

/// The most lines of an error that are kept, and the most characters of a line.
const ERROR_LINES: usize = 60;
const LINE_CHARACTERS: usize = 300;

/// An error as far as anybody would read it.
fn cut(text: &str) -> String {
    let mut kept = Vec::new();
    for line in text.lines().take(ERROR_LINES) {
        kept.push(match line.char_indices().nth(LINE_CHARACTERS) {
            Some((at, _)) => format!("{}[line cut here]", &line[..at]),
            None => line.to_owned(),
        });
    }
    match text.lines().count().saturating_sub(ERROR_LINES) {
        0 => kept.join("\n"),
        more => format!("{}\n[{more} more lines]", kept.join("\n")),
    }
}

/// Tells jobs that run at the same time apart.
pub(super) fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One submission's folder with what is needed to compile in it.
#[derive(Clone, Copy)]
pub(super) struct Compiler<'a> {
    pub(super) grader: &'a Grader<'a>,
    pub(super) prepared: &'a Prepared,
    pub(super) folder: &'a JobFolder,
}

impl Compiler<'_> {
    /// Compiles a crate of the submission, or a test program against it.
    ///
    /// Where `unsafe_code` is forbidden the compiler refuses it, whatever the manifest says.
    pub(super) fn compile(self, call: &Call, forbid_unsafe: bool) -> Result<Compiled> {
        // What only warns is the student's to see, not the grader's.
        let mut args = vec!["-Awarnings".to_owned()];
        args.extend(same_code(call));
        if self.grader.defences.lints {
            // Clippy says so of itself. Code that is there only where clippy is not would be compiled unseen.
            args.extend(["--cfg", "clippy"].map(str::to_owned));
        }
        if forbid_unsafe {
            args.push("--forbid=unsafe_code".to_owned());
        }
        // A test's file is shown where students have it.
        args.push(format!(
            "--remap-path-prefix={0}/{1}={0}/{2}",
            call.package,
            harness::FOLDER,
            harness::SHOWN_FOLDER
        ));
        if let Some(linker) = self.prepared.linker() {
            args.push("-Clinker-features=-lld".to_owned());
            args.push("-Clink-arg=-fuse-ld=lld".to_owned());
            args.push(format!("-Clink-arg=-B{}", linker.display()));
        }
        let outcome = self.call(call, "rustc", args, self.folder.out(), Vec::new())?;
        let limit = self.grader.bounds.build.time.as_secs();
        if outcome.end == End::Timeout {
            return Ok(Compiled::TimedOut(limit));
        }
        if outcome.succeeded() {
            return Ok(Compiled::Yes);
        }
        self.refuse_broken_wall()?;
        let (messages, _) = read(&outcome);
        let errors = messages
            .into_iter()
            .filter(|message| message.level.starts_with("error"));
        let errors = errors.filter_map(Message::shown);
        let errors: Vec<String> = errors.collect();
        if outcome.end == End::Exit(1) && !errors.is_empty() {
            return Ok(Compiled::Errors(errors));
        }
        let said = outcome
            .stderr
            .lines()
            .filter(|line| !line.starts_with('{'))
            .map(str::trim);
        let said: Vec<&str> = said.filter(|line| !line.is_empty()).take(3).collect();
        Ok(Compiled::CompilerDied(match said.is_empty() {
            true => format!("{:?}", outcome.end),
            false => said.join(" "),
        }))
    }

    /// Asks clippy for uses of what these capabilities leave denied.
    pub(super) fn lint(self, call: &Call, exercise: &Exercise) -> Result<Linted> {
        let mut args = vec!["--cap-lints=allow".to_owned(), "--emit=metadata".to_owned()];
        args.extend(same_code(call));
        args.extend(capability::LINTS.map(|lint| format!("--force-warn={lint}")));
        let settings = self.prepared.lint_settings(exercise);
        let env = vec![(
            "CLIPPY_CONF_DIR".to_owned(),
            settings.to_string_lossy().into_owned(),
        )];
        let outcome = self.call(call, "clippy-driver", args, self.folder.lints(), env)?;
        let (messages, whole) = read(&outcome);
        if !whole || !outcome.succeeded() {
            self.refuse_broken_wall()?;
            return Ok(Linted::Unknown);
        }
        let ours = |message: &Message| {
            let code = message.code.as_ref().map(|code| code.code.as_str());
            code.is_some_and(|code| capability::LINTS.contains(&code))
        };
        let uses = messages.into_iter().filter(ours).map(|message| {
            let at = message.spans.iter().find(|span| span.is_primary);
            Use {
                path: at.map(|span| span.file_name.clone()).unwrap_or_default(),
                line: at.map_or(1, |span| span.line_start),
                item: message
                    .message
                    .split('`')
                    .nth(1)
                    .unwrap_or_default()
                    .to_owned(),
            }
        });
        let mut uses: Vec<Use> = uses.collect();
        uses.sort();
        uses.dedup();
        Ok(Linted::Uses(uses))
    }

    fn call(
        self,
        call: &Call,
        program: &str,
        more: Vec<String>,
        out: PathBuf,
        more_env: Vec<(String, String)>,
    ) -> Result<Outcome> {
        let dependencies = self.prepared.dependencies();
        let tree = self.folder.tree();
        let built = self.folder.out();
        let folders = Folders {
            tree: &tree,
            dependencies: &dependencies,
            out: &built,
        };
        let sysroot = self.prepared.sysroot();
        let mut args = call.args(folders);
        args.extend(["--error-format=json".to_owned(), "--sysroot".to_owned()]);
        args.push(sysroot.to_string_lossy().into_owned());
        if out != built {
            args.retain(|arg| !arg.starts_with("--emit"));
            let at = args.iter().position(|arg| arg == "--out-dir");
            if let Some(place) = at.and_then(|at| args.get_mut(at + 1)) {
                *place = out.to_string_lossy().into_owned();
            }
        }
        args.extend(more);
        let mut env = call.env(folders);
        env.push(("PATH".to_owned(), PATH.to_owned()));
        // It finds its libraries beside itself by `/proc`, which is not there.
        let libraries = sysroot.join("lib").to_string_lossy().into_owned();
        env.push(("LD_LIBRARY_PATH".to_owned(), libraries));
        env.extend(more_env);
        let mut readable = vec![sysroot.to_owned(), tree.clone(), dependencies.clone()];
        readable.extend(self.prepared.linker());
        readable.extend(call.natives().map(PathBuf::from));
        let lints = self.prepared.note("lints");
        if out != built {
            readable.extend([lints, built.clone()]);
        }
        let job = Job {
            program: sysroot.join("bin").join(program),
            args,
            dir: tree.clone(),
            env,
            readable,
            writable: vec![out],
            scratch: Some(self.folder.scratch()),
            freedom: Freedom {
                sockets: false,
                threads: true,
                programs: true,
                modes: true,
            },
            limits: self.grader.bounds.build,
            number: next_number(),
        };
        self.grader.sandbox.wrap(&job)?.outcome()
    }

    /// A sandbox that does not start is the machine's failure, never the submission's.
    pub(super) fn refuse_broken_wall(self) -> Result<()> {
        match sandbox::starts(self.grader.sandbox)? {
            None => Ok(()),
            Some(why) => Err(crate::error::Error::Machine {
                doing: "start the sandbox".to_owned(),
                source: why.into(),
            }),
        }
    }
}

/// The messages, and whether all of them could be read.
fn read(outcome: &Outcome) -> (Vec<Message>, bool) {
    let mut whole = !outcome.cut;
    let mut messages = Vec::new();
    for line in outcome.stderr.lines().filter(|line| line.starts_with('{')) {
        match serde_json::from_str(line) {
            Ok(message) => messages.push(message),
            Err(_) => whole = false,
        }
    }
    (messages, whole)
}

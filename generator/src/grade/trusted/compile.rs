//! The compiler called on a submission's tree, behind the sandbox.

use std::path::PathBuf;

use super::Grader;
use super::calls::{Call, Folders};
use super::job_folder::JobFolder;
use super::prepare::Prepared;
use crate::capability;
use crate::course::Exercise;
use crate::error::Result;
use crate::grade::denied::{self, Linted, Message};
use crate::grade::errors::cut;
use crate::grade::harness;
use crate::grade::run::{Runner, next_number};
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

/// What a report shows of an error. Of a hidden test it shows no line of the source.
fn shown(error: Message) -> Option<String> {
    if error.message.starts_with("aborting due to") {
        return None;
    }
    // Its notes may lead there, too.
    let hidden = format!("/{}/hidden_", harness::SHOWN_FOLDER);
    let text = error.rendered?;
    if !text.contains(&hidden) {
        return Some(cut(&text));
    }
    let code = error
        .code
        .map(|code| format!("[{}]", code.code))
        .unwrap_or_default();
    Some(format!(
        "error{code}: a hidden test does not compile with it; its text is not shown"
    ))
}

/// One submission's folder with what is needed to compile in it.
#[derive(Clone, Copy)]
pub(super) struct Compiler<'a> {
    pub(super) grader: &'a Grader<'a>,
    pub(super) prepared: &'a Prepared,
    pub(super) folder: &'a JobFolder,
}

impl<'a> Compiler<'a> {
    /// What runs the programs that it made.
    pub(super) fn runner(self) -> Runner<'a> {
        let grader = self.grader;
        Runner {
            sandbox: grader.sandbox,
            bounds: grader.bounds,
            lanes: grader.lanes,
            seed: grader.seed,
            proof: grader.defences.proof,
            tree: self.folder.tree(),
            scratch: self.folder.scratch(),
        }
    }

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
        sandbox::must_start(self.grader.sandbox)?;
        let (messages, _) = read(&outcome);
        let errors = messages
            .into_iter()
            .filter(|message| message.level.starts_with("error"));
        let errors = errors.filter_map(shown);
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
            sandbox::must_start(self.grader.sandbox)?;
            return Ok(Linted::Unknown);
        }
        Ok(Linted::Uses(denied::uses(messages)))
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

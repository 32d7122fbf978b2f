use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs of the exercise that a gate may start.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    pub(crate) known: Vec<(String, PathBuf)>,
}

impl Programs {
    /// Where the program `name` is: where the grader says, else where cargo puts it.
    pub fn path(&self, name: &str) -> PathBuf {
        let known = self.known.iter().find(|(known, _)| known == name);
        match known {
            Some((_, path)) => path.clone(),
            None => built(name),
        }
    }
}

/// Builds a program as this one was built. `cargo bench` makes benchmarks only, so what lies there may be of yesterday's
/// code.
fn built(name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--profile",
            "bench",
            "--workspace",
            "--bin",
            name,
        ])
        .status();
    match status {
        Ok(status) if status.success() => {}
        _ => broken(format!("cargo does not build the program `{name}`")),
    }
    let own = std::env::current_exe().unwrap_or_default();
    // target/release/deps/gates-0123 lies two folders below target/release/NAME's own.
    let folder = own
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// What a gate throws where it cannot measure and the student's code is not why.
pub(crate) struct Broken(pub(crate) String);

/// Gives up measuring: the machine or the gate's own side is why, and it must not look like the student's failure. It gives
/// no points either: nobody is graded by it.
pub fn broken(why: String) -> ! {
    resume_unwind(Box::new(Broken(why)))
}

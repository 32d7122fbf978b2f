//! An outer sandbox around a whole test: for attacks that work, and for what an ordinary user sees.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::builder::{generator, run};

/// Set inside of the outer sandbox.
const INSIDE: &str = "COURSE_INSIDE";

/// The user that nobody is.
const ORDINARY: &str = "4242";

/// Whether this process is in one.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs a test of this program in an outer sandbox: nothing outside can be written, nobody outside reached.
#[track_caller]
pub(crate) fn in_outer_sandbox(test: &str) {
    let mut bwrap = Command::new("bwrap");
    bwrap.args(["--ro-bind", "/", "/", "--tmpfs", "/tmp", "--tmpfs", "/run"]);
    apart(&mut bwrap);
    bwrap.arg("--");
    again(bwrap, test);
}

/// Runs a test of this program in an outer sandbox as a user who is not root, with the compiler's own folder on the PATH:
/// no rustup, no registry, no home.
#[track_caller]
pub(crate) fn as_ordinary_user(test: &str) {
    let mut rustc = Command::new("rustc");
    let sysroot = run(rustc.args(["--print", "sysroot"])).succeeds().stdout;
    let sysroot = PathBuf::from(sysroot.trim());
    let mut bwrap = Command::new("bwrap");
    bwrap.args(["--tmpfs", "/tmp"]);
    for folder in ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc"] {
        if Path::new(folder).exists() {
            bwrap.args(["--ro-bind", folder, folder]);
        }
    }
    let this = std::env::current_exe().expect("this program");
    let templates = generator().with_file_name("templates");
    let course = Path::new(env!("CARGO_BIN_EXE_course"));
    for path in [&*sysroot, &*this, course, generator(), &templates] {
        let folders: Vec<&Path> = path.ancestors().skip(1).collect();
        for folder in folders.into_iter().rev().skip(1) {
            bwrap.args(["--perms", "0755", "--dir"]).arg(folder);
        }
        bwrap.arg("--ro-bind").arg(path).arg(path);
    }
    apart(&mut bwrap);
    let path = format!("{}:/usr/bin:/bin", sysroot.join("bin").display());
    bwrap.args([
        "--setenv",
        "PATH",
        &path,
        "--setenv",
        "HOME",
        "/tmp/home",
        "--perms",
        "1777",
        "--dir",
        "/tmp/home",
    ]);
    for variable in ["CARGO", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        bwrap.args(["--unsetenv", variable]);
    }
    bwrap.args([
        "--chmod",
        "1777",
        "/tmp",
        "--",
        "setpriv",
        "--reuid",
        ORDINARY,
        "--regid",
        ORDINARY,
        "--clear-groups",
    ]);
    bwrap.args(["--bounding-set=-all", "--inh-caps=-all"]);
    again(bwrap, test);
}

/// Processes, network and the like of its own.
fn apart(bwrap: &mut Command) {
    bwrap.args(["--dev", "/dev", "--proc", "/proc"]);
    bwrap.args([
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--die-with-parent",
    ]);
    if rustix::process::geteuid().is_root() {
        bwrap.args(["--cap-add", "ALL"]);
    }
    bwrap.args([
        "--setenv",
        INSIDE,
        "1",
        "--unsetenv",
        "CARGO_TARGET_DIR",
        "--chdir",
        "/tmp",
    ]);
}

/// This program again, with one test.
#[track_caller]
fn again(mut outer: Command, test: &str) {
    let this = std::env::current_exe().expect("this program");
    outer
        .arg(this)
        .args(["--ignored", "--exact", test, "--nocapture"]);
    let ran = run(&mut outer);
    assert!(
        ran.code == 0 && ran.stdout.contains("1 passed"),
        "{}\n{}",
        ran.stdout,
        ran.stderr
    );
}

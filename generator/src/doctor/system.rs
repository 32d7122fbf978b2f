//! What differs from system to system: how packages are installed, how free space is asked for.

use std::path::Path;

/// A package of the system.
#[derive(Debug, Clone, Copy)]
pub(super) enum Package {
    /// A C compiler with the C library: what Rust links with.
    CCompiler,
    /// Git.
    Git,
    /// Bubblewrap, with the programs that go with it.
    Bubblewrap,
}

/// How a system's installer is called, and how it names a C compiler.
const INSTALLERS: [(&str, &str, &str); 5] = [
    ("apt-get", "apt-get install -y", "gcc libc6-dev"),
    ("dnf", "dnf install -y", "gcc"),
    ("pacman", "pacman -S --noconfirm", "gcc"),
    ("apk", "apk add", "gcc musl-dev"),
    ("zypper", "zypper install -y", "gcc"),
];

/// The command that installs a package here.
pub(super) fn install(package: Package) -> String {
    match (std::env::consts::OS, package) {
        ("macos" | "windows", Package::Bubblewrap) => {
            "grade on Linux: no other system has it".to_owned()
        }
        ("macos", _) => "xcode-select --install".to_owned(),
        ("windows", Package::Git) => "winget install Git.Git".to_owned(),
        ("windows", Package::CCompiler) => {
            "winget install Microsoft.VisualStudio.2022.BuildTools".to_owned()
        }
        _ => {
            let here = INSTALLERS.iter().find(|(program, ..)| is_on_path(program));
            let (_, command, compiler) = here.unwrap_or(&INSTALLERS[0]);
            let name = match package {
                Package::CCompiler => compiler,
                Package::Git => "git",
                Package::Bubblewrap => "bubblewrap util-linux",
            };
            format!("{}{command} {name}", if is_root() { "" } else { "sudo " })
        }
    }
}

/// Installers stand in the system's folders, which the PATH at hand need not name.
fn is_on_path(program: &str) -> bool {
    ["/usr/bin", "/bin", "/sbin", "/usr/sbin"]
        .iter()
        .any(|folder| Path::new(folder).join(program).exists())
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Free space on the disk of a path that need not exist yet, in bytes; `None` where it cannot be asked for.
#[cfg(unix)]
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    let place = path.ancestors().find(|folder| folder.exists())?;
    let about = rustix::fs::statvfs(place).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}

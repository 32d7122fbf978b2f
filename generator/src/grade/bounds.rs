//! What a submission may use up, and what keeps it honest.

use std::time::Duration;

use crate::sandbox::Limits;

/// What a submission may use up.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Each call of the compiler.
    pub build: Limits,
    /// Each test.
    pub test: Limits,
    /// Each process of a gate.
    pub gate: Limits,
    /// All gates of an exercise together; what was not measured by then fails.
    pub gates_together: Duration,
    /// All tests of a program together; those that were not begun by then count as never ending.
    pub tests_together: Duration,
}

const MIB: u64 = 1024 * 1024;

impl Bounds {
    /// The usual ones, with these times for each call of the compiler and for each test.
    pub fn of_seconds(build: u64, test: u64) -> Bounds {
        Bounds {
            build: Limits {
                time: Duration::from_secs(build),
                memory: 4096 * MIB,
                processes: 64,
                file: 256 * MIB,
                scratch: 512 * MIB,
                stack: 8 * MIB,
            },
            test: Limits {
                time: Duration::from_secs(test),
                memory: 512 * MIB,
                processes: 64,
                file: 64 * MIB,
                scratch: 64 * MIB,
                // As much as a thread of the compiler's own harness has.
                stack: 2 * MIB,
            },
            gate: Limits {
                time: Duration::from_secs(test),
                memory: 1024 * MIB,
                processes: 64,
                file: 64 * MIB,
                scratch: 64 * MIB,
                stack: 8 * MIB,
            },
            gates_together: Duration::from_secs(test.saturating_mul(10)),
            tests_together: Duration::from_secs(test.saturating_mul(10)),
        }
    }
}

/// What keeps a submission honest beside the sandbox and its bounds. All of it is on, but in tests of what each part is
/// worth by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defences {
    /// Uses of the standard library beyond the capabilities are looked for.
    pub lints: bool,
    /// Unsafe code is refused by the compiler and looked for word by word.
    pub words: bool,
    /// Files and variables read by the compiler are looked at.
    pub sources: bool,
    /// Tests are there only once the submission is compiled.
    pub late_tests: bool,
    /// A pass must be proven by the harness's secret.
    pub proof: bool,
    /// Tests compare types of the standard library only.
    pub types: bool,
}

impl Defences {
    /// All of them.
    pub const ALL: Defences = Defences {
        lints: true,
        words: true,
        sources: true,
        late_tests: true,
        proof: true,
        types: true,
    };

    /// None of them.
    pub const NONE: Defences = Defences {
        lints: false,
        words: false,
        sources: false,
        late_tests: false,
        proof: false,
        types: false,
    };
}

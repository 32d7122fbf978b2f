//! The machine that measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine that measured: numbers of another one are other numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// The processor's model, as the system names it.
    pub processor: String,
    /// How many processors this program may use.
    pub processors: usize,
    /// Operating system and architecture.
    pub system: String,
    /// The load average of the last minute before measuring, where the system knows it.
    pub load: Option<String>,
}

impl Environment {
    /// That of now.
    pub fn here() -> Environment {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let model = processors
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        let load = read("/proc/loadavg");
        Environment {
            processor: model.map_or("unknown", |(_, name)| name.trim()).to_owned(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            load: load
                .split(' ')
                .next()
                .filter(|load| !load.is_empty())
                .map(str::to_owned),
        }
    }
}

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::load::{LOADS, Load};
use crate::problem::Problem;
use crate::process::Values;
use crate::variant::{VARIANTS, Variant};

/// Where a pool was recorded: its first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Environment {
    /// The processor's name.
    pub(crate) cpu: String,
    /// Its cores, as far as we may use them.
    pub(crate) cores: usize,
    /// The day, as whoever recorded it says.
    pub(crate) date: String,
    /// How busy the machine was before.
    pub(crate) loadavg: String,
    /// What all random numbers came from.
    pub(crate) seed: u64,
}

impl Environment {
    /// This machine, now.
    pub(crate) fn here(seed: u64, date: String) -> Environment {
        // Only Linux has these files; elsewhere the pool is as good, only less told about.
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let cpuinfo = read("/proc/cpuinfo");
        let model = cpuinfo
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Environment {
            cpu: model.map_or("unknown", |(_, name)| name.trim()).to_owned(),
            cores: crate::load::cores(),
            date,
            loadavg: read("/proc/loadavg").trim().to_owned(),
            seed,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Environment {
            cpu,
            cores,
            date,
            loadavg,
            seed,
        } = self;
        write!(
            f,
            "{cpu}, {cores} cores, date {date}, load before {loadavg:?}, seed {seed}"
        )
    }
}

/// Every other line: a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// The variant's name.
    pub(crate) variant: String,
    /// What else the machine did.
    pub(crate) load: Load,
    /// By which it can be had again, but for what chance did.
    pub(crate) seed: u64,
    /// What it measured.
    pub(crate) values: Values,
}

/// The processes of one variant under one load, in the order in which they ran.
pub(crate) struct Cell {
    pub(crate) variant: &'static Variant,
    pub(crate) load: Load,
    pub(crate) processes: Vec<Values>,
}

/// All that was recorded.
pub(crate) struct Pool {
    pub(crate) environment: Environment,
    pub(crate) cells: Vec<Cell>,
}

impl Pool {
    /// One without processes.
    pub(crate) fn new(environment: Environment) -> Pool {
        let cell = |variant| {
            LOADS.map(|load| Cell {
                variant,
                load,
                processes: Vec::new(),
            })
        };
        Pool {
            environment,
            cells: VARIANTS.iter().flat_map(cell).collect(),
        }
    }

    /// Adds a process to its cell.
    ///
    /// # Errors
    ///
    /// The variant is unknown, or there are no values.
    pub(crate) fn add(&mut self, recorded: Recorded) -> Result<(), Problem> {
        let variant = Variant::named(&recorded.variant)?;
        if recorded.values.is_empty() {
            return Err(Problem::Pool("a process without values".to_owned()));
        }
        for cell in &mut self.cells {
            if cell.variant == variant && cell.load == recorded.load {
                cell.processes.push(recorded.values);
                break;
            }
        }
        Ok(())
    }

    /// Reads a file of [`Writer`]'s. Cells without processes are left out.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no pool.
    pub(crate) fn read(path: &Path) -> Result<Pool, Problem> {
        let file = File::open(path).map_err(Problem::file(path))?;
        let mut lines = BufReader::new(file).lines();
        let first = lines
            .next()
            .ok_or_else(|| Problem::Pool("it is empty".to_owned()))?;
        let first = first.map_err(Problem::file(path))?;
        let wrong = |error: serde_json::Error| Problem::Pool(error.to_string());
        let mut pool = Pool::new(serde_json::from_str(&first).map_err(wrong)?);
        for line in lines {
            let line = line.map_err(Problem::file(path))?;
            pool.add(serde_json::from_str(&line).map_err(wrong)?)?;
        }
        pool.cells.retain(|cell| !cell.processes.is_empty());
        match pool.cells.is_empty() {
            true => Err(Problem::Pool("it has no processes".to_owned())),
            false => Ok(pool),
        }
    }
}

/// Writes a pool line by line: what was recorded stays, whatever happens later.
pub(crate) struct Writer<'a> {
    path: &'a Path,
    file: File,
}

impl Writer<'_> {
    /// A new file.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn create<'a>(
        path: &'a Path,
        environment: &Environment,
    ) -> Result<Writer<'a>, Problem> {
        let file = File::create(path).map_err(Problem::file(path))?;
        let mut writer = Writer { path, file };
        writer.line(environment)?;
        Ok(writer)
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn line(&mut self, line: &impl Serialize) -> Result<(), Problem> {
        let mut line = serde_json::to_string(line).expect("plain values");
        line.push('\n');
        self.file
            .write_all(line.as_bytes())
            .map_err(Problem::file(self.path))
    }
}

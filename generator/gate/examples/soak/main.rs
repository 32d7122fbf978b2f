//! The soak of the gates: how often they are wrong, on variants whose true cost is known.
//!
//! A benchmark gate promises not to fail honest code and not to pass slow code. Whether it keeps that on a restless
//! machine is nothing to believe, so it is counted: `record` measures variants under load, `resample` makes many
//! gates of what was recorded, `live` runs real ones, and `short` is all of it in two minutes, with bounds, for
//! continuous integration.

mod binomial;
mod live;
mod load;
mod pool;
mod problem;
mod process;
mod record;
mod report;
mod resample;
mod short;
mod tally;
mod variant;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use course_gate::{CountingAllocator, Rng};

use crate::pool::Pool;
use crate::problem::Problem;

/// A gate program has it, so what is measured here must have it too.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// The limit that all variants are judged by.
const LIMIT: f64 = 2.0;

/// Counts how often the benchmark gates are wrong, on variants whose true cost is known.
#[derive(Parser)]
#[command(name = "soak")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure one process of one variant and print it as a line of JSON. The other commands start this.
    Process {
        /// A variant's name, such as 1.4 or by-instance.
        variant: String,
        /// What all its random numbers come from.
        seed: u64,
    },
    /// Run fresh processes of every variant under every load and keep what they measured in a file.
    Record {
        /// The file to write, a line of JSON for each process.
        #[arg(long)]
        pool: PathBuf,
        /// Processes of each variant under each load; rounded up to a multiple of five.
        #[arg(long, default_value_t = 50)]
        processes: usize,
        /// What all random numbers come from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The day, for whoever reads the file; no clock is asked.
        #[arg(long, default_value = "not given")]
        date: String,
    },
    /// Draw gates from a recorded pool, judge them, and print how often they are wrong.
    Resample {
        /// A file that `record` wrote.
        #[arg(long)]
        pool: PathBuf,
        /// Gates in all, spread evenly over variants and loads.
        #[arg(long, default_value_t = 100_000)]
        gates: usize,
        /// What all random numbers come from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Run real gates with fresh processes and print how often they are wrong.
    Live {
        /// Gates in all; variants and loads take turns.
        #[arg(long, default_value_t = 36)]
        gates: usize,
        /// What all random numbers come from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// A file that `record` wrote: the verdicts are compared with those resampled from it.
        #[arg(long)]
        pool: Option<PathBuf>,
    },
    /// A small pool, 20,000 resampled gates and 12 live ones in two minutes. Exits with 1 if the gates were wrong too
    /// often.
    Short {
        /// What all random numbers come from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("soak: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Process { variant, seed } => process::answer(&variant, seed)?,
        Command::Record {
            pool,
            processes,
            seed,
            date,
        } => {
            println!("seed {seed}");
            record::to_file(&pool, processes, seed, date)?;
        }
        Command::Resample { pool, gates, seed } => {
            println!("seed {seed}");
            let pool = Pool::read(&pool)?;
            println!("pool: {}\n", pool.environment);
            let rows = resample::gates(&pool, gates, &mut Rng::with_seed(seed));
            report::table("Resampled gates", &rows);
            println!("{}", resample::CAVEAT);
        }
        Command::Live { gates, seed, pool } => {
            println!("seed {seed}\n");
            let pool = pool.as_deref().map(Pool::read).transpose()?;
            let mut rng = Rng::with_seed(seed);
            let rows = live::gates(gates, &mut rng)?;
            report::table("Live gates", &rows);
            if let Some(pool) = pool {
                report::comparison(&rows, &resample::alike(&pool, &rows, &mut rng));
            }
        }
        Command::Short { seed } => {
            println!("seed {seed}\n");
            return short::run(seed);
        }
    }
    Ok(ExitCode::SUCCESS)
}

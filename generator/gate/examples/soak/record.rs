use std::path::Path;

use course_gate::Rng;

use crate::load::LOADS;
use crate::pool::{Environment, Recorded, Writer};
use crate::problem::Problem;
use crate::process;
use crate::resample::BLOCK;
use crate::variant::VARIANTS;

/// Records so many processes of each variant under each load into a file.
///
/// # Errors
///
/// The file cannot be written, or a process did not measure.
pub(crate) fn to_file(
    path: &Path,
    processes: usize,
    seed: u64,
    date: String,
) -> Result<(), Problem> {
    let environment = Environment::here(seed, date);
    let mut writer = Writer::create(path, &environment)?;
    let mut rng = Rng::with_seed(seed);
    let rounds = processes.div_ceil(BLOCK);
    for number in 1..=rounds {
        round(&mut rng, |recorded| writer.line(&recorded))?;
        eprintln!("round {number} of {rounds}");
    }
    println!(
        "{} processes of each variant under each load in {}",
        rounds * BLOCK,
        path.display()
    );
    Ok(())
}

/// Records a block of neighbouring processes of each variant under each load. Rounds, and not cell after cell: so every
/// cell sees the machine at many times, and what is compared saw it at the same ones.
///
/// # Errors
///
/// A process did not measure, or `keep` failed.
pub(crate) fn round(
    rng: &mut Rng,
    mut keep: impl FnMut(Recorded) -> Result<(), Problem>,
) -> Result<(), Problem> {
    for load in LOADS {
        let _running = load.start(rng);
        for variant in &VARIANTS {
            for _ in 0..BLOCK {
                let seed = rng.u64(..);
                let values = process::run(variant, seed)?
                    .into_iter()
                    .map(rounded)
                    .collect();
                keep(Recorded {
                    variant: variant.name.to_owned(),
                    load,
                    seed,
                    values,
                })?;
            }
        }
    }
    Ok(())
}

/// To four digits after the point: far finer than any noise, and the file stays small.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

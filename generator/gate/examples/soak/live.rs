use course_gate::{Judged, PROCESSES, Rng, decide};

use crate::LIMIT;
use crate::load::{LOADS, Load};
use crate::problem::Problem;
use crate::process;
use crate::tally::{Row, Tally};
use crate::variant::{VARIANTS, Variant};

/// So many real gates. Variants take turns, and with every turn each meets another load.
///
/// # Errors
///
/// A process did not measure.
pub(crate) fn gates(gates: usize, rng: &mut Rng) -> Result<Vec<Row>, Problem> {
    let mut tallies = [[Tally::default(); LOADS.len()]; VARIANTS.len()];
    for number in 0..gates {
        let variant = number % VARIANTS.len();
        let load = (number + number / VARIANTS.len()) % LOADS.len();
        // A fork for each gate: what one draws must not hang on how many processes those before it needed.
        let (judged, processes) = gate(&VARIANTS[variant], LOADS[load], &mut rng.fork())?;
        tallies[variant][load].add(judged.verdict, processes);
    }
    let rows = VARIANTS.iter().zip(tallies).flat_map(|(variant, tallies)| {
        let row = move |(load, tally)| Row {
            variant,
            load,
            tally,
        };
        LOADS.into_iter().zip(tallies).map(row)
    });
    Ok(rows.filter(|row| row.tally.gates() > 0).collect())
}

/// One gate, as a grader runs it, and of how many processes it was.
fn gate(variant: &Variant, load: Load, rng: &mut Rng) -> Result<(Judged, usize), Problem> {
    let _running = load.start(rng);
    let mut processes = Vec::new();
    for count in PROCESSES {
        while processes.len() < count {
            processes.push(process::run(variant, rng.u64(..))?);
        }
        if let Some(judged) = decide(&processes, LIMIT) {
            let Judged {
                verdict,
                value,
                range,
                ..
            } = judged;
            eprintln!(
                "{:<11} {:<6} {count:>2} processes: {verdict:?}, {value:.3} in {:.3}..{:.3}",
                variant.name,
                load.name(),
                range.0,
                range.1
            );
            return Ok((judged, count));
        }
    }
    unreachable!("after the last round there is a verdict")
}

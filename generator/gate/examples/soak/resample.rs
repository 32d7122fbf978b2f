use course_gate::{Judged, PROCESSES, Rng, decide};

use crate::LIMIT;
use crate::pool::{Cell, Pool};
use crate::process::Values;
use crate::tally::{Row, Tally};

/// How many neighbouring processes stay together: what the machine did to one it often did to the next as well, and
/// gates of processes drawn one by one would not see that. As many as a gate asks for at a time.
pub(crate) const BLOCK: usize = 5;

/// What must be read beside a table of resampled gates.
pub(crate) const CAVEAT: &str = "The bounds of resampled gates are those of the drawing. That another recording would \
    give other processes is not in them: only more processes and other machines help against that.";

/// For each live gate so many are resampled to compare it with.
const ALIKE: usize = 100;

/// So many gates, spread evenly over the pool's cells.
pub(crate) fn gates(pool: &Pool, gates: usize, rng: &mut Rng) -> Vec<Row> {
    let cells = pool.cells.len();
    let row = |(number, cell): (usize, &Cell)| {
        let share = gates / cells + usize::from(number < gates % cells);
        drawn(cell, share, rng)
    };
    pool.cells.iter().enumerate().map(row).collect()
}

/// Gates of the same variants and loads as live ones.
pub(crate) fn alike(pool: &Pool, live: &[Row], rng: &mut Rng) -> Vec<Row> {
    let row = |row: &Row| {
        let is_same = |cell: &&Cell| cell.variant == row.variant && cell.load == row.load;
        let cell = pool.cells.iter().find(is_same)?;
        Some(drawn(cell, row.tally.gates() * ALIKE, rng))
    };
    live.iter().filter_map(row).collect()
}

fn drawn(cell: &Cell, gates: usize, rng: &mut Rng) -> Row {
    let mut tally = Tally::default();
    for _ in 0..gates {
        let (judged, processes) = gate(&cell.processes, rng);
        tally.add(judged.verdict, processes);
    }
    Row {
        variant: cell.variant,
        load: cell.load,
        tally,
    }
}

/// One gate, extended as a live one is, and of how many processes it was.
fn gate(pool: &[Values], rng: &mut Rng) -> (Judged, usize) {
    let mut processes = Vec::new();
    for count in PROCESSES {
        while processes.len() < count {
            let start = rng.usize(..pool.len());
            let missing = BLOCK.min(count - processes.len());
            let block = (0..missing).map(|next| &pool[(start + next) % pool.len()]);
            processes.extend(block.map(|values| with_replacement(values, rng)));
        }
        if let Some(judged) = decide(&processes, LIMIT) {
            return (judged, count);
        }
    }
    unreachable!("after the last round there is a verdict")
}

fn with_replacement(values: &[f64], rng: &mut Rng) -> Values {
    values
        .iter()
        .map(|_| values[rng.usize(..values.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use course_gate::Verdict;

    use super::*;

    #[test]
    fn gates_extend_as_live_ones() {
        let mut rng = Rng::with_seed(1);
        let clear = vec![vec![1.0; 30]; 7];
        let (judged, processes) = gate(&clear, &mut rng);
        assert_eq!((judged.verdict, processes), (Verdict::Pass, 5));
        let at_the_limit = vec![vec![2.0; 30]; 7];
        let (judged, processes) = gate(&at_the_limit, &mut rng);
        assert_eq!((judged.verdict, processes), (Verdict::Inconclusive, 15));
    }

    #[test]
    fn blocks_stay_together() {
        // The slow processes are neighbours: that five of them meet is as likely as a start, not as five throws.
        let mut pool = vec![vec![1.0; 30]; 10];
        pool[5..].fill(vec![3.0; 30]);
        let mut rng = Rng::with_seed(1);
        let early = (0..1000).filter(|_| gate(&pool, &mut rng).1 == 5).count();
        // Six of ten starts decide at once: five or four slow ones, or five fast ones.
        assert!((350..450).contains(&early), "{early}");
    }
}

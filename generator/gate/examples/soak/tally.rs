use course_gate::Verdict;

use crate::load::Load;
use crate::variant::Variant;

/// How many gates said what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) pass: usize,
    pub(crate) fail: usize,
    pub(crate) inconclusive: usize,
    /// Processes of all gates.
    pub(crate) processes: usize,
}

impl Tally {
    /// Adds a gate.
    pub(crate) fn add(&mut self, verdict: Verdict, processes: usize) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Inconclusive => self.inconclusive += 1,
        }
        self.processes += processes;
    }

    /// How many gates there were.
    pub(crate) fn gates(self) -> usize {
        self.pass + self.fail + self.inconclusive
    }

    /// The number of each verdict: pass, fail, inconclusive.
    pub(crate) fn verdicts(self) -> [usize; 3] {
        [self.pass, self.fail, self.inconclusive]
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, tally| Tally {
            pass: sum.pass + tally.pass,
            fail: sum.fail + tally.fail,
            inconclusive: sum.inconclusive + tally.inconclusive,
            processes: sum.processes + tally.processes,
        })
    }
}

/// The gates of one variant under one load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) variant: &'static Variant,
    pub(crate) load: Load,
    pub(crate) tally: Tally,
}

/// Adds up all rows that `which` picks.
pub(crate) fn sum(rows: &[Row], which: impl Fn(&Row) -> bool) -> Tally {
    rows.iter()
        .filter(|row| which(row))
        .map(|row| row.tally)
        .sum()
}

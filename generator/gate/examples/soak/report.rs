//! Tables in Markdown: they read well in a terminal and in a summary of a workflow.

use crate::binomial::{at_least, at_most, upper_bound};
use crate::load::LOADS;
use crate::tally::{Row, Tally, sum};
use crate::variant::{Truth, VARIANTS};

/// A verdict's number whose probability is less than this is told to differ.
const UNLIKELY: f64 = 0.01;

/// Prints how often gates were wrong, for each variant and load, and in sum.
pub(crate) fn table(title: &str, rows: &[Row]) {
    println!("### {title}\n");
    println!("In brackets: the upper 95 % bound of the rate, one-sided.\n");
    println!("| variant | load | gates | wrong fails | wrong passes | inconclusive | processes |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    for row in rows {
        line(row.variant.name, row.load.name(), rows, |other| {
            other.variant == row.variant && other.load == row.load
        });
    }
    for load in LOADS {
        line("all promised", load.name(), rows, |row| {
            row.variant.truth.is_promised() && row.load == load
        });
    }
    line("all within", "all", rows, |row| {
        row.variant.truth == Truth::Within
    });
    line("all beyond", "all", rows, |row| {
        row.variant.truth == Truth::Beyond
    });
    line("beyond, steady", "all", rows, |row| {
        row.variant.truth == Truth::Beyond && row.variant.is_steady()
    });
    line("not promised", "all", rows, |row| {
        !row.variant.truth.is_promised()
    });
    line("all promised", "all", rows, |row| {
        row.variant.truth.is_promised()
    });
    println!();
}

/// A line of the table. A fail can only be wrong of what is within, and a pass of what is beyond: each rate is one of
/// those alone, or half of all gates would make it look better.
fn line(name: &str, load: &str, rows: &[Row], which: impl Fn(&Row) -> bool) {
    let all = sum(rows, &which);
    if all.gates() == 0 {
        return;
    }
    let within = sum(rows, |row| which(row) && row.variant.truth.is_within());
    let beyond = sum(rows, |row| which(row) && !row.variant.truth.is_within());
    println!(
        "| {name} | {load} | {} | {} | {} | {} | {:.2} |",
        all.gates(),
        rate(within.fail, within.gates()),
        rate(beyond.pass, beyond.gates()),
        rate(all.inconclusive, all.gates()),
        all.processes as f64 / all.gates() as f64
    );
}

fn rate(events: usize, trials: usize) -> String {
    match trials {
        0 => "-".to_owned(),
        _ => format!(
            "{events} of {trials} ({:.3} %)",
            100.0 * upper_bound(events, trials)
        ),
    }
}

/// Prints how far the verdicts of live gates and of resampled ones of the same variants and loads differ.
pub(crate) fn comparison(live: &[Row], resampled: &[Row]) {
    println!("### Live gates beside resampled ones\n");
    println!("Pass, fail and inconclusive, and half the sum of the three differences.\n");
    println!("| variant | live gates | live | resampled | difference | by chance? |");
    println!("| --- | ---: | --- | --- | ---: | --- |");
    let (mut compared, mut differing) = (0, 0);
    for variant in &VARIANTS {
        let ours = sum(live, |row| row.variant == variant);
        let theirs = sum(resampled, |row| row.variant == variant);
        if ours.gates() == 0 || theirs.gates() == 0 {
            continue;
        }
        compared += 1;
        let likely = is_likely(ours, theirs);
        differing += usize::from(!likely);
        let difference: f64 = shares(ours)
            .iter()
            .zip(shares(theirs))
            .map(|(live, resampled)| (live - resampled).abs())
            .sum();
        println!(
            "| {} | {} | {} | {} | {:.1} % | {} |",
            variant.name,
            ours.gates(),
            percent(ours),
            percent(theirs),
            50.0 * difference,
            if likely { "may be" } else { "DIFFERS" }
        );
    }
    println!(
        "\nThe rates of {differing} of {compared} variants differ by more than chance (less than {UNLIKELY} likely).\n"
    );
}

fn shares(tally: Tally) -> [f64; 3] {
    tally
        .verdicts()
        .map(|count| count as f64 / tally.gates() as f64)
}

fn percent(tally: Tally) -> String {
    shares(tally)
        .map(|share| format!("{:.1} %", 100.0 * share))
        .join(" / ")
}

/// Whether so many live verdicts of each kind are what resampling leads one to expect.
fn is_likely(live: Tally, resampled: Tally) -> bool {
    let counts = live.verdicts().into_iter().zip(resampled.verdicts());
    counts.into_iter().all(|(live_count, count)| {
        // A verdict that was never drawn may still be possible: one more of each is added.
        let rate = (count + 1) as f64 / (resampled.gates() + 2) as f64;
        let tail = f64::min(
            at_most(live_count, live.gates(), rate),
            at_least(live_count, live.gates(), rate),
        );
        2.0 * tail > UNLIKELY
    })
}

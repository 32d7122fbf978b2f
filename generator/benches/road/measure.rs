//! Times of whole programs, in pairs.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::ground::Failed;

/// How long one thing took: the median of its runs, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seconds(pub(crate) f64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            seconds if seconds < 1.0 => write!(f, "{:.0} ms", seconds * 1000.0),
            seconds if seconds < 10.0 => write!(f, "{seconds:.2} s"),
            seconds => write!(f, "{seconds:.0} s"),
        }
    }
}

/// The time that something takes.
pub(crate) fn timed(work: impl FnOnce() -> Result<(), Failed>) -> Result<Duration, Failed> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The medians of several things that are done in turn, round after round, and of the ratio of each to the
/// first. Each gets the number of its round.
pub(crate) fn in_turn<const N: usize>(
    rounds: usize,
    mut things: [&mut dyn FnMut(usize) -> Result<Duration, Failed>; N],
) -> Result<([Seconds; N], [f64; N]), Failed> {
    let mut times: Vec<[f64; N]> = Vec::new();
    for round in 0..rounds {
        let mut row = [0.0; N];
        for (time, thing) in row.iter_mut().zip(&mut things) {
            *time = thing(round)?.as_secs_f64();
        }
        times.push(row);
    }
    let column = |index: usize| median(times.iter().map(|row| row[index]).collect());
    let ratio = |index: usize| median(times.iter().map(|row| row[index] / row[0]).collect());
    Ok((
        std::array::from_fn(|index| Seconds(column(index))),
        std::array::from_fn(ratio),
    ))
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs a program that must succeed; the most memory that it held, in MiB, read from the system each
/// millisecond.
pub(crate) fn peak_memory(mut command: Command) -> Result<f64, Failed> {
    let mut child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    loop {
        let about = std::fs::read_to_string(&status).unwrap_or_default();
        let line = about.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok())
        {
            peak = kib / 1024.0;
        }
        if let Some(ended) = child.try_wait()? {
            return match ended.success() {
                true => Ok(peak),
                false => Err(format!("{command:?} failed").into()),
            };
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

//! A gate program as a benchmark: criterion is the harness, and what it measures is the ratio.

use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter};
use criterion::{Criterion, SamplingMode, Throughput};

use crate::gate::{Gate, Way};
use crate::order_statistics::median;
use crate::pairs::{Pair, Pairs, value};
use crate::program;
use crate::programs::Programs;
use crate::{Measured, Order, Reply, Rng, Sample, pin};

/// Student's time over peer's. Criterion's own clock never runs.
struct Ratio;

impl Measurement for Ratio {
    type Intermediate = ();
    type Value = f64;

    fn start(&self) {}

    fn end(&self, (): ()) -> f64 {
        0.0
    }

    fn add(&self, a: &f64, b: &f64) -> f64 {
        a + b
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Times
    }
}

/// Ratios in words.
struct Times;

impl ValueFormatter for Times {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        "x"
    }

    fn scale_throughputs(&self, _: f64, _: &Throughput, _: &mut [f64]) -> &'static str {
        "x"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "ratio"
    }
}

/// A seed for what nobody judges, the same each time.
const SEED: u64 = 20_261_128;

/// Runs all gates whose names hold the filter among `words`.
pub(crate) fn run(gates: &[Gate], words: &[String]) {
    program::remember_panics();
    println!("seed {SEED}\n");
    let filter = filter(words);
    let chosen = |gate: &&Gate| filter.is_none_or(|filter| gate.name.contains(filter));
    let mut criterion = Criterion::default()
        .with_measurement(Ratio)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(30)
        .configure_from_args();
    for gate in gates.iter().filter(chosen) {
        let programs = Programs::default();
        match &gate.way {
            Way::Pairs { build, .. } => said(gate.name, || ratio(&mut criterion, gate.name, build)),
            Way::Process { build, .. } => said(gate.name, || {
                pin::to_one_core();
                ratio(&mut criterion, gate.name, &build(&programs));
            }),
            _ => println!("{}: {}\n", gate.name, told(gates, gate)),
        }
    }
    criterion.final_summary();
}

/// Runs a benchmark; where it cannot measure, says why and goes on.
fn said(name: &str, measure: impl FnOnce()) {
    let measured = program::caught(|| {
        measure();
        Ok(())
    });
    match measured {
        Ok(()) => {}
        Err(Reply::Broken(why)) => println!("{name}: not measured: {why}\n"),
        Err(Reply::Failed(why)) => println!("{name}: FAILED: {why}\n"),
        // Nobody asked for names, or measured elsewhere.
        Err(Reply::Gates(_) | Reply::Measured(_)) => {}
    }
}

/// The word by which benchmarks are chosen: the first that is neither an option nor the value of one.
fn filter(words: &[String]) -> Option<&str> {
    let mut before = "";
    for word in words {
        let is_value = before.starts_with("--") && !SWITCHES.contains(&before);
        if !word.starts_with('-') && !is_value {
            return Some(word);
        }
        before = word;
    }
    None
}

/// Options that have no value.
const SWITCHES: [&str; 8] = [
    "--bench",
    "--exact",
    "--list",
    "--noplot",
    "--discard-baseline",
    "--quick",
    "--quiet",
    "--verbose",
];

/// One sample is one fresh instance; its value the one that the grader takes.
fn ratio(criterion: &mut Criterion<Ratio>, name: &str, build: &dyn Fn(&mut Rng) -> Box<dyn Pairs>) {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    let mut rng = Rng::with_seed(SEED);
    group.bench_function("student over peer", |bencher| {
        bencher.iter_custom(|pairs| {
            let mut sides = build(&mut rng);
            let measured = (0..=pairs).map(|_| {
                let pair = sides.pair(&mut rng);
                assert!(
                    pair.agrees,
                    "the outputs differ from the peer's on the same inputs"
                );
                pair
            });
            let measured: Vec<Pair> = measured.skip(1).collect();
            // Criterion divides by the number of iterations.
            value(&measured) * pairs as f64
        });
    });
    group.finish();
}

/// A gate that is no ratio, in words.
fn told(gates: &[Gate], gate: &Gate) -> String {
    let order = Order {
        gate: Some(gate.name.to_owned()),
        seed: SEED,
        programs: Vec::new(),
    };
    match program::reply(gates, &order) {
        Reply::Measured(Measured { sample, agreed }) => match sample {
            Sample::Instances { values, .. } => {
                format!("time grows by {:+.2} powers of the size", median(&values))
            }
            Sample::Counted(count) => format!(
                "{} in {} operations, {:.2} an operation",
                count.events,
                count.operations,
                count.rate()
            ),
            Sample::Held(ended) => {
                let words = ended.into_iter().map(|(name, finished)| match finished {
                    true => format!("{name}: finished"),
                    false => format!("{name}: WAITED for the thread that was held"),
                });
                words.collect::<Vec<_>>().join("; ")
            }
            Sample::Agreed => format!("outputs equal to the peer's in {agreed} batches"),
            Sample::Number(number) => format!("{number:.3}"),
        },
        Reply::Failed(why) => format!("FAILED: {why}"),
        Reply::Broken(why) => format!("not measured: {why}"),
        Reply::Gates(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_options_choose_nothing() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(filter(&words("--bench --sample-size 10")), None);
        assert_eq!(filter(&words("get --bench")), Some("get"));
        assert_eq!(filter(&words("--bench get")), Some("get"));
        assert_eq!(
            filter(&words("--save-baseline mine put --bench")),
            Some("put")
        );
    }
}

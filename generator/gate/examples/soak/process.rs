use std::process::{Command, Stdio};

use course_gate::{Measured, Rng, Sample, measure};

use crate::problem::Problem;
use crate::variant::Variant;
use crate::workload;

/// What one process measured: a median of pair ratios for each instance.
pub(crate) type Values = Vec<f64>;

/// In the fresh process: measures, and prints what came out.
///
/// # Errors
///
/// There is no such variant, or the outputs differ.
pub(crate) fn answer(variant: &str, seed: u64) -> Result<(), Problem> {
    let variant = Variant::named(variant)?;
    let mut rng = Rng::with_seed(seed);
    let cost = variant.cost.of_process(&mut rng);
    let measured = measure(&mut rng, workload::OPERATIONS, |rng| {
        workload::sides(cost.of_instance(rng))
    });
    let measured = measured.map_err(Problem::Process)?;
    let line = serde_json::to_string(&measured).expect("plain values");
    println!("{line}");
    Ok(())
}

/// In the parent: starts a fresh process and reads what it measured.
///
/// # Errors
///
/// It could not be started, or it did not measure.
pub(crate) fn run(variant: &Variant, seed: u64) -> Result<Values, Problem> {
    let failed =
        |why: String| Problem::Process(format!("{} with seed {seed}: {why}", variant.name));
    let own = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let output = Command::new(own)
        .args(["process", variant.name, &seed.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    // A ratio that is no number became `null`, which is none here.
    let measured: Measured =
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
    match measured.sample {
        Sample::Instances { values, .. } => Ok(values),
        other => Err(failed(format!("not instances but {other:?}"))),
    }
}

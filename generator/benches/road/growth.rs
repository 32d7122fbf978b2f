//! How the steps grow with the course: exercises of twenty stages, from five to fifty.

use std::path::PathBuf;

use crate::big_course::Size;
use crate::ground::{Failed, Ground, succeed};
use crate::measure::{Seconds, in_turn, peak_memory, timed};

const ROUNDS: usize = 7;
const STAGES: usize = 20;
const EXERCISES: [usize; 4] = [5, 12, 25, 50];

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let mut courses: Vec<PathBuf> = Vec::new();
    for exercises in EXERCISES {
        let size = Size {
            exercises,
            stages: STAGES,
        };
        courses.push(ground.big_course(&format!("growth-{exercises}"), size)?);
    }
    let mut table = "| step |".to_owned();
    for exercises in EXERCISES {
        table.push_str(&format!(" {exercises} exercises |"));
    }
    table.push_str(
        " time an exercise, 50 to 5 | memory at 5, 25, 50 |\n|---|---|---|---|---|---|---|\n",
    );
    for (name, words) in [
        ("check", &["check"][..]),
        ("plan", &["plan"]),
        ("render", &["render", "--out"]),
        ("publish", &["publish", "--execute"]),
    ] {
        let run = |index: usize| {
            ground.put_aside(&courses[index].join(".forge"))?;
            let out = ground.folder("out")?.display().to_string();
            let mut words = words.to_vec();
            if name == "render" {
                words.push(&out);
            }
            Ok::<_, Failed>(ground.course(&courses[index], &words))
        };
        let time = |index: usize| {
            let command = run(index)?;
            timed(|| succeed(command))
        };
        let (times, ratios) = in_turn(
            ROUNDS,
            [
                &mut |_| time(0),
                &mut |_| time(1),
                &mut |_| time(2),
                &mut |_| time(3),
            ],
        )?;
        let memory = |index: usize| peak_memory(run(index)?);
        let growth = ratios[3] * EXERCISES[0] as f64 / EXERCISES[3] as f64;
        table.push_str(&format!(
            "| `{name}` | {} | {} | {} | {} | {growth:.2} | {:.0}, {:.0}, {:.0} MiB |\n",
            Seconds(times[0].0),
            Seconds(times[1].0),
            Seconds(times[2].0),
            Seconds(times[3].0),
            memory(0)?,
            memory(2)?,
            memory(3)?
        ));
    }
    Ok(table)
}

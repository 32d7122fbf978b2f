//! `course render` against cargo-generate, which makes the same trees of what was rendered before, and
//! against copying them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::big_course::Size;
use crate::ground::{Failed, Ground, silent, succeed};
use crate::measure::{in_turn, timed};

const ROUNDS: usize = 9;

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let mut table = "| what | `course render` | cargo generate | ratio | `cp -r` | ratio |\n|---|---|---|---|---|---|\n".to_owned();
    let size = Size {
        exercises: 25,
        stages: 20,
    };
    for (what, course) in [
        ("this course, one tree", ground.course_copy("course")?),
        (
            "25 exercises of 20 stages, 25 trees",
            ground.big_course("big", size)?,
        ),
    ] {
        table.push_str(&row(ground, what, &course)?);
    }
    Ok(table
        + "\n`course render` reads the source, checks it, cuts and fills in; the others only copy what it made. cargo-generate is called once for each tree, with `--vcs none`.\n")
}

fn row(ground: &Ground, what: &str, course: &Path) -> Result<String, Failed> {
    let program = ground.cargo_generate()?;
    let rendered = ground.folder("rendered")?;
    let out = rendered.display().to_string();
    succeed(ground.course(course, &["render", "--out", &out]))?;
    let trees = fs::read_dir(&rendered)?.collect::<Result<Vec<_>, _>>()?;
    let ours = &mut |_| {
        let out = ground.folder("ours")?.display().to_string();
        timed(|| succeed(ground.course(course, &["render", "--out", &out])))
    };
    let generate = &mut |_| {
        let out = ground.folder("generated")?;
        timed(|| {
            for (number, tree) in trees.iter().enumerate() {
                let mut command = Command::new(&program);
                command.arg("generate").arg("--path").arg(tree.path());
                command.args([
                    "--name",
                    &format!("project-{number}"),
                    "--silent",
                    "--vcs",
                    "none",
                ]);
                command
                    .arg("--destination")
                    .arg(&out)
                    .env("CARGO_NAME", "Ada");
                succeed(silent(command))?;
            }
            Ok(())
        })
    };
    let copied = &mut |_| {
        let out = ground.folder("copied")?;
        let mut command = Command::new("cp");
        command.arg("-r").arg(&rendered).arg(out.join("trees"));
        timed(|| succeed(silent(command)))
    };
    let (times, ratios) = in_turn(ROUNDS, [ours, generate, copied])?;
    Ok(format!(
        "| {what} | {} | {} | {:.2} | {} | {:.2} |\n",
        times[0], times[1], ratios[1], times[2], ratios[2]
    ))
}

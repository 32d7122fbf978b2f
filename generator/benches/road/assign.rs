//! A thousand students' repositories on the local forge: against the git program, which clones the template repository
//! for each, and against the way of RepoBee, which clones it once and pushes it to an empty repository for each.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use walkdir::WalkDir;

use crate::ground::{Failed, Ground, git, succeed};
use crate::measure::{in_turn, timed};

const ROUNDS: usize = 3;
const STUDENTS: usize = 1000;
const SLUG: &str = "01-core-rust";

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let course = ground.course_copy("assigned")?;
    let names: Vec<String> = (0..STUDENTS).map(|n| format!("student-{n:04}")).collect();
    let roster = course.join("roster.csv");
    fs::write(&roster, names.join("\n"))?;
    succeed(ground.course(&course, &["publish", SLUG, "--execute"]))?;
    let organisation = fs::read_dir(course.join(".forge"))?
        .filter_map(Result::ok)
        .find(|entry| entry.path().is_dir())
        .ok_or("no organisation")?;
    let organisation = organisation.file_name();
    let template = ground.folder("template")?.join("template.git");
    fs::rename(
        course
            .join(".forge")
            .join(&organisation)
            .join(format!("{SLUG}.git")),
        &template,
    )?;
    let bare = template.display().to_string();
    let roster = roster.display().to_string();
    let [mut by_git, mut by_us, mut pushed] = [0.0; 3];

    let with_git = &mut |_| {
        let forge = ground.folder("git")?;
        let time = timed(|| {
            for name in &names {
                git(&forge, &["clone", "-q", "--bare", &bare, name])?;
            }
            Ok(())
        })?;
        by_git = mebibytes(&forge)?;
        Ok(time)
    };
    let ours = &mut |_| {
        ground.put_aside(&course.join(".forge"))?;
        succeed(ground.course(&course, &["publish", SLUG, "--execute"]))?;
        let words = ["assign", SLUG, "--roster", &roster, "--execute"];
        let time = timed(|| succeed(ground.course(&course, &words)))?;
        by_us = mebibytes(&course.join(".forge"))?;
        Ok(time)
    };
    let clone_and_push = &mut |_| {
        let (forge, work) = (ground.folder("pushed")?, ground.folder("work")?);
        let time = timed(|| {
            let clone = work.join("clone");
            git(&work, &["clone", "-q", &bare, &clone.display().to_string()])?;
            for name in &names {
                let place = forge.join(name).display().to_string();
                git(&forge, &["init", "-q", "--bare", &place])?;
                git(&clone, &["push", "-q", &place, "main"])?;
            }
            Ok(())
        })?;
        pushed = mebibytes(&forge)?;
        Ok(time)
    };
    let (times, ratios) = in_turn(ROUNDS, [with_git, ours, clone_and_push])?;
    let sizes = [by_git, by_us, pushed];
    let row = |what: &str, index: usize| {
        format!(
            "| {what} | {} | {:.2} | {:.0} MiB | {:.2} |\n",
            times[index],
            ratios[index],
            sizes[index],
            sizes[index] / sizes[0]
        )
    };
    Ok(format!(
        "| {STUDENTS} repositories of `{SLUG}` | time | to git | disk | to git |\n|---|---|---|---|---|\n{}{}{}",
        row("`git clone --bare` for each", 0),
        row(
            "`course assign --execute`: with a second branch, a commit, a record of pushes and a journal",
            1
        ),
        row(
            "RepoBee's way: one clone, then `init --bare` and `push` for each",
            2
        )
    ))
}

/// What a folder takes on the disk. A file with several names counts once.
fn mebibytes(folder: &Path) -> Result<f64, Failed> {
    let mut seen = BTreeSet::new();
    let mut blocks = 0;
    for entry in WalkDir::new(folder) {
        let metadata = entry?.metadata()?;
        if seen.insert(metadata.ino()) {
            blocks += metadata.blocks();
        }
    }
    Ok(blocks as f64 * 512.0 / (1024.0 * 1024.0))
}

//! `course publish` of a hundred repositories against the git program, which publishes the same trees once
//! they are rendered.

use std::fs;
use std::path::Path;

use course::file_tree;
use course::forge::{ForgeWriter, LocalForge, Settings, Write};
use course::git::{Repository, Signed};

use crate::big_course::Size;
use crate::ground::{Failed, Ground, copy, git, succeed};
use crate::measure::{in_turn, timed};

const ROUNDS: usize = 5;
const REPOSITORIES: usize = 100;

pub(crate) fn table(ground: &Ground) -> Result<String, Failed> {
    let size = Size {
        exercises: REPOSITORIES,
        stages: 4,
    };
    let course = ground.big_course("hundred", size)?;
    let rendered = ground.folder("rendered")?;
    let out = rendered.display().to_string();
    succeed(ground.course(&course, &["render", "--out", &out]))?;
    let ours = &mut |_| {
        ground.put_aside(&course.join(".forge"))?;
        timed(|| succeed(ground.course(&course, &["publish", "--execute"])))
    };
    let with_git = &mut |_| {
        let (forge, work) = (ground.folder("forge")?, ground.folder("work")?);
        copy(&rendered, &work)?;
        timed(|| {
            for tree in fs::read_dir(&work)? {
                let tree = tree?;
                let bare = forge.join(tree.file_name());
                publish_with_git(&tree.path(), &bare)?;
            }
            Ok(())
        })
    };
    let mut trees = Vec::new();
    for tree in fs::read_dir(&rendered)? {
        let tree = tree?;
        let name = tree.file_name().to_string_lossy().into_owned();
        trees.push((name, file_tree::read(&tree.path(), &[])?));
    }
    let signed = Signed {
        name: "Ada".to_owned(),
        email: "ada@students.example".to_owned(),
        time: 0,
    };
    let alone = &mut |_| {
        let forge = LocalForge::new(&ground.folder("forge")?, "big");
        let scratch = ground.folder("commits")?;
        timed(|| {
            for (name, tree) in &trees {
                let made = Repository::create(&scratch.join(name))?;
                let commit = made.add_commit(tree, &[], &signed, "release")?;
                forge.write(&Write::Create {
                    repository: name.clone(),
                    settings: Settings::default(),
                    branches: [("main".to_owned(), commit)].into(),
                    objects: made.path().to_owned(),
                })?;
            }
            Ok(())
        })
    };
    let (times, ratios) = in_turn(ROUNDS, [with_git, ours, alone])?;
    let row = |what: &str, index: usize| {
        format!(
            "| {what} | {} | {:.1} |\n",
            times[index],
            1.0 / ratios[index]
        )
    };
    Ok(format!(
        "| {REPOSITORIES} repositories | time | git: times as long |\n|---|---|---|\n{}{}{}\nGit gets the rendered trees and runs `init --bare`, `init`, `add`, `commit` and `push` for each.\n",
        row("git", 0),
        row(
            "`course publish --execute`: read, check, render, publish",
            1
        ),
        row("its publishing alone, of the rendered trees", 2)
    ))
}

fn publish_with_git(tree: &Path, bare: &Path) -> Result<(), Failed> {
    let bare = bare.display().to_string();
    git(tree, &["init", "-q", "--bare", "-b", "main", &bare])?;
    git(tree, &["init", "-q", "-b", "main"])?;
    git(tree, &["add", "-A"])?;
    git(tree, &["commit", "-q", "-m", "release"])?;
    git(tree, &["push", "-q", &bare, "main"])
}

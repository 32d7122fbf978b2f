//! The page ATTACKS.md: each attack, what it would win, and what stops it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::fixture;
use crate::builder::assert_pinned;

const HEAD: &str = "# Attacks

Written by a test from the files in [`tests/fixtures/submissions/attacks`](tests/fixtures/submissions/attacks); do not edit
it by hand. What the defences are, and what is not defended, is in [SECURITY.md](SECURITY.md).

*Wins* is what an attack gets from a grader that clones the repository, runs `cargo test` and believes it: points, something
outside, the network, a process that survives, time, memory, disk, output, words that act on who reads a report, or that what
it does goes unseen. *Untried* is what that grader is not tried with: it has no bound, or is after one that works in another
way. *Stopped by* lists defences each of which stops it alone, all others off.
";

#[test]
fn the_page_of_attacks_is_up_to_date() {
    let mut by_class: BTreeMap<String, Vec<fixture::Fixture>> = BTreeMap::new();
    for attack in fixture::all("attacks") {
        by_class
            .entry(attack.class.clone())
            .or_default()
            .push(attack);
    }
    let mut page = HEAD.to_owned();
    for (class, attacks) in by_class {
        let _ = write!(
            page,
            "\n## {class}\n\n| attack | what it does | wins | points here | stopped by |\n|---|---|---|---|---|\n"
        );
        for attack in attacks {
            let gain = attack.gain.as_ref().map_or("", |gain| gain.kind.as_str());
            let _ = writeln!(
                page,
                "| `{}` | {} | {gain} | {} | {} |",
                attack.name,
                attack.what.replace('|', "\\|"),
                attack.expect.points,
                attack.stopped.by.join(", ")
            );
        }
    }
    assert_pinned("ATTACKS.md", &page);
}

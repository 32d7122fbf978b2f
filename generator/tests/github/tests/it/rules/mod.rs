//! The rules of state: what GitHub refuses although it understands the request. Each is shown to be refused, and
//! `RULES.md` lists them all.

mod branches;
mod people;
mod repositories;
mod texts;

use std::fs;
use std::path::Path;

use local_github::Config;

use crate::world::{World, described};

/// A rule.
struct Rule {
    /// What is refused, a sentence.
    says: &'static str,
    /// The page of docs.github.com that it rests on.
    page: &'static str,
    /// Does the page say it, or is it known from the service's answers alone?
    basis: Basis,
    /// Breaks it and sees that it is refused.
    refuses: fn(&World),
}

#[derive(Clone, Copy)]
enum Basis {
    Said,
    Seen,
}

const fn said(says: &'static str, page: &'static str, refuses: fn(&World)) -> Rule {
    Rule {
        says,
        page,
        basis: Basis::Said,
        refuses,
    }
}

const fn seen(says: &'static str, page: &'static str, refuses: fn(&World)) -> Rule {
    Rule {
        says,
        page,
        basis: Basis::Seen,
        refuses,
    }
}

const RULES: &[(&str, &[Rule])] = &[
    ("Repositories", repositories::RULES),
    ("People and tokens", people::RULES),
    ("Branches and pushes", branches::RULES),
    ("Pull requests, issues, comments, statuses", texts::RULES),
];

#[test]
fn every_rule_refuses() {
    every_rule_refuses_in(Config::default);
}

#[test]
#[ignore = "needs node"]
fn every_rule_refuses_as_described() {
    every_rule_refuses_in(described);
}

#[expect(
    clippy::print_stdout,
    reason = "of a list of rules, the last one is the one that failed"
)]
fn every_rule_refuses_in(config: fn() -> Config) {
    for rule in RULES.iter().flat_map(|(_, rules)| rules.iter()) {
        println!("{}", rule.says);
        (rule.refuses)(&World::with(config()));
    }
}

#[test]
fn the_page_lists_every_rule() {
    let mut page = "# What `local-github` refuses\n\nEach line is a rule of GitHub's about the state of things, and has a test in `tests/it/rules` \
                    that breaks it. *Said*: the page says so. *Seen*: the page is about the operation, and the rule is known from the service's answers.\n\n\
                    `COURSE_BLESS=1 cargo test --package local-github rules` writes this page.\n"
        .to_owned();
    for (heading, rules) in RULES {
        page += &format!("\n## {heading}\n\n| refused | where | page |\n|---|---|---|\n");
        for rule in *rules {
            let basis = match rule.basis {
                Basis::Said => "said",
                Basis::Seen => "seen",
            };
            let name = rule
                .page
                .split('#')
                .next()
                .and_then(|page| page.rsplit('/').next());
            let address = format!("https://docs.github.com/{}", rule.page);
            page += &format!(
                "| {} | {basis} | [{}]({address}) |\n",
                rule.says,
                name.unwrap_or_default()
            );
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RULES.md");
    if std::env::var_os("COURSE_BLESS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, page, "COURSE_BLESS=1 writes it");
}

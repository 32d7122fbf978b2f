//! `course actions-cost`: every figure here was computed by hand.

use course::actions_cost::{Class, Cost, Plan, Setting, Visibility, cost};

use crate::builder::Tiny;

/// 10 students, 2 assignments, 5 pushes: 100 pushes of a job of 61 seconds, that is 2 minutes. Nothing else happens.
fn class() -> Class {
    Class {
        students: 10,
        modules: 2,
        pushes: 5,
        job_seconds: 61,
        cold_job_seconds: 61,
        build_seconds: 0,
        gate_seconds: 0,
        setup_seconds: 20,
        stages: 6,
        limit_minutes: 15,
        superseded_percent: 0,
        pages_percent: 0,
        branch_percent: 0,
        passing_percent: 0,
        endless_percent: 0,
        plan: Plan::Free,
        visibility: Visibility::Private,
        settings: Setting::ALL.to_vec(),
    }
}

fn saved(cost: &Cost, setting: Setting) -> i64 {
    let mut settings = cost.settings.iter();
    let saving = settings.find(|saving| saving.setting == setting);
    saving.expect("each setting").saves
}

/// Minutes used, and what the setting saves, whether the workflow has it or not.
#[track_caller]
fn holds(class: Class, setting: Setting, used: u64, saves: i64) {
    let with = cost(&class);
    assert_eq!((with.used, saved(&with, setting)), (used, saves));
    let mut class = class;
    class.settings.retain(|other| *other != setting);
    let without = cost(&class);
    assert_eq!(without.used, used.saturating_add_signed(saves));
    assert_eq!(saved(&without, setting), saves);
}

#[test]
fn a_second_over_a_minute_is_two_minutes() {
    assert_eq!(cost(&class()).used, 200);
    let job = |job_seconds| {
        cost(&Class {
            job_seconds,
            ..class()
        })
        .used
    };
    assert_eq!((job(60), job(1), job(0), job(120)), (100, 100, 100, 200));
}

#[test]
fn a_job_for_each_stage_rounds_up_six_times() {
    // Each of 6 takes 20 + 41/6 seconds, which is 1 minute.
    holds(class(), Setting::OneJob, 200, 400);
}

#[test]
fn a_cache_saves_the_cold_seconds_and_a_binary_the_build() {
    let cold = Class {
        cold_job_seconds: 130,
        ..class()
    };
    holds(cold, Setting::Cache, 200, 100);
    // 61 + 240 = 301 seconds are 6 minutes.
    let build = Class {
        build_seconds: 240,
        ..class()
    };
    holds(build, Setting::Binary, 200, 400);
}

#[test]
fn a_cancelled_run_has_spent_half_its_seconds() {
    // 90 pushes of 2 minutes and 10 of 31 seconds.
    let class = Class {
        superseded_percent: 10,
        ..class()
    };
    holds(class, Setting::CancelOlder, 190, 10);
}

#[test]
fn pushes_that_start_nothing_cost_nothing() {
    let pages = Class {
        pages_percent: 20,
        ..class()
    };
    holds(pages, Setting::Paths, 160, 40);
    let branches = Class {
        branch_percent: 50,
        pages_percent: 20,
        ..class()
    };
    // 100 pushes, 80 without pages alone, 40 of these to the default branch.
    holds(branches, Setting::DefaultBranch, 80, 80);
}

#[test]
fn gates_cost_where_they_are_measured() {
    // 61 + 60 = 121 seconds are 3 minutes: for 25 pushes, or for all.
    let class = Class {
        gate_seconds: 60,
        passing_percent: 25,
        ..class()
    };
    holds(class, Setting::GatesLast, 225, 75);
}

#[test]
fn an_endless_loop_runs_to_the_limit() {
    // 99 pushes of 2 minutes and one of 15, or of 360.
    let class = Class {
        endless_percent: 1,
        ..class()
    };
    holds(class, Setting::TimeLimit, 213, 345);
}

#[test]
fn without_any_setting_all_of_it_adds_up() {
    let class = Class {
        cold_job_seconds: 130,
        build_seconds: 240,
        gate_seconds: 60,
        endless_percent: 1,
        ..class()
    };
    // Each of 6 jobs: 20 + 41/6 + 69 + 240 = 335.8 seconds, 6 minutes; with the gates 395.8, 7 minutes. A push: 7 + 5 * 6 = 37.
    // One with a loop: 360 + 5 * 6 = 390. 99 * 37 + 390 = 4053.
    assert_eq!(cost(&class).used_without_settings, 4_053);
}

#[test]
fn what_is_beyond_the_plan_costs_six_thousandths_of_a_dollar_a_minute() {
    // 2,500 pushes of 2 minutes.
    let class = Class {
        students: 250,
        ..class()
    };
    let of = |plan, visibility| {
        let cost = cost(&Class {
            plan,
            visibility,
            ..class.clone()
        });
        (
            cost.used,
            cost.counted,
            cost.included,
            cost.beyond,
            cost.cents,
        )
    };
    let private = Visibility::Private;
    assert_eq!(of(Plan::Free, private), (5_000, 5_000, 2_000, 3_000, 1_800));
    assert_eq!(of(Plan::Pro, private), (5_000, 5_000, 3_000, 2_000, 1_200));
    assert_eq!(of(Plan::Team, private), (5_000, 5_000, 3_000, 2_000, 1_200));
    assert_eq!(of(Plan::Enterprise, private), (5_000, 5_000, 50_000, 0, 0));
    assert_eq!(of(Plan::Free, Visibility::Public), (5_000, 0, 2_000, 0, 0));
}

#[test]
fn it_is_printed_as_a_table_and_as_json() {
    let tiny = Tiny::new();
    let words = "actions-cost --students 250 --modules 2 --pushes 5 --job-seconds 61 --superseded-percent 0 --pages-percent 0 --gate-seconds 0 --endless-percent 0 --with default-branch --branch-percent 0 --without cache,binary --cold-job-seconds 130 --build-seconds 0";
    // 130 seconds are 3 minutes.
    let table = tiny.course(words).succeeds().stdout;
    let row = |what: &str| {
        let line = table.lines().find(|line| line.contains(what));
        let line = line.unwrap_or_else(|| panic!("{what}: {table}"));
        (
            line.starts_with('+'),
            line.split_whitespace()
                .last()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    assert_eq!(row("used, each job"), (false, "7,500".to_owned()));
    assert_eq!(row("beyond"), (false, "5,500".to_owned()));
    assert_eq!(row("cost"), (false, "$33.00".to_owned()));
    assert_eq!(row("cached dependencies"), (false, "2,500".to_owned()));
    assert_eq!(row("the default branch"), (true, "0".to_owned()));
    let json = tiny.course(&format!("{words} --json")).succeeds().json();
    assert_eq!(
        (&json["used"], &json["cents"]),
        (&7500.into(), &3300.into())
    );
    let schema = tiny.course("schema actions-cost").succeeds().json();
    let valid = jsonschema::validator_for(&schema).expect("a schema");
    assert!(valid.is_valid(&json), "{json}");
}

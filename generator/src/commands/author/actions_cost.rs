use std::fmt::Write as _;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::Answer;
use super::terminal::{print, print_json};
use crate::actions_cost::{
    self, BUILD_SECONDS, COLD_JOB_SECONDS, Class, Cost, GATE_SECONDS, JOB_SECONDS, Plan, Setting,
    Visibility,
};
use crate::error::Result;

impl ValueEnum for Setting {
    fn value_variants<'a>() -> &'a [Setting] {
        &Setting::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.about()))
    }
}

impl ValueEnum for Plan {
    fn value_variants<'a>() -> &'a [Plan] {
        &Plan::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Visibility {
    fn value_variants<'a>() -> &'a [Visibility] {
        &Visibility::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

/// What the workflow of our templates has.
const TEMPLATE: [Setting; 7] = [
    Setting::CancelOlder,
    Setting::Paths,
    Setting::OneJob,
    Setting::Cache,
    Setting::Binary,
    Setting::GatesLast,
    Setting::TimeLimit,
];

/// Say how many minutes of GitHub Actions a class uses a month, what they cost and what saves some
#[derive(clap::Args)]
#[command(after_help = "Examples:
  course actions-cost --students 100 --modules 2 --pushes 20
  course actions-cost --students 30 --modules 1 --pushes 40 --job-seconds 95 --plan team --without cache

It is arithmetic on the figures that you give; a job is billed in whole minutes. A row says what its setting saves while the
others stay as they are, so rows do not add up. Look up a job's seconds in the list of runs of one of your repositories.")]
pub(in crate::commands) struct Args {
    /// Students
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    students: u32,
    /// Assignments that each student works on in the month
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(..=1_000))]
    modules: u32,
    /// Pushes of one student to one assignment in the month
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100_000))]
    pushes: u32,
    /// Seconds of the job, dependencies cached, course as a binary, without gates
    #[arg(long, value_name = "S", default_value_t = JOB_SECONDS, value_parser = seconds())]
    job_seconds: u32,
    /// Seconds of the same job, dependencies compiled anew
    #[arg(long, value_name = "S", default_value_t = COLD_JOB_SECONDS, value_parser = seconds())]
    cold_job_seconds: u32,
    /// Seconds that building course adds
    #[arg(long, value_name = "S", default_value_t = BUILD_SECONDS, value_parser = seconds())]
    build_seconds: u32,
    /// Seconds that measuring the gates adds; 0 where there are none
    #[arg(long, value_name = "S", default_value_t = GATE_SECONDS, value_parser = seconds())]
    gate_seconds: u32,
    /// Seconds of a job before its first test, which each of several jobs spends anew
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = seconds())]
    setup_seconds: u32,
    /// Stages of an assignment: jobs, where each stage has its own
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    stages: u32,
    /// Minutes after which the workflow ends a job
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=360))]
    limit_minutes: u32,
    /// Percent of pushes that a newer push overtakes, half-way on average
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = percent())]
    superseded_percent: u32,
    /// Percent of pushes that change pages only
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = percent())]
    pages_percent: u32,
    /// Percent of pushes that go to other branches
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = percent())]
    branch_percent: u32,
    /// Percent of pushes whose tests all pass
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = percent())]
    passing_percent: u32,
    /// Percent of pushes with an endless loop that only the end of the job ends
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = percent())]
    endless_percent: u32,
    /// The plan of the organisation that owns the repositories
    #[arg(long, value_enum, default_value_t = Plan::Free)]
    plan: Plan,
    /// Who sees the students' repositories
    #[arg(long, value_enum, default_value_t = Visibility::Private)]
    visibility: Visibility,
    /// Settings that your workflow has beside those of our templates
    #[arg(long, value_enum, value_name = "SETTING", value_delimiter = ',')]
    with: Vec<Setting>,
    /// Settings of our templates that your workflow has not
    #[arg(long, value_enum, value_name = "SETTING", value_delimiter = ',')]
    without: Vec<Setting>,
    /// Print figures and assumptions as JSON; `course schema actions-cost` prints its schema
    #[arg(long)]
    json: bool,
}

fn seconds() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(..=21_600)
}

fn percent() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(..=100)
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let has = |setting: &Setting| {
        (TEMPLATE.contains(setting) || args.with.contains(setting))
            && !args.without.contains(setting)
    };
    let cost = actions_cost::cost(&Class {
        students: args.students,
        modules: args.modules,
        pushes: args.pushes,
        job_seconds: args.job_seconds,
        cold_job_seconds: args.cold_job_seconds,
        build_seconds: args.build_seconds,
        gate_seconds: args.gate_seconds,
        setup_seconds: args.setup_seconds,
        stages: args.stages,
        limit_minutes: args.limit_minutes,
        superseded_percent: args.superseded_percent,
        pages_percent: args.pages_percent,
        branch_percent: args.branch_percent,
        passing_percent: args.passing_percent,
        endless_percent: args.endless_percent,
        plan: args.plan,
        visibility: args.visibility,
        settings: Setting::ALL.into_iter().filter(has).collect(),
    });
    match args.json {
        true => print_json(&cost)?,
        false => print(&table(&cost))?,
    }
    Ok(Answer::Yes)
}

fn table(cost: &Cost) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let Class {
        students,
        modules,
        pushes,
        ..
    } = cost.class;
    let _ = writeln!(
        text,
        "minutes a month: students {students}, assignments of each {modules}, pushes to each {pushes}, repositories {}, plan {}",
        cost.class.visibility.word(),
        cost.class.plan.word()
    );
    for (what, minutes) in [
        ("used, each job rounded up", cost.used),
        ("counted against the plan", cost.counted),
        ("included in the plan", cost.included),
        ("beyond", cost.beyond),
    ] {
        let _ = writeln!(text, "  {what:<44}{:>12}", grouped(minutes));
    }
    let dollars = format!("${}.{:02}", grouped(cost.cents / 100), cost.cents % 100);
    let _ = writeln!(text, "  {:<44}{dollars:>12}", "cost");
    let _ = writeln!(
        text,
        "\nwhat each setting saves       (+: the workflow has it)"
    );
    for saving in &cost.settings {
        let sign = if saving.saves < 0 { "-" } else { "" };
        let minutes = format!("{sign}{}", grouped(saving.saves.unsigned_abs()));
        let has = if saving.has { '+' } else { ' ' };
        let _ = writeln!(text, "{has} {:<44}{minutes:>12}", saving.setting.about());
    }
    let public = if cost.class.visibility == Visibility::Public {
        '+'
    } else {
        ' '
    };
    let _ = writeln!(
        text,
        "{public} {:<44}{:>12}",
        "public repositories, which count for nothing",
        grouped(cost.public_saves)
    );
    let _ = writeln!(
        text,
        "\n  {:<44}{:>12}",
        "used without any of the settings",
        grouped(cost.used_without_settings)
    );
    text
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

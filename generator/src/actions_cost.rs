//! Minutes of GitHub Actions that a class uses in a month, what they cost, and what each setting of the workflow saves.
//!
//! Nothing here is measured but by whoever gives the figures: it is arithmetic on expected values, without any chance. A job
//! is billed in whole minutes, so each is rounded up before it is counted.

use schemars::JsonSchema;
use serde::Serialize;

// No hosted runner has run it yet. What `course` itself takes is measured (BENCHMARKS.md, two cores): 2 s for tests, lints and
// report, 3 s more for the ten gates of the LRU cache, 8 s where nothing is compiled yet, 70 s more for criterion then, 48 s to
// build `course`. The rest of each figure is assumed: a runner's start, checkout, cache, and fetching the toolchain.

/// Seconds of the workflow's job where dependencies are cached and `course` comes as a binary, gates not counted.
pub const JOB_SECONDS: u32 = 45;
/// Seconds of the same job where dependencies are compiled anew.
pub const COLD_JOB_SECONDS: u32 = 130;
/// Seconds that building `course` itself adds to a job.
pub const BUILD_SECONDS: u32 = 50;
/// Seconds that measuring the gates adds to a job.
pub const GATE_SECONDS: u32 = 5;

/// Thousandths of a US dollar for a minute of a standard Linux runner (2 cores, x64) in a private repository, beyond what the
/// plan includes: 6, that is $0.006, since 2026-01-01; it was 8 before. Source: GitHub Docs, Billing, "Actions runner
/// pricing" (docs.github.com/en/billing/reference/actions-runner-pricing), as its source text stood in 2026, read 2026-11.
pub const MILLS_PER_MINUTE: u64 = 6;

/// Minutes after which GitHub ends a job that names no limit: `timeout-minutes` is 360 unless it is set. Source: GitHub Docs,
/// "Workflow syntax" (`jobs.<job_id>.timeout-minutes`) and "Actions limits" (6 hours a job), read 2026-11.
pub const UNLIMITED_MINUTES: u32 = 360;

const SECONDS_PER_MINUTE: f64 = 60.0;

/// A plan of GitHub, of the organisation that owns the repositories.
///
/// Minutes included a month, from GitHub Docs, Billing, "GitHub Actions billing"
/// (docs.github.com/en/billing/concepts/product-billing/github-actions), read 2026-11: 2,000 for Free, of a person or an
/// organisation; 3,000 for Pro (of a person) and Team; 50,000 for Enterprise Cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// 2,000 minutes.
    Free,
    /// 3,000 minutes; a person's.
    Pro,
    /// 3,000 minutes; an organisation's.
    Team,
    /// 50,000 minutes.
    Enterprise,
}

impl Plan {
    /// All of them.
    pub const ALL: [Plan; 4] = [Plan::Free, Plan::Pro, Plan::Team, Plan::Enterprise];

    /// The word by which it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Plan::Free => "free",
            Plan::Pro => "pro",
            Plan::Team => "team",
            Plan::Enterprise => "enterprise",
        }
    }

    /// Minutes that it includes a month.
    pub fn included(self) -> u64 {
        match self {
            Plan::Free => 2_000,
            Plan::Pro | Plan::Team => 3_000,
            Plan::Enterprise => 50_000,
        }
    }
}

/// Who sees the students' repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everybody: standard runners are free there, and students see each other's work.
    Public,
    /// The student and the staff.
    Private,
}

impl Visibility {
    /// Both.
    pub const ALL: [Visibility; 2] = [Visibility::Public, Visibility::Private];

    /// The word by which it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Private => "private",
        }
    }
}

/// A setting of the workflow that saves minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// A push ends the run of an older one (concurrency).
    CancelOlder,
    /// Pushes of pages alone start nothing (path filters).
    Paths,
    /// Pushes to other branches start nothing.
    DefaultBranch,
    /// One job, in place of one for each stage.
    OneJob,
    /// Dependencies are cached
    Cache,
    /// `course` comes as a binary, in place of being built in each job.
    Binary,
    /// Gates are measured only where all tests pass.
    GatesLast,
    /// A limit in minutes for a job, which ends endless loops.
    TimeLimit,
}

impl Setting {
    /// All of them, in the order of the table.
    pub const ALL: [Setting; 8] = [
        Setting::CancelOlder,
        Setting::Paths,
        Setting::DefaultBranch,
        Setting::OneJob,
        Setting::Cache,
        Setting::Binary,
        Setting::GatesLast,
        Setting::TimeLimit,
    ];

    /// The word by which it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Setting::CancelOlder => "cancel-older",
            Setting::Paths => "paths",
            Setting::DefaultBranch => "default-branch",
            Setting::OneJob => "one-job",
            Setting::Cache => "cache",
            Setting::Binary => "binary",
            Setting::GatesLast => "gates-last",
            Setting::TimeLimit => "time-limit",
        }
    }

    /// What it is, in a cell of the table.
    pub fn about(self) -> &'static str {
        match self {
            Setting::CancelOlder => "cancel the run of an older push",
            Setting::Paths => "path filters: pages alone start nothing",
            Setting::DefaultBranch => "the default branch and tags only",
            Setting::OneJob => "one job, not one for each stage",
            Setting::Cache => "cached dependencies",
            Setting::Binary => "a binary of course, not built each time",
            Setting::GatesLast => "gates only when all tests pass",
            Setting::TimeLimit => "a time limit, for endless loops",
        }
    }
}

/// What is known or assumed of a class and its workflow. Percentages are of all pushes that are left at that point.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Class {
    /// Students.
    pub students: u32,
    /// Assignments that each of them works on in the month.
    pub modules: u32,
    /// Pushes of one student to one assignment in the month.
    pub pushes: u32,
    /// Seconds of the job where dependencies are cached and `course` comes as a binary, gates not counted.
    pub job_seconds: u32,
    /// Seconds of the same job where dependencies are compiled anew.
    pub cold_job_seconds: u32,
    /// Seconds that building `course` adds.
    pub build_seconds: u32,
    /// Seconds that measuring the gates adds.
    pub gate_seconds: u32,
    /// Seconds of a job before its first test, which each job of several spends anew.
    pub setup_seconds: u32,
    /// Stages: jobs, where each stage has its own.
    pub stages: u32,
    /// Minutes after which the workflow ends a job.
    pub limit_minutes: u32,
    /// Percent of pushes that another push overtakes while they are graded; half their seconds are spent by then.
    pub superseded_percent: u32,
    /// Percent of pushes that change pages only.
    pub pages_percent: u32,
    /// Percent of pushes that go to other branches.
    pub branch_percent: u32,
    /// Percent of pushes whose tests all pass.
    pub passing_percent: u32,
    /// Percent of pushes with an endless loop that nothing but the end of a job ends.
    pub endless_percent: u32,
    /// The organisation's plan.
    pub plan: Plan,
    /// Who sees the repositories.
    pub visibility: Visibility,
    /// The settings that the workflow has.
    pub settings: Vec<Setting>,
}

/// What a class costs a month.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cost {
    /// What was given.
    pub class: Class,
    /// Minutes that jobs use, each rounded up.
    pub used: u64,
    /// Of these the plan's account is charged with: none for public repositories.
    pub counted: u64,
    /// Minutes that the plan includes.
    pub included: u64,
    /// Counted minutes beyond the included ones.
    pub beyond: u64,
    /// US cents that they cost. Without a means of payment, jobs stop there instead.
    pub cents: u64,
    /// Thousandths of a US dollar that a minute beyond costs.
    pub mills_per_minute: u64,
    /// Counted minutes that public repositories save, or would.
    pub public_saves: u64,
    /// Minutes that the same pushes would use with none of the settings.
    pub used_without_settings: u64,
    /// What each setting saves, or would, while the others stay as they are. These are no shares of a sum.
    pub settings: Vec<Saving>,
}

/// What a setting saves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Saving {
    /// Which.
    pub setting: Setting,
    /// Whether the workflow has it.
    pub has: bool,
    /// Minutes a month. Below 0 where it costs some: rounding can make it so.
    pub saves: i64,
}

/// What this class costs a month.
pub fn cost(class: &Class) -> Cost {
    let used = minutes(class, &class.settings);
    let public = class.visibility == Visibility::Public;
    let counted = if public { 0 } else { rounded(used) };
    let included = class.plan.included();
    let beyond = counted.saturating_sub(included);
    let settings = Setting::ALL.map(|setting| {
        let (mut with, mut without) = (class.settings.clone(), class.settings.clone());
        with.push(setting);
        without.retain(|other| *other != setting);
        Saving {
            setting,
            has: class.settings.contains(&setting),
            saves: signed(minutes(class, &without) - minutes(class, &with)),
        }
    });
    Cost {
        class: class.clone(),
        used: rounded(used),
        counted,
        included,
        beyond,
        // A cent is ten mills; half a cent is one.
        cents: (beyond * MILLS_PER_MINUTE + 5) / 10,
        mills_per_minute: MILLS_PER_MINUTE,
        public_saves: rounded(used),
        used_without_settings: rounded(minutes(class, &[])),
        settings: settings.to_vec(),
    }
}

/// Minutes a month under these settings, as an expected value.
fn minutes(class: &Class, settings: &[Setting]) -> f64 {
    let has = |setting| settings.contains(&setting);
    let mut pushes = f64::from(class.students) * f64::from(class.modules) * f64::from(class.pushes);
    if has(Setting::Paths) {
        pushes *= 1.0 - part(class.pages_percent);
    }
    if has(Setting::DefaultBranch) {
        pushes *= 1.0 - part(class.branch_percent);
    }
    let cancelled = match has(Setting::CancelOlder) {
        true => part(class.superseded_percent),
        false => 0.0,
    };
    let with_gates = match has(Setting::GatesLast) {
        true => part(class.passing_percent),
        false => 1.0,
    };
    let mixed = |seconds_spent: f64| {
        with_gates * run(class, settings, true, seconds_spent)
            + (1.0 - with_gates) * run(class, settings, false, seconds_spent)
    };
    let endless = part(class.endless_percent);
    let finished = (1.0 - endless) * mixed(1.0) + endless * endless_run(class, settings);
    pushes * (cancelled * mixed(0.5) + (1.0 - cancelled) * finished)
}

/// Minutes of a push of which this part of the seconds is spent. The first job measures the gates.
fn run(class: &Class, settings: &[Setting], gates: bool, spent: f64) -> f64 {
    let gate_seconds = match gates {
        true => f64::from(class.gate_seconds),
        false => 0.0,
    };
    let (jobs, seconds) = jobs(class, settings);
    billed((seconds + gate_seconds) * spent) + (jobs - 1.0) * billed(seconds * spent)
}

/// Minutes of a push with an endless loop, which one job meets.
fn endless_run(class: &Class, settings: &[Setting]) -> f64 {
    let limit = match settings.contains(&Setting::TimeLimit) {
        true => class.limit_minutes,
        false => UNLIMITED_MINUTES,
    };
    let (jobs, seconds) = jobs(class, settings);
    f64::from(limit) + (jobs - 1.0) * billed(seconds)
}

/// How many jobs a push starts, and the seconds of each.
fn jobs(class: &Class, settings: &[Setting]) -> (f64, f64) {
    let has = |setting| settings.contains(&setting);
    let cold = class.cold_job_seconds.saturating_sub(class.job_seconds);
    let mut extra = 0;
    if !has(Setting::Cache) {
        extra += cold;
    }
    if !has(Setting::Binary) {
        extra += class.build_seconds;
    }
    let extra = f64::from(extra);
    if has(Setting::OneJob) {
        return (1.0, f64::from(class.job_seconds) + extra);
    }
    let stages = f64::from(class.stages.max(1));
    let setup = class.setup_seconds.min(class.job_seconds);
    let tests = f64::from(class.job_seconds - setup) / stages;
    (stages, f64::from(setup) + tests + extra)
}

/// Whole minutes: a job that began one is billed for it.
fn billed(seconds: f64) -> f64 {
    (seconds / SECONDS_PER_MINUTE).ceil().max(1.0)
}

fn part(percent: u32) -> f64 {
    f64::from(percent.min(100)) / 100.0
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates, and nobody has so many minutes"
)]
fn signed(minutes: f64) -> i64 {
    minutes.round() as i64
}

fn rounded(minutes: f64) -> u64 {
    signed(minutes).max(0).unsigned_abs()
}

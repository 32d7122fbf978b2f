//! The verbs of whoever has the course's source: one file each.

mod accept;
mod accept_issue;
mod actions_cost;
mod assign;
#[cfg(unix)]
mod calibrate;
mod check;
mod completions;
mod context;
mod demo;
mod doctor;
mod enrol;
mod forge;
mod gate;
mod grade;
mod grade_all;
mod import;
mod lock;
mod man;
mod new;
mod plan;
mod publish;
mod regrade;
mod render;
mod schema;
mod submission;
mod update;
mod verify;
mod wall;

use super::{Answer, Cli, processors, terminal};
use crate::error::Result;

/// The verbs.
#[derive(clap::Subcommand)]
pub(super) enum Verb {
    Check(check::Args),
    Plan(plan::Args),
    Render(render::Args),
    Verify(verify::Args),
    Publish(publish::Args),
    Accept(accept::Args),
    Assign(assign::Args),
    Enrol(enrol::Args),
    Update(update::Args),
    Grade(grade::Args),
    Regrade(regrade::Args),
    Gate(gate::Args),
    #[cfg(unix)]
    Calibrate(calibrate::Args),
    Demo(demo::Args),
    New(new::Args),
    Import(import::Args),
    Lock(lock::Args),
    ActionsCost(actions_cost::Args),
    Schema(schema::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs one.
pub(super) fn run(verb: Verb) -> Result<Answer> {
    match verb {
        Verb::Check(args) => check::run(&args),
        Verb::Plan(args) => plan::run(&args),
        Verb::Render(args) => render::run(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Publish(args) => publish::run(&args),
        Verb::Accept(args) => accept::run(&args),
        Verb::Assign(args) => assign::run(&args),
        Verb::Enrol(args) => enrol::run(&args),
        Verb::Update(args) => update::run(&args),
        Verb::Grade(args) => grade::run(&args),
        Verb::Regrade(args) => regrade::run(&args),
        Verb::Gate(args) => gate::run(&args),
        #[cfg(unix)]
        Verb::Calibrate(args) => calibrate::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::New(args) => new::run(&args),
        Verb::Import(args) => import::run(&args),
        Verb::Lock(args) => lock::run(&args),
        Verb::ActionsCost(args) => actions_cost::run(&args),
        Verb::Schema(args) => schema::run(&args),
        Verb::Doctor(args) => doctor::run(&args),
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
    }
}

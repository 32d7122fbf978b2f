use clap::ValueEnum;

use super::Answer;
use super::terminal::print_json;
use crate::actions_cost::Cost;
use crate::course::assignment_file::AssignmentFile;
use crate::course::{Classroom, Enrolment};
use crate::error::Result;
use crate::grade::Grade;
use crate::gradebook::{Changes, Results};
use crate::plan::Repository;
use crate::verify::Report;

/// Print the JSON Schema of what a verb prints with --json, or of a file of the source
#[derive(clap::Args)]
#[command(after_help = "Example: course schema grade > grade.schema.json")]
pub(in crate::commands) struct Args {
    /// Of what
    #[arg(value_enum)]
    of: Output,
}

/// What others read and write.
#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// What `course grade --json` prints
    Grade,
    /// What `course grade --all --json` prints, and results.json
    Results,
    /// What `course regrade --json` prints
    Changes,
    /// What `course update --json` prints
    Update,
    /// What `course gate --json` prints
    Gates,
    /// What `course actions-cost --json` prints
    ActionsCost,
    /// What `course verify --json` prints
    Verify,
    /// One repository of what `course plan --json` prints
    Plan,
    /// assignment.toml, for editors that complete and check TOML
    Assignment,
    /// classroom.yml, for editors that complete and check YAML
    Classroom,
    /// enrolment.json, which `course enrol init` writes
    Enrolment,
}

pub(super) fn run(args: &Args) -> Result<Answer> {
    let schema = match args.of {
        Output::Grade => schemars::schema_for!(Grade),
        Output::Results => schemars::schema_for!(Results),
        Output::Changes => schemars::schema_for!(Changes),
        Output::Update => schemars::schema_for!(super::update::Report),
        Output::Gates => schemars::schema_for!(super::gate::Report),
        Output::ActionsCost => schemars::schema_for!(Cost),
        Output::Verify => schemars::schema_for!(Report),
        Output::Plan => schemars::schema_for!(Repository),
        Output::Assignment => schemars::schema_for!(AssignmentFile),
        Output::Classroom => schemars::schema_for!(Classroom),
        Output::Enrolment => schemars::schema_for!(Enrolment),
    };
    print_json(&schema)?;
    Ok(Answer::Yes)
}

//! What GitHub says of us, as needs.

use super::{Need, Question, Weight};
use crate::error::{Error, Result};
use crate::forge::github::inspection::Inspection;

/// The needs of a course whose repositories are on GitHub. `inspected` is what was found there.
pub fn examine_github(host: &str, inspected: Result<Inspection>) -> Vec<Need> {
    let token = Question {
        name: "token",
        weight: Weight::Required,
        cost: "nothing can be published, accepted or read there",
        remedy: format!("gh auth login --hostname {host} --scopes repo,workflow,admin:org"),
    };
    let inspection = match inspected {
        Ok(inspection) => inspection,
        Err(Error::Input(why)) => return vec![token.answer(Err(why))],
        Err(error) => return vec![token.answer(Err(error.to_string()))],
    };
    let rights = match inspection.lacking.is_empty() {
        true => Ok(inspection.who),
        false => Err(format!(
            "{} lacks {}",
            inspection.who,
            inspection.lacking.join("; ")
        )),
    };
    vec![
        token.answer(rights),
        Question {
            name: "organisation",
            weight: Weight::Required,
            cost: "no repository can be made there",
            remedy: "name another in classroom.yml, or have an owner make you one".to_owned(),
        }
        .answer(inspection.organisation),
        Question {
            name: "rulesets",
            weight: Weight::Optional,
            cost: "students may push by force and change what tests their work; grades are right all the same",
            remedy: "ask for GitHub Team, which is free for teachers, and a token with the scope admin:org"
                .to_owned(),
        }
        .answer(inspection.rulesets),
    ]
}

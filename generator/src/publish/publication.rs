//! A repository of ours as it is to be on the forge.

use crate::course::enrolment::ENROLMENT;
use crate::course::roster::ROSTER;
use crate::error::{Error, Result};
use crate::file_tree::FileTree;
use crate::forge::Settings;
use crate::render::{Release, release_of};

/// A repository as it is to be.
pub struct Publication {
    /// Its name.
    pub repository: String,
    /// Its files.
    pub tree: FileTree,
    /// What the forge says of it.
    pub settings: Settings,
    kind: Kind,
}

/// What we publish, each known again by a file that nobody else has.
enum Kind {
    /// The template repository of an assignment: `.course/release.json`.
    Template(Release),
    /// Where students of this organisation enrol: `enrolment.json`.
    Enrolment(String),
    /// Who takes part: `roster.csv`.
    Roster,
}

impl Publication {
    /// An assignment's template repository, of the assignment's name.
    ///
    /// # Errors
    ///
    /// A tree that was rendered without a release is our own mistake.
    pub fn template(slug: &str, tree: FileTree, settings: Settings) -> Result<Publication> {
        let release = release_of(&tree)
            .ok_or_else(|| Error::Internal(format!("{slug} was rendered without a release")))?;
        Ok(Publication {
            repository: slug.to_owned(),
            tree,
            settings,
            kind: Kind::Template(release),
        })
    }

    /// The repository in which students of an organisation enrol.
    pub fn enrolment(
        repository: &str,
        organisation: &str,
        tree: FileTree,
        settings: Settings,
    ) -> Publication {
        Publication {
            repository: repository.to_owned(),
            tree,
            settings,
            kind: Kind::Enrolment(organisation.to_owned()),
        }
    }

    /// The repository that says who takes part.
    pub fn roster(repository: &str, tree: FileTree, settings: Settings) -> Publication {
        Publication {
            repository: repository.to_owned(),
            tree,
            settings,
            kind: Kind::Roster,
        }
    }

    /// The release that it is, if it is one.
    pub(super) fn release(&self) -> Option<&Release> {
        match &self.kind {
            Kind::Template(release) => Some(release),
            Kind::Enrolment(_) | Kind::Roster => None,
        }
    }

    /// Why what is published under this name is not an earlier one of the same, if it is not.
    pub(super) fn refusal(&self, published: &FileTree) -> Option<String> {
        let (ours, what) = match &self.kind {
            Kind::Template(release) => (
                release_of(published).is_some_and(|known| known.assignment == release.assignment),
                format!("no release of `{}`", release.assignment),
            ),
            Kind::Enrolment(organisation) => (
                // One of another version of this program is ours, too.
                published.text(ENROLMENT).is_some_and(|text| {
                    serde_json::from_str::<serde_json::Value>(text)
                        .is_ok_and(|known| known["organisation"] == *organisation)
                }),
                format!("not where students of `{organisation}` enrol"),
            ),
            Kind::Roster => (published.get(ROSTER).is_some(), "no roster".to_owned()),
        };
        (!ours).then_some(what)
    }

    /// What the commit says that publishes it.
    pub(super) fn message(&self) -> String {
        let (what, content) = match &self.kind {
            Kind::Template(release) => (
                format!("{} {}", release.assignment, release.version),
                release.content.clone(),
            ),
            Kind::Enrolment(_) => ("Enrolment".to_owned(), self.tree.digest()),
            Kind::Roster => ("Roster".to_owned(), self.tree.digest()),
        };
        format!("{what}\n\nContent: {content}\n")
    }
}

//! What is to be done to one repository so that it has the newest release, as a value.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::base::{Base, base};
use super::explain::{Told, Words};
use super::merge::{Merged, Outcome, merge};
use super::proposal::{Proposal, branch_of};
use super::work::Work;
use crate::course::handed_out::HANDED_OUT;
use crate::course::{Assignment, Editable, HandedOut};
use crate::error::{Error, Result};
use crate::file_tree::File;
use crate::forge::{ForgeReader, Listed, Write};
use crate::git::{CommitId, Edit, Repository, Signed};
use crate::plan::RELEASE;
use crate::publish::{FEEDBACK, MAIN, Published, Releases};
use crate::render::{Release, release_of};

/// What becomes of each path.
pub(super) type Files = BTreeMap<String, Outcome>;

/// Where a repository stands, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It has the newest release.
    UpToDate,
    /// Nobody worked there: `main` gets the release.
    FastForward {
        /// The version that it has.
        from: String,
        /// The version that it gets.
        to: String,
        /// The commit that is added.
        commit: CommitId,
        /// What becomes of its files.
        files: Files,
    },
    /// Somebody worked there: the release is proposed.
    Propose {
        /// The version that the work stands on.
        from: String,
        /// The version that is proposed.
        to: String,
        /// The branch.
        branch: String,
        /// The commit that it gets.
        commit: CommitId,
        /// What becomes of the files once it is merged.
        files: Files,
    },
    /// It is proposed, and nobody has merged it yet.
    Waiting {
        /// The branch.
        branch: String,
    },
    /// Nothing is done.
    Skipped {
        /// Why, and the remedy, if there is one.
        why: String,
    },
}

/// What is to be done to one repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plan {
    /// Its name.
    pub repository: String,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// What is done to the forge, in order.
    pub writes: Vec<Write>,
    /// The commit that the writes speak of, and the repository on this machine that gets it.
    #[serde(skip)]
    edit: Option<(Edit, PathBuf)>,
}

impl Plan {
    fn nothing(repository: &str, state: State) -> Plan {
        Plan {
            repository: repository.to_owned(),
            state,
            writes: Vec::new(),
            edit: None,
        }
    }

    fn skipped(repository: &str, why: impl Into<String>) -> Plan {
        Plan::nothing(repository, State::Skipped { why: why.into() })
    }
}

/// Plans updates of one assignment's repositories. Reads only; equal repositories get equal commits.
pub struct Planner<'a> {
    reader: &'a dyn ForgeReader,
    releases: &'a Releases,
    editable: Editable,
    signed: &'a Signed,
    words: &'a Words,
}

impl<'a> Planner<'a> {
    /// Gets ready. What is a student's to change, the newest release says itself.
    ///
    /// # Errors
    ///
    /// Refuses a release that was made for another version of this program.
    pub fn new(
        reader: &'a dyn ForgeReader,
        releases: &'a Releases,
        signed: &'a Signed,
        words: &'a Words,
    ) -> Result<Planner<'a>> {
        let newest = releases.newest();
        let slug = &newest.release.assignment;
        let at = format!("{slug}/{HANDED_OUT}");
        let text = newest.files.text(HANDED_OUT).unwrap_or_default();
        let handed_out = HandedOut::parse(&at, text)?;
        let assignment = Assignment::of_repository(slug, handed_out.settings, &newest.files);
        Ok(Planner {
            reader,
            releases,
            editable: Editable::of(&assignment.exercises).map_err(Error::Input)?,
            signed,
            words,
        })
    }

    /// What is to be done to a repository. What is wrong with one is told, and stops no other.
    ///
    /// # Errors
    ///
    /// Where the machine or the forge fails.
    pub fn plan(&self, repository: &str, listed: Option<&Listed>) -> Result<Plan> {
        match listed {
            None => {
                return Ok(Plan::skipped(
                    repository,
                    "there is no such repository; was the assignment accepted?",
                ));
            }
            Some(Listed { archived: true }) => {
                return Ok(Plan::skipped(repository, "it is archived"));
            }
            Some(_) => {}
        }
        match self.plan_listed(repository) {
            Err(Error::Input(why)) => Ok(Plan::skipped(repository, why)),
            Err(error) if error.is_damaged_repository() => {
                Ok(Plan::skipped(repository, error.to_string()))
            }
            planned => planned,
        }
    }

    /// Adds the commit of a plan to its repository on this machine. Before the writes are done.
    pub fn prepare(&self, plan: &Plan) -> Result<()> {
        match &plan.edit {
            Some((edit, path)) => Repository::open(path)?
                .add_edit(&self.releases.repository, edit, self.signed)
                .map(drop),
            None => Ok(()),
        }
    }

    fn plan_listed(&self, name: &str) -> Result<Plan> {
        let Some(repository) = self.reader.open(name)? else {
            return Ok(Plan::skipped(name, "it is gone"));
        };
        let branches = repository.branches()?;
        let Some(main) = branches.get(MAIN).copied() else {
            return Ok(Plan::skipped(name, "it has no branch `main`"));
        };
        let named = Work::read(&repository, main, |path| path == RELEASE)?;
        let base = base(
            &self.releases.all,
            &repository,
            main,
            release_of(&named.files).as_ref(),
            branches.get(FEEDBACK).copied(),
        )?;
        let Some(base) = base else {
            return Ok(Plan::skipped(
                name,
                "nothing in it shows which release it was made of; bring the changes in by hand",
            ));
        };
        let newest = self.releases.newest();
        if base.published.commit == newest.commit {
            return Ok(Plan::nothing(name, State::UpToDate));
        }
        let old = &base.published.files;
        let known = |path: &str| old.get(path).is_some() || newest.files.get(path).is_some();
        let work = Work::read(&repository, main, known)?;
        let merged = merge(old, &work, &newest.files, &self.editable);
        let proposals = Proposal::all(self.reader, name, &repository, self.signed)?;
        let template = &self.releases.repository;
        let at = At {
            name,
            repository: &repository,
            main,
            base,
            newest,
            proposals: &proposals,
        };
        match repository.same_files(main, template, base.published.commit)? {
            true => self.fast_forward(&at, merged),
            false => self.propose(&at, merged),
        }
    }

    fn fast_forward(&self, at: &At<'_>, merged: Merged) -> Result<Plan> {
        let (edit, _) = self.edit(at, merged.changes, &merged.outcomes, None)?;
        let commit = self.id(at, &edit)?;
        let mut writes = vec![at.moves(MAIN, Some(at.main), commit)];
        writes.extend(self.withdrawn(at, None)?);
        Ok(Plan {
            repository: at.name.to_owned(),
            state: State::FastForward {
                from: at.base.published.release.version.clone(),
                to: at.newest.release.version.clone(),
                commit,
                files: merged.outcomes,
            },
            writes,
            edit: Some((edit, at.repository.path().to_owned())),
        })
    }

    fn propose(&self, at: &At<'_>, merged: Merged) -> Result<Plan> {
        let branch = branch_of(&at.newest.release);
        let (edit, body) = self.edit(at, merged.changes, &merged.outcomes, Some(&branch))?;
        let commit = self.id(at, &edit)?;
        let known = at.proposals.iter().find(|known| known.branch == branch);
        if known.is_some_and(|known| known.commit != commit && !known.is_ours) {
            let why = format!(
                "somebody works on the branch `{branch}` by which it was proposed; it is theirs to merge"
            );
            return Ok(Plan::skipped(at.name, why));
        }
        if let Some(known) = known.filter(|known| known.is_declined()) {
            let mark = Work::read(at.repository, known.commit, |path| path == RELEASE)?;
            if release_of(&mark.files).as_ref() == Some(&at.newest.release) {
                let why = format!(
                    "it was declined: the pull request of `{branch}` was closed; remove that branch to propose it again"
                );
                return Ok(Plan::skipped(at.name, why));
            }
        }
        let open = known.and_then(Proposal::open_pull);
        let is_there = known.is_some_and(|known| known.commit == commit);
        let title = self.words.title(&at.newest.release);
        let repository = at.name.to_owned();
        let mut writes = self.withdrawn(at, Some(&branch))?;
        // What is said of a branch is mended first: then a run that was killed in between is seen by where the branch is.
        if let (Some(pull), false) = (open, is_there) {
            writes.push(Write::EditPull {
                repository: repository.clone(),
                number: pull.number,
                title: title.clone(),
                body: body.clone(),
            });
        }
        if !is_there {
            writes.push(at.moves(&branch, known.map(|known| known.commit), commit));
        }
        if open.is_none() && self.reader.offers().pull_requests {
            writes.push(Write::OpenPull {
                repository: repository.clone(),
                head: branch.clone(),
                base: MAIN.to_owned(),
                title,
                body,
            });
        }
        if writes.is_empty() {
            return Ok(Plan::nothing(at.name, State::Waiting { branch }));
        }
        Ok(Plan {
            repository,
            state: State::Propose {
                from: at.base.published.release.version.clone(),
                to: at.newest.release.version.clone(),
                branch,
                commit,
                files: merged.outcomes,
            },
            writes,
            edit: Some((edit, at.repository.path().to_owned())),
        })
    }

    /// The commit of an update, and what is said of it.
    fn edit(
        &self,
        at: &At<'_>,
        changes: BTreeMap<String, Option<File>>,
        files: &Files,
        branch: Option<&str>,
    ) -> Result<(Edit, String)> {
        let release: &Release = &at.newest.release;
        let body = self.words.text(&Told {
            base: &at.base.published.release,
            release,
            main: at.main,
            branch,
            files,
        })?;
        // Histories that have nothing in common cannot be merged, and stay apart.
        let ours = at.base.is_related.then_some(at.newest.commit);
        let edit = Edit {
            parents: [at.main].into_iter().chain(ours).collect(),
            changes,
            message: format!("{}\n\n{}\n", self.words.title(release), body.trim_end()),
        };
        Ok((edit, body))
    }

    fn id(&self, at: &At<'_>, edit: &Edit) -> Result<CommitId> {
        at.repository
            .edit_id(&self.releases.repository, edit, self.signed)
    }

    /// What takes proposals of older releases back: there is never more than one. What is in `main` by now is history.
    fn withdrawn(&self, at: &At<'_>, but: Option<&str>) -> Result<Vec<Write>> {
        let mut writes = Vec::new();
        for known in at.proposals {
            let is_other = but != Some(&known.branch);
            if is_other
                && known.is_ours
                && at.repository.holding(&[at.main], known.commit)?.is_empty()
            {
                writes.extend(known.withdrawal(at.name, at.repository));
            }
        }
        Ok(writes)
    }
}

/// A repository, and what is known of it.
struct At<'a> {
    name: &'a str,
    repository: &'a Repository,
    main: CommitId,
    base: Base<'a>,
    newest: &'a Published,
    proposals: &'a [Proposal],
}

impl At<'_> {
    fn moves(&self, branch: &str, from: Option<CommitId>, to: CommitId) -> Write {
        Write::Move {
            repository: self.name.to_owned(),
            branch: branch.to_owned(),
            from,
            to: Some(to),
            objects: self.repository.path().to_owned(),
        }
    }
}

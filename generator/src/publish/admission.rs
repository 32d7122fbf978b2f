//! Students' own repositories, with the template repository's history as their base.
//!
//! Each begins with two branches: `feedback` stays where the template repository was, `main` has one commit without changes
//! on top, since no forge opens a pull request between branches that are equal. Where the forge has pull requests, one
//! from `main` to `feedback` is where feedback goes.

use std::collections::BTreeMap;

use super::changes::MAIN;
use super::workplace::Workplace;
use crate::error::{Error, Result};
use crate::forge::{Access, Branches, ForgeReader, Journal, Settings, Write};
use crate::git::{CommitId, Repository, Signed};

/// The branch that stays where the template repository was.
pub const FEEDBACK: &str = "feedback";

/// The title of the pull request that feedback goes to.
const FEEDBACK_TITLE: &str = "Feedback";

/// A published assignment, as repositories are made of it.
pub struct Template {
    /// The assignment's slug.
    pub slug: String,
    /// What the forge says of each repository.
    pub description: String,
    /// The text of the pull request that feedback goes to, as Markdown.
    pub feedback: String,
    head: CommitId,
    objects: Repository,
}

/// What is left to do for a workplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The workplace.
    pub workplace: Workplace,
    /// What is to be done, in order; nothing where all is as it should be.
    pub writes: Vec<Write>,
    /// Why nothing can be done, and the remedy.
    pub problem: Option<String>,
}

impl Admission {
    /// Whether the repository is made.
    pub fn creates(&self) -> bool {
        self.writes
            .iter()
            .any(|write| matches!(write, Write::Create { .. }))
    }
}

impl Template {
    /// Finds a published assignment.
    ///
    /// # Errors
    ///
    /// Refuses one that is not published.
    pub fn find(
        reader: &dyn ForgeReader,
        slug: &str,
        description: &str,
        feedback: &str,
    ) -> Result<Template> {
        let not_published = || {
            Error::input(format!(
                "{}: it is not published; run `course publish {slug} --execute` first",
                reader.address(slug)
            ))
        };
        let objects = reader.open(slug)?.ok_or_else(not_published)?;
        let head = objects.head()?.ok_or_else(not_published)?;
        Ok(Template {
            slug: slug.to_owned(),
            description: description.to_owned(),
            feedback: feedback.to_owned(),
            head,
            objects,
        })
    }

    /// What is to be done so that each workplace is there, with its accounts let in and its pull request open. Reads only.
    ///
    /// What the journal says was done to a repository that is in the forge's list is believed, and not looked at. What is
    /// wrong with one workplace is told with it, and stops no other.
    pub fn admissions(
        &self,
        reader: &dyn ForgeReader,
        journal: Option<&Journal>,
        workplaces: &[Workplace],
        signed: &Signed,
    ) -> Result<Vec<Admission>> {
        let listed = reader.repositories()?;
        let start = self.start(signed)?;
        workplaces
            .iter()
            .map(|workplace| {
                let wanted = self.wanted(reader, start, workplace);
                let is_there = listed.contains_key(&workplace.repository);
                let writes = match (is_there, journal) {
                    (false, _) => known_accounts(reader, workplace).map(|()| wanted),
                    (true, Some(journal)) if wanted.iter().all(|write| journal.is_done(write)) => {
                        Ok(Vec::new())
                    }
                    (true, _) => self.missing(reader, workplace, wanted),
                };
                let (writes, problem) = match writes {
                    Ok(writes) => (writes, None),
                    Err(Error::Input(why)) => (Vec::new(), Some(why)),
                    Err(error) => return Err(error),
                };
                Ok(Admission {
                    workplace: workplace.clone(),
                    writes,
                    problem,
                })
            })
            .collect()
    }

    /// The same for one workplace: no other repository is looked at, however many there are.
    ///
    /// # Errors
    ///
    /// Refuses a repository of the workplace's name with another history, and accounts that are not there.
    pub fn admission(
        &self,
        reader: &dyn ForgeReader,
        workplace: &Workplace,
        signed: &Signed,
    ) -> Result<Admission> {
        let wanted = self.wanted(reader, self.start(signed)?, workplace);
        Ok(Admission {
            workplace: workplace.clone(),
            writes: self.missing(reader, workplace, wanted)?,
            problem: None,
        })
    }

    /// Makes the commit that students begin with, the same for all of them, on no branch. Before the writes are done.
    pub fn prepare(&self, signed: &Signed) -> Result<()> {
        self.objects
            .add_empty_commit(self.head, signed, &self.beginning())
            .map(drop)
    }

    fn beginning(&self) -> String {
        format!("Begin {}\n", self.slug)
    }

    /// The commit that students begin with.
    fn start(&self, signed: &Signed) -> Result<CommitId> {
        self.objects
            .empty_commit_id(self.head, signed, &self.beginning())
    }

    /// All that a workplace takes.
    fn wanted(
        &self,
        reader: &dyn ForgeReader,
        start: CommitId,
        workplace: &Workplace,
    ) -> Vec<Write> {
        let repository = &workplace.repository;
        let offers = reader.offers();
        let mut writes = vec![Write::Create {
            repository: repository.clone(),
            settings: Settings {
                description: self.description.clone(),
                private: true,
                ..Settings::default()
            },
            branches: [(MAIN.to_owned(), start), (FEEDBACK.to_owned(), self.head)].into(),
            objects: self.objects.path().to_owned(),
        }];
        if offers.access {
            writes.extend(workplace.accounts.iter().map(|account| Write::Admit {
                repository: repository.clone(),
                account: account.clone(),
            }));
        }
        if offers.pull_requests {
            writes.push(Write::OpenPull {
                repository: repository.clone(),
                head: MAIN.to_owned(),
                base: FEEDBACK.to_owned(),
                title: FEEDBACK_TITLE.to_owned(),
                body: self.feedback.clone(),
            });
        }
        writes
    }

    /// Those of the writes that the forge does not show to be done.
    fn missing(
        &self,
        reader: &dyn ForgeReader,
        workplace: &Workplace,
        wanted: Vec<Write>,
    ) -> Result<Vec<Write>> {
        let repository = &workplace.repository;
        let Some(branches) = reader.branches(repository)? else {
            known_accounts(reader, workplace)?;
            return Ok(wanted);
        };
        if !branches.is_empty() && !self.is_ours(reader, repository, &branches)? {
            return Err(Error::input(format!(
                "{}: it stands there with another history; rename or remove that repository",
                reader.address(repository)
            )));
        }
        let offers = reader.offers();
        let access = match offers.access {
            true => reader.access(repository)?,
            false => BTreeMap::new(),
        };
        let has_pull = offers.pull_requests
            && reader
                .pull_requests(repository)?
                .iter()
                .any(|pull| pull.head == MAIN && pull.base == FEEDBACK);
        let missing = wanted.into_iter().filter(|write| match write {
            Write::Create { .. } => branches.is_empty(),
            Write::Admit { account, .. } => {
                matches!(access.get(account), None | Some(Access::Expired))
            }
            Write::OpenPull { .. } => !has_pull,
            _ => true,
        });
        Ok(missing.collect())
    }

    /// Whether a repository began with the same first commit as the template repository.
    fn is_ours(
        &self,
        reader: &dyn ForgeReader,
        repository: &str,
        branches: &Branches,
    ) -> Result<bool> {
        // Whatever a student makes of `main`: the other one is not the student's.
        let head = branches.get(FEEDBACK).or_else(|| branches.get(MAIN));
        let Some(head) = head else {
            return Ok(false);
        };
        if self.objects.find(&head.to_string())?.is_some() {
            return Ok(true);
        }
        match reader.open(repository)? {
            Some(opened) => Ok(opened.first(*head)? == self.objects.first(self.head)?),
            None => Ok(false),
        }
    }
}

/// Refuses accounts that are not there, before a repository is made for them.
fn known_accounts(reader: &dyn ForgeReader, workplace: &Workplace) -> Result<()> {
    for account in &workplace.accounts {
        if !reader.knows(account)? {
            return Err(Error::input(format!(
                "{}: there is no account `{account}`; mend the name, or the roster",
                workplace.repository
            )));
        }
    }
    Ok(())
}

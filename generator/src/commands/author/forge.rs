//! The forge that `classroom.yml` names, to read and to write.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::terminal::{self, say};
use crate::build::Step;
use crate::course::Classroom;
use crate::course::classroom::{Author, Forge, Github};
use crate::doctor::{Need, examine_github};
use crate::error::{Error, Result};
use crate::file_tree::Claim;
use crate::forge::github::credentials::Credentials;
use crate::forge::github::{GitHub, Place};
use crate::forge::pace::in_words;
use crate::forge::{
    Clock, ForgeReader, ForgeWriter, Journal, Limits, LocalForge, Refused, Write, carry_out,
};
use crate::git::Signed;
use crate::words::count;

/// The folder below the course's root in which forges are, and what is known here of those elsewhere.
pub(super) const FORGES: &str = ".forge";

/// The REST interface of github.com, and its repositories.
const API: &str = "https://api.github.com";
const WEB: &str = "https://github.com";

/// The variable by which tests make waiting shorter.
const SPEED: &str = "COURSE_CLOCK_SPEED";

/// Where repositories are: whose, on which forge, and where on this machine folders begin.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    pub(super) root: &'a Path,
    pub(super) organisation: &'a str,
    pub(super) forge: &'a Forge,
}

impl<'a> Home<'a> {
    /// Those of a course, whose root is given.
    pub(super) fn of(root: &'a Path, classroom: &'a Classroom) -> Home<'a> {
        Home {
            root,
            organisation: &classroom.organisation,
            forge: &classroom.forge,
        }
    }
}

/// A forge to read.
pub(super) fn reader(home: Home<'_>) -> Result<Box<dyn ForgeReader>> {
    Ok(match home.forge {
        Forge::Local(folder) => Box::new(local(home, folder)),
        Forge::Github(settings) => Box::new(github_reader(home, settings)?),
    })
}

/// A forge as whoever writes reads it, or to read alone.
pub(super) fn reader_beside(
    home: Home<'_>,
    writing: Option<&Writing>,
) -> Result<Arc<dyn ForgeReader>> {
    match writing {
        Some(writing) => Ok(writing.reader.clone()),
        None => Ok(reader(home)?.into()),
    }
}

fn github_reader(home: Home<'_>, settings: &Github) -> Result<GitHub> {
    let place = place(home, settings);
    let credentials = Credentials::find(host(&place.web))?;
    GitHub::reader(place, &credentials, clock(home)?)
}

/// What a forge elsewhere says of us; nothing of one on this machine.
pub(super) fn inspect(home: Home<'_>) -> Vec<Need> {
    let Forge::Github(settings) = home.forge else {
        return Vec::new();
    };
    let inspected = github_reader(home, settings).and_then(|github| github.inspect());
    examine_github(host(web(settings)), inspected)
}

/// A forge that this run alone may write to.
pub(super) struct Writing {
    pub(super) reader: Arc<dyn ForgeReader>,
    pub(super) journal: Arc<Journal>,
    writer: Arc<dyn ForgeWriter>,
    limits: Option<Limits>,
    _claim: Claim,
}

/// Claims the forge: waits until no other run on this machine writes to it.
pub(super) fn writing(home: Home<'_>) -> Result<Writing> {
    let folder = folder(home);
    let claim = Claim::of(&folder)?;
    let journal = Journal::open(&folder.with_extension("journal"), clock(home)?)?;
    let journal = Arc::new(journal);
    // One and the same: it is told once who we are, and paced together.
    let (reader, writer): (Arc<dyn ForgeReader>, Arc<dyn ForgeWriter>) = match home.forge {
        Forge::Local(folder) => {
            let forge = Arc::new(local(home, folder));
            (forge.clone(), forge)
        }
        Forge::Github(settings) => {
            let place = place(home, settings);
            let credentials = Credentials::find(host(&place.web))?;
            let forge = Arc::new(GitHub::writer(place, &credentials, journal.clone())?);
            (forge.clone(), forge)
        }
    };
    Ok(Writing {
        reader,
        writer,
        journal,
        limits: limits(home),
        _claim: claim,
    })
}

impl Writing {
    /// Does the writes, with progress. What was refused is told, and comes back.
    pub(super) fn carry_out(&self, writes: &[Write]) -> Result<Vec<Refused>> {
        let progress = terminal::Progress::start();
        let refused = carry_out(
            &self.journal,
            self.writer.as_ref(),
            writes,
            self.limits,
            &|step| {
                let left = match step.left.is_zero() {
                    true => String::new(),
                    false => format!(" (at best {} left)", in_words(step.left)),
                };
                progress.step(&Step {
                    done: step.done,
                    total: step.total,
                    what: format!("{}{left}", step.what),
                });
            },
        )?;
        tell(&refused);
        Ok(refused)
    }

    /// The same without progress, which names accounts: for where others read what is printed.
    pub(super) fn carry_out_silently(&self, writes: &[Write]) -> Result<Vec<Refused>> {
        let writer = self.writer.as_ref();
        let refused = carry_out(&self.journal, writer, writes, self.limits, &|_| ())?;
        tell(&refused);
        Ok(refused)
    }
}

fn tell(refused: &[Refused]) {
    for Refused { why, .. } in refused {
        let refused = terminal::paint(terminal::BAD, "refused");
        say(&format!("{refused}: {why}"));
    }
}

/// How long writes take at best, in words, and by what; nothing where the forge sets no limits or there is nothing to do.
pub(super) fn estimate(
    home: Home<'_>,
    reader: &dyn ForgeReader,
    journal: &Journal,
    writes: &[Write],
) -> Result<Option<String>> {
    let Some(limits) = limits(home).filter(|_| !writes.is_empty()) else {
        return Ok(None);
    };
    let mut invitations: BTreeMap<&str, usize> = BTreeMap::new();
    for write in writes {
        if let Write::Admit {
            repository,
            account,
        } = write
            && !reader.is_member(account)?
        {
            *invitations.entry(repository).or_default() += 1;
        }
    }
    let requests: usize = writes.iter().map(Write::requests).sum();
    let by_requests = limits.duration(requests, &journal.requests(), journal.clock().now());
    let by_invitations = limits.inviting(invitations.values().copied().max().unwrap_or(0));
    let invited: usize = invitations.values().sum();
    let invited = match invited {
        0 => String::new(),
        _ => format!(
            ", among them {} to accounts that are no members (at most {} a day to a repository)",
            count(invited, "invitation"),
            limits.invitations_a_day
        ),
    };
    Ok(Some(format!(
        "{}{invited}; at {} an hour that takes {} at best",
        count(requests, "write"),
        limits.per_hour,
        in_words(by_requests.max(by_invitations))
    )))
}

/// The journal as it stands, to plan by.
pub(super) fn journal(home: Home<'_>) -> Result<Journal> {
    let path = folder(home).with_extension("journal");
    Journal::open(&path, clock(home)?)
}

/// The signature of what we publish.
pub(super) fn signed(author: &Author) -> Signed {
    Signed {
        name: author.name.clone(),
        email: author.email.clone(),
        time: author.time,
    }
}

fn limits(home: Home<'_>) -> Option<Limits> {
    match home.forge {
        Forge::Local(_) => None,
        Forge::Github(_) => Some(Limits::github()),
    }
}

fn local(home: Home<'_>, folder: &str) -> LocalForge {
    LocalForge::new(&home.root.join(folder), home.organisation)
}

/// The folder of the organisation's repositories, or of what is known here of them.
fn folder(home: Home<'_>) -> PathBuf {
    let folder = match home.forge {
        Forge::Local(folder) => home.root.join(folder),
        Forge::Github(settings) => home
            .root
            .join(FORGES)
            .join(host(web(settings)).replace(':', "-")),
    };
    folder.join(home.organisation)
}

/// Where GitHub is.
fn place(home: Home<'_>, settings: &Github) -> Place {
    Place {
        api: settings.api.clone().unwrap_or_else(|| API.to_owned()),
        web: web(settings).to_owned(),
        organisation: home.organisation.to_owned(),
        mirrors: folder(home),
    }
}

fn web(settings: &Github) -> &str {
    settings.web.as_deref().unwrap_or(WEB)
}

/// The host of an address, with its port.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// The clock that a forge is waited for by. Against a forge on this machine, which a test is, it may run faster.
fn clock(home: Home<'_>) -> Result<Clock> {
    let Ok(speed) = std::env::var(SPEED) else {
        return Ok(Clock::system());
    };
    let is_here = match home.forge {
        Forge::Local(_) => true,
        Forge::Github(settings) => settings
            .api
            .as_deref()
            .is_some_and(|api| host(api).starts_with("127.0.0.1")),
    };
    match speed.parse() {
        Ok(speed) if is_here && speed >= 1.0 => Ok(Clock::at_speed(speed)),
        _ => Err(Error::input(format!(
            "{SPEED}: it is for tests against a forge at 127.0.0.1, and a number from 1; unset it"
        ))),
    }
}

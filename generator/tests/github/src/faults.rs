//! What goes wrong between a client and GitHub, on demand.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::state::State;

/// A way to go wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 500, and nothing was done.
    Error,
    /// 502, and nothing was done.
    BadGateway,
    /// 502, and it was done.
    BadGatewayAfter,
    /// No answer for a simulated minute, then the connection is dropped; nothing was done.
    Timeout,
    /// No answer for a simulated minute, then the connection is dropped; it was done.
    TimeoutAfter,
    /// The connection is dropped; nothing was done.
    Dropped,
    /// The connection is dropped; it was done.
    DroppedAfter,
    /// Half of the answer's body, then the connection is dropped; it was done.
    HalfBody,
    /// A read gives what was there before the last write, if that was a moment ago. Branches and commits are never old.
    Stale,
    /// A repository that was just made is not found for a moment.
    NotYet,
    /// The repository is made, and the answer says that its name is taken: as if an earlier attempt had arrived late.
    NameTaken,
    /// The answer lacks a field that GitHub always sends.
    LacksField,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 12] = [
        Fault::Error,
        Fault::BadGateway,
        Fault::BadGatewayAfter,
        Fault::Timeout,
        Fault::TimeoutAfter,
        Fault::Dropped,
        Fault::DroppedAfter,
        Fault::HalfBody,
        Fault::Stale,
        Fault::NotYet,
        Fault::NameTaken,
        Fault::LacksField,
    ];

    /// Can it happen to such a request? Of git's requests only those that push go wrong.
    fn fits(self, asked: &Asked<'_>) -> bool {
        let makes = asked.method == "POST"
            && (asked.path.ends_with("/generate")
                || (asked.path.starts_with("/orgs/") && asked.path.ends_with("/repos")));
        match self {
            Fault::Error | Fault::BadGateway | Fault::Timeout | Fault::Dropped => true,
            Fault::BadGatewayAfter | Fault::TimeoutAfter | Fault::DroppedAfter => {
                asked.method != "GET"
            }
            Fault::HalfBody | Fault::LacksField => !asked.git,
            Fault::Stale => !asked.git && asked.method == "GET",
            Fault::NotYet | Fault::NameTaken => makes,
        }
    }

    /// Is the request done all the same?
    pub(crate) fn does(self) -> bool {
        !matches!(
            self,
            Fault::Error | Fault::BadGateway | Fault::Timeout | Fault::Dropped
        )
    }
}

/// Faults by chance: the same requests in the same order meet the same ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Faults {
    /// Where the chance begins.
    pub seed: u64,
    /// Of requests that could go wrong, this part does: from 0 to 1.
    pub rate: f64,
    /// In which ways.
    pub kinds: Vec<Fault>,
}

/// A fault for the next request of this method whose path contains this text.
#[derive(Clone, Debug, PartialEq)]
pub struct NextFault {
    /// As `POST`; the one that changes branches is `POST` for pushes too.
    pub method: String,
    /// A part of the path.
    pub path: String,
    /// What goes wrong.
    pub fault: Fault,
}

/// A fault that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Happened {
    /// What went wrong.
    pub fault: Fault,
    /// The request's method.
    pub method: String,
    /// The request's path.
    pub path: String,
}

/// What is asked for, as far as faults look.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) git: bool,
}

/// Hands out faults.
#[derive(Debug, Default)]
pub(crate) struct Misfortune {
    chance: Option<(Faults, u64)>,
    next: VecDeque<NextFault>,
    pub(crate) happened: Vec<Happened>,
    /// The state before the last write, and when that was.
    before: Option<(Timestamp, State)>,
    /// Repositories that are not found until then.
    hidden: HashMap<String, Timestamp>,
}

/// For how long reads can be old, and new repositories not found.
const MOMENT: SignedDuration = SignedDuration::from_secs(5);

impl Misfortune {
    pub(crate) fn set(&mut self, faults: Faults) {
        let seed = faults.seed;
        self.chance = Some((faults, seed));
    }

    pub(crate) fn plan(&mut self, next: NextFault) {
        self.next.push_back(next);
    }

    /// What is to go wrong with a request.
    pub(crate) fn pick(&mut self, asked: &Asked<'_>) -> Option<Fault> {
        let planned = self.next.iter().position(|next| {
            next.method == asked.method && asked.path.contains(&next.path) && next.fault.fits(asked)
        });
        let fault = match planned {
            Some(at) => self.next.remove(at).map(|next| next.fault),
            None => self.by_chance(asked),
        }?;
        self.happened.push(Happened {
            fault,
            method: asked.method.to_owned(),
            path: asked.path.to_owned(),
        });
        Some(fault)
    }

    fn by_chance(&mut self, asked: &Asked<'_>) -> Option<Fault> {
        let (faults, state) = self.chance.as_mut()?;
        let kinds: Vec<Fault> = faults
            .kinds
            .iter()
            .copied()
            .filter(|kind| kind.fits(asked))
            .collect();
        if kinds.is_empty() {
            return None;
        }
        // The upper 53 bits are a number from 0 to 1.
        let part = (random(state) >> 11) as f64 / (1_u64 << 53) as f64;
        let which = random(state) as usize % kinds.len();
        (part < faults.rate).then(|| kinds[which])
    }

    /// Keeps the state as it is before a write, where some read may be given it.
    pub(crate) fn keep(&mut self, state: &State, now: Timestamp) {
        let by_chance = self
            .chance
            .as_ref()
            .is_some_and(|(faults, _)| faults.kinds.contains(&Fault::Stale));
        if by_chance || self.next.iter().any(|next| next.fault == Fault::Stale) {
            self.before = Some((now, state.clone()));
        }
    }

    /// The state before the last write, if that was a moment ago.
    pub(crate) fn stale(&self, now: Timestamp) -> Option<State> {
        let (time, state) = self.before.as_ref()?;
        (now.duration_since(*time) <= MOMENT).then(|| state.clone())
    }

    /// Lets a new repository not be found for a moment.
    pub(crate) fn hide(&mut self, repository: &str, now: Timestamp) {
        let until = now.saturating_add(MOMENT).unwrap_or(now);
        self.hidden.insert(repository.to_lowercase(), until);
    }

    /// Is the repository of this path hidden?
    pub(crate) fn hides(&self, path: &str, now: Timestamp) -> bool {
        let mut parts = path
            .strip_prefix("/repos/")
            .unwrap_or_default()
            .splitn(3, '/');
        let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
            return false;
        };
        let until = self.hidden.get(&format!("{owner}/{name}").to_lowercase());
        until.is_some_and(|until| *until > now)
    }
}

/// The next number of the generator splitmix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

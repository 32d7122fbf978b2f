//! How much a client may ask of GitHub, and what happens to one that asks for more.
//!
//! What GitHub says of its limits: <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::access::Who;
use crate::answer::Refused;
use crate::state::Holder;

/// The limits; the default are GitHub's.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests of a user, an App or an installation in an hour: the primary limit.
    pub an_hour: u64,
    /// The same for the `GITHUB_TOKEN` of a repository's workflows.
    pub workflow_an_hour: u64,
    /// Points in a minute: a `GET` costs 1, anything else 5.
    pub points_a_minute: u64,
    /// Requests that make content, in a minute.
    pub content_a_minute: u64,
    /// Requests that make content, in an hour.
    pub content_an_hour: u64,
    /// Requests that wait for their answers at the same time.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            an_hour: 5_000,
            workflow_an_hour: 1_000,
            points_a_minute: 900,
            content_a_minute: 80,
            content_an_hour: 500,
            at_once: 100,
        }
    }
}

/// Requests that count as making content. GitHub has no list: here it is whatever others get to read or are told of.
const CONTENT: &[(&str, &str)] = &[
    ("POST", "/orgs/{org}/repos"),
    ("POST", "/repos/{template_owner}/{template_repo}/generate"),
    ("PUT", "/repos/{owner}/{repo}/collaborators/{username}"),
    ("POST", "/repos/{owner}/{repo}/git/refs"),
    ("PATCH", "/repos/{owner}/{repo}/git/refs/{ref}"),
    ("POST", "/repos/{owner}/{repo}/pulls"),
    ("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("POST", "/repos/{owner}/{repo}/issues"),
    ("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}"),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    ),
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels"),
    ("POST", "/repos/{owner}/{repo}/labels"),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}"),
    ("POST", "/orgs/{org}/rulesets"),
    ("PUT", "/orgs/{org}/rulesets/{ruleset_id}"),
    ("POST", "/repos/{owner}/{repo}/rulesets"),
    ("PUT", "/repos/{owner}/{repo}/rulesets/{ruleset_id}"),
];

/// A limit, by what it counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Requests in an hour.
    Hour,
    /// Points in a minute.
    Points,
    /// Content in a minute.
    ContentMinute,
    /// Content in an hour.
    ContentHour,
    /// Requests at the same time.
    AtOnce,
    /// A request while an earlier breach was still to be waited out.
    NotWaited,
}

/// A request that went over a limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breach {
    /// Which limit.
    pub limit: Limit,
    /// Whose budget it is, as `user grace`.
    pub of: String,
    /// The simulated time.
    pub time: Timestamp,
}

/// Counts requests.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    limits: Limits,
    used: BTreeMap<String, Used>,
    pub(crate) breaches: Vec<Breach>,
}

/// What one budget has used.
#[derive(Debug)]
struct Used {
    /// When the count of requests starts anew.
    reset: Timestamp,
    requests: u64,
    /// The requests of the last minute: when, and their points.
    points: VecDeque<(Timestamp, u64)>,
    /// The requests of the last hour that made content.
    content: VecDeque<Timestamp>,
    /// Until then everything is refused, and for how long at first.
    blocked: Option<(Timestamp, i64)>,
}

/// Seconds that the first breach of a secondary limit costs.
const BLOCK_SECONDS: i64 = 60;
/// Going on meanwhile doubles it, up to this.
const BLOCK_SECONDS_MAX: i64 = 3_600;

impl Meter {
    pub(crate) fn new(limits: Limits) -> Meter {
        Meter {
            limits,
            ..Meter::default()
        }
    }

    fn an_hour(&self, who: &Who) -> u64 {
        match who {
            Who::Holder {
                holder: Holder::Workflow { .. },
                ..
            } => self.limits.workflow_an_hour,
            _ => self.limits.an_hour,
        }
    }

    /// Counts a request for an operation, or refuses it.
    pub(crate) fn admit(
        &mut self,
        who: &Who,
        (method, path): (&str, &str),
        at_once: usize,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let of = who.budget();
        let an_hour = self.an_hour(who);
        let Meter {
            limits,
            used,
            breaches,
        } = self;
        let used = used.entry(of.clone()).or_insert_with(|| Used {
            reset: after(now, 3_600),
            requests: 0,
            points: VecDeque::new(),
            content: VecDeque::new(),
            blocked: None,
        });
        used.forget(now);
        if path == "/rate_limit" {
            return Ok(());
        }
        let mut breach = |limit| {
            breaches.push(Breach {
                limit,
                of: of.clone(),
                time: now,
            })
        };
        if let Some((until, seconds)) = &mut used.blocked {
            breach(Limit::NotWaited);
            *seconds = (*seconds * 2).min(BLOCK_SECONDS_MAX);
            *until = after(now, *seconds);
            return Err(secondary(403, *seconds));
        }
        if used.requests >= an_hour {
            breach(Limit::Hour);
            return Err(Refused::forbidden(
                "API rate limit exceeded. Wait until the time in the header x-ratelimit-reset.",
            ));
        }
        used.requests += 1;
        used.points
            .push_back((now, if method == "GET" { 1 } else { 5 }));
        if CONTENT.contains(&(method, path)) {
            used.content.push_back(now);
        }
        let points: u64 = used.points.iter().map(|(_, points)| points).sum();
        let minute = used
            .content
            .iter()
            .filter(|time| after(**time, 60) > now)
            .count() as u64;
        let broken = if at_once > limits.at_once {
            Some((Limit::AtOnce, 429))
        } else if points > limits.points_a_minute {
            Some((Limit::Points, 403))
        } else if minute > limits.content_a_minute {
            Some((Limit::ContentMinute, 403))
        } else if used.content.len() as u64 > limits.content_an_hour {
            Some((Limit::ContentHour, 403))
        } else {
            None
        };
        let Some((limit, status)) = broken else {
            return Ok(());
        };
        breach(limit);
        used.blocked = Some((after(now, BLOCK_SECONDS), BLOCK_SECONDS));
        Err(secondary(status, BLOCK_SECONDS))
    }

    /// The headers that say what is left of the primary limit.
    pub(crate) fn headers(&self, who: &Who) -> Vec<(&'static str, String)> {
        let Some(used) = self.used.get(&who.budget()) else {
            return Vec::new();
        };
        let limit = self.an_hour(who);
        vec![
            ("x-ratelimit-limit", limit.to_string()),
            (
                "x-ratelimit-remaining",
                limit.saturating_sub(used.requests).to_string(),
            ),
            ("x-ratelimit-used", used.requests.to_string()),
            ("x-ratelimit-reset", used.reset.as_second().to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ]
    }

    /// What `GET /rate_limit` shows.
    pub(crate) fn overview(&self, who: &Who) -> Value {
        let limit = self.an_hour(who);
        let used = self.used.get(&who.budget());
        let (requests, reset) = used.map_or((0, 0), |used| (used.requests, used.reset.as_second()));
        let core = json!({"limit": limit, "remaining": limit.saturating_sub(requests), "reset": reset, "used": requests});
        let search = json!({"limit": 30, "remaining": 30, "reset": reset, "used": 0});
        json!({"resources": {"core": core, "search": search}, "rate": core})
    }
}

impl Used {
    /// Forgets what counts no more.
    fn forget(&mut self, now: Timestamp) {
        if self.reset <= now {
            self.reset = after(now, 3_600);
            self.requests = 0;
        }
        while self
            .points
            .front()
            .is_some_and(|(time, _)| after(*time, 60) <= now)
        {
            self.points.pop_front();
        }
        while self
            .content
            .front()
            .is_some_and(|time| after(*time, 3_600) <= now)
        {
            self.content.pop_front();
        }
        if self.blocked.is_some_and(|(until, _)| until <= now) {
            self.blocked = None;
        }
    }
}

fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time.saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(time)
}

fn secondary(status: u16, seconds: i64) -> Refused {
    let mut refused = Refused::new(
        status,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    );
    refused.headers.push(("retry-after", seconds.to_string()));
    refused
}

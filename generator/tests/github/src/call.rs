//! One request on its way through an operation.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::access::Who;
use crate::answer::{Answer, Refused};
use crate::git::Git;
use crate::limits::Meter;
use crate::shapes::Shapes;
use crate::state::{Repository, State};

/// What an operation has to work with.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) git: &'a Git,
    pub(crate) shapes: &'a Shapes,
    pub(crate) meter: &'a Mutex<Meter>,
    pub(crate) now: Timestamp,
    pub(crate) who: &'a Who,
    /// From the path, by the names in the description.
    pub(crate) parameters: BTreeMap<&'static str, String>,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Map<String, Value>,
    /// The path as it was asked for, for links to other pages.
    pub(crate) path: String,
}

impl Call<'_> {
    /// A part of the path.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A part of the path that is a number.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Refused> {
        self.parameter(name)
            .parse()
            .map_err(|_| Refused::not_found())
    }

    fn place(&self) -> (String, String) {
        let of = |name: &str, other: &str| {
            let found = self
                .parameters
                .get(name)
                .or_else(|| self.parameters.get(other));
            found.cloned().unwrap_or_default()
        };
        (of("owner", "template_owner"), of("repo", "template_repo"))
    }

    /// The repository that the path names.
    pub(crate) fn repository(&self) -> Result<&Repository, Refused> {
        let (owner, name) = self.place();
        self.state
            .repository(&owner, &name)
            .ok_or_else(Refused::not_found)
    }

    /// The same, to be changed.
    pub(crate) fn repository_mut(&mut self) -> Result<&mut Repository, Refused> {
        let (owner, name) = self.place();
        self.state
            .repository_mut(&owner, &name)
            .ok_or_else(Refused::not_found)
    }

    /// A text of the body, where it has one of this name.
    pub(crate) fn text(&self, field: &str) -> Option<String> {
        self.body.get(field)?.as_str().map(str::to_owned)
    }

    /// A text that the body must have.
    pub(crate) fn needed(&self, resource: &str, field: &str) -> Result<String, Refused> {
        let text = self.text(field).filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Refused::field(resource, field, "missing_field"))
    }

    /// A truth of the body, where it has one of this name.
    pub(crate) fn truth(&self, field: &str) -> Option<bool> {
        self.body.get(field)?.as_bool()
    }

    /// A list of texts of the body.
    pub(crate) fn texts(&self, field: &str) -> Option<Vec<String>> {
        let list = self.body.get(field)?.as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The page of a list that was asked for, each item as it is shown.
    pub(crate) fn page<T>(&self, items: &[T], show: impl Fn(&T) -> Value) -> Answer {
        let (page, links) = self.turn(items.len());
        let mut answer = Answer::ok(Value::Array(items[page].iter().map(show).collect()));
        answer.headers.extend(links);
        answer
    }

    /// Which of `count` items are on the page that was asked for, and the header `Link` where there are other pages.
    pub(crate) fn turn(
        &self,
        count: usize,
    ) -> (std::ops::Range<usize>, Option<(&'static str, String)>) {
        let asked = |name: &str| {
            self.query
                .get(name)
                .and_then(|value| value.parse::<usize>().ok())
        };
        let size = asked("per_page").unwrap_or(30).clamp(1, 100);
        let page = asked("page").unwrap_or(1).max(1);
        let last = count.div_ceil(size).max(1);
        let mut turns = Vec::new();
        if page > 1 {
            turns.extend([("prev", page - 1), ("first", 1)]);
        }
        if page < last {
            turns.extend([("next", page + 1), ("last", last)]);
        }
        let link = |(name, number): &(&str, usize)| {
            let mut query = self.query.clone();
            query.insert("page".to_owned(), number.to_string());
            let query: Vec<String> = query
                .iter()
                .map(|(name, value)| {
                    format!(
                        "{}={}",
                        crate::path::encoded(name),
                        crate::path::encoded(value)
                    )
                })
                .collect();
            format!(
                "<{}{}?{}>; rel=\"{name}\"",
                self.shapes.address,
                self.path,
                query.join("&")
            )
        };
        let links: Vec<String> = turns.iter().map(link).collect();
        let start = ((page - 1) * size).min(count);
        let header = (!links.is_empty()).then(|| ("link", links.join(", ")));
        (start..(start + size).min(count), header)
    }
}

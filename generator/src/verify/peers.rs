//! The peers of a gate, which the exercise may not depend on: it could hand in what it is measured against.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::build::Place;
use crate::course::{Exercise, gate};
use crate::error::{Error, Result};

/// What `cargo metadata` says, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// `dev`, `build`, or none for what the package itself is compiled with.
    kind: Option<String>,
}

/// Packages that the exercise is compiled with and that its gates measure with or against, by name.
///
/// # Errors
///
/// Where cargo cannot read the workspace.
pub(super) fn shared(place: &Place, exercise: &Exercise) -> Result<Vec<String>> {
    let outcome = place.cargo(&["metadata", "--format-version", "1", "--locked"])?;
    if !outcome.succeeded() {
        return Err(Error::Machine {
            doing: "ask cargo for the dependencies".to_owned(),
            source: outcome.stderr.trim().to_owned().into(),
        });
    }
    shared_in(&outcome.stdout, exercise.name(), &exercise.gates_package())
        .map_err(|error| Error::Internal(format!("what cargo says of dependencies: {error}")))
}

fn shared_in(
    metadata: &str,
    exercise: &str,
    gates: &str,
) -> std::result::Result<Vec<String>, serde_json::Error> {
    let metadata: Metadata = serde_json::from_str(metadata)?;
    let ids = |name: &str| {
        let named = metadata
            .packages
            .iter()
            .filter(|package| package.name == name);
        named.map(|package| package.id.as_str()).collect::<Vec<_>>()
    };
    let normal: BTreeMap<&str, Vec<&str>> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), compiled_with(node)))
        .collect();
    let mut peers: BTreeSet<&str> = BTreeSet::new();
    for id in ids(gates) {
        peers.extend(normal.get(id).into_iter().flatten());
        peers.insert(id);
    }
    peers.extend(ids(gate::CRATE));
    let mut reached = BTreeSet::new();
    let mut open = ids(exercise);
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(normal.get(id).into_iter().flatten());
        }
    }
    let own = ids(exercise);
    let shared = metadata.packages.iter().filter(|package| {
        let id = package.id.as_str();
        reached.contains(id) && peers.contains(id) && !own.contains(&id)
    });
    Ok(shared.map(|package| package.name.clone()).collect())
}

/// The packages that a package itself is compiled with; not those of its tests.
fn compiled_with(node: &Node) -> Vec<&str> {
    let is_for_tests = |dependency: &&Dependency| {
        let mut kinds = dependency.dep_kinds.iter();
        kinds.all(|kind| kind.kind.as_deref() == Some("dev"))
    };
    let dependencies = node
        .deps
        .iter()
        .filter(|dependency| !is_for_tests(dependency));
    dependencies
        .map(|dependency| dependency.pkg.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(of_exercise: &str) -> String {
        format!(
            r#"{{"packages":[{{"id":"1","name":"cache"}},{{"id":"2","name":"cache-gates"}},{{"id":"3","name":"lru"}},{{"id":"4","name":"wrapper"}},{{"id":"5","name":"course-gate"}}],
            "resolve":{{"nodes":[{{"id":"1","deps":[{of_exercise}]}},
            {{"id":"2","deps":[{{"pkg":"3","dep_kinds":[{{"kind":null}}]}},{{"pkg":"1","dep_kinds":[{{"kind":"dev"}}]}},{{"pkg":"5","dep_kinds":[{{"kind":"dev"}}]}}]}},
            {{"id":"3","deps":[]}},{{"id":"4","deps":[{{"pkg":"3","dep_kinds":[{{"kind":null}}]}}]}},{{"id":"5","deps":[]}}]}}}}"#
        )
    }

    #[test]
    fn a_peer_is_found_however_far_away() {
        let shared = |of_exercise: &str| {
            shared_in(&metadata(of_exercise), "cache", "cache-gates").expect("metadata")
        };
        assert_eq!(shared(""), Vec::<String>::new());
        assert_eq!(
            shared(r#"{"pkg":"3","dep_kinds":[{"kind":null}]}"#),
            ["lru"]
        );
        assert_eq!(
            shared(r#"{"pkg":"4","dep_kinds":[{"kind":"build"}]}"#),
            ["lru"]
        );
        assert_eq!(
            shared(r#"{"pkg":"3","dep_kinds":[{"kind":"dev"}]}"#),
            Vec::<String>::new()
        );
        assert_eq!(
            shared(r#"{"pkg":"5","dep_kinds":[{"kind":null}]}"#),
            ["course-gate"]
        );
    }
}

//! Findings as SARIF 2.1.0, which forges show beside the code.

use std::fmt::Write;

use serde_json::{Value, json};

use super::json::pretty;
use super::told::told;
use crate::error::Result;
use crate::grade::{Finding, FindingKind, Grade};

/// All kinds of findings: each is a rule.
const KINDS: [FindingKind; 10] = [
    FindingKind::ProtectedChanged,
    FindingKind::ProtectedMissing,
    FindingKind::OtherRelease,
    FindingKind::LeftOut,
    FindingKind::Refused,
    FindingKind::TooLarge,
    FindingKind::DeniedUse,
    FindingKind::TooGood,
    FindingKind::Unsteady,
    FindingKind::NotLookedAt,
];

/// A rule's identifier, which is the kind's name in our JSON; its level, and what it says in general.
fn rule(kind: FindingKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        FindingKind::ProtectedChanged => (
            "protected-changed",
            "warning",
            "A file that the course owns was changed; the course's own was used.",
        ),
        FindingKind::ProtectedMissing => (
            "protected-missing",
            "warning",
            "A file that the course owns is gone; the course's own was used.",
        ),
        FindingKind::OtherRelease => (
            "other-release",
            "note",
            "The repository was made of another release of the assignment.",
        ),
        FindingKind::LeftOut => (
            "left-out",
            "note",
            "Files of the student's own that play no part in grading.",
        ),
        FindingKind::Refused => (
            "refused",
            "warning",
            "A link, a submodule or a path that no honest tool makes; it was left out.",
        ),
        FindingKind::TooLarge => (
            "too-large",
            "warning",
            "A file or a number of files over the limits; left out.",
        ),
        // It alone costs points.
        FindingKind::DeniedUse => (
            "denied-use",
            "error",
            "Code that uses what its exercise does not declare; the exercise gives no points.",
        ),
        FindingKind::TooGood => (
            "too-good",
            "warning",
            "A gate's number that code which does the work does not reach.",
        ),
        FindingKind::Unsteady => (
            "unsteady",
            "warning",
            "A gate whose processes differ as no honest code's do.",
        ),
        FindingKind::NotLookedAt => (
            "not-looked-at",
            "note",
            "What the code uses could not be looked at where it was tested.",
        ),
    }
}

/// The findings as SARIF, with a line end. One without a path in the repository has no location; some readers leave it out.
///
/// # Errors
///
/// `Error::Internal` where JSON cannot be written, which does not happen.
pub fn text(grade: &Grade) -> Result<String> {
    let grade = &told(grade);
    let rules = KINDS.iter().map(|kind| {
        let (id, level, says) = rule(*kind);
        json!({
            "id": id,
            "shortDescription": { "text": says },
            "defaultConfiguration": { "level": level },
        })
    });
    let results = grade.findings.iter().map(of_finding);
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "course",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            // By it a forge tells the findings of one assignment from those of another.
            "automationDetails": { "id": format!("course/{}/", grade.assignment) },
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The student repository." } } },
            "results": results.collect::<Vec<_>>(),
        }],
    }))
}

fn of_finding(finding: &Finding) -> Value {
    let (id, level, _) = rule(finding.kind);
    let index = KINDS.iter().position(|kind| *kind == finding.kind);
    let path = finding.path.as_deref();
    let said = match path {
        Some(path) => format!("{path}: {}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": level,
        "message": { "text": no_link(&said) },
    });
    if let Some(uri) = path.and_then(uri) {
        let mut place = json!({
            "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
        });
        if let Some(line) = finding.line.filter(|line| *line > 0) {
            place["region"] = json!({ "startLine": line });
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// A path in the repository as a relative reference; `None` for one that leads elsewhere, or names no file as it is written.
fn uri(path: &str) -> Option<String> {
    let leads_elsewhere = path.split('/').any(|name| matches!(name, "" | "." | ".."));
    if leads_elsewhere || path.contains(['\\', '\u{fffd}']) {
        return None;
    }
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a string does not fail.
            byte => drop(write!(uri, "%{byte:02X}")),
        }
    }
    Some(uri)
}

/// A message in which nothing is a link: SARIF knows `[text](target)` even in plain text.
fn no_link(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_a_rule_by_its_name() {
        for kind in KINDS {
            let name = serde_json::to_value(kind).expect("a name");
            assert_eq!(name, rule(kind).0);
        }
    }

    #[test]
    fn a_path_is_a_reference_or_none() {
        assert_eq!(uri("src/lib.rs").as_deref(), Some("src/lib.rs"));
        assert_eq!(uri("a b:%c#ä").as_deref(), Some("a%20b%3A%25c%23%C3%A4"));
        for elsewhere in ["/etc/passwd", "../x", "a//b", "", "a\\b", "a\u{fffd}"] {
            assert_eq!(uri(elsewhere), None, "{elsewhere}");
        }
    }
}

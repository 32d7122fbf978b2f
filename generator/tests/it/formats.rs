//! A grade in the formats that others read: a grade's JSON in, text out. The texts are pinned in `fixtures/formats`.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use course::feedback::formats::{Context, Format, classroom50, csv, emit};
use course::grade::Grade;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::builder::{assert_pinned, generator};

const GRADES: [&str; 7] = [
    "passing",
    "late",
    "failing",
    "does-not-compile",
    "gate-fails",
    "tampering",
    "hostile",
];

fn read(path: &str) -> String {
    let path = generator().join("tests/fixtures").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn grade(name: &str) -> Grade {
    serde_json::from_str(&read(&format!("grades/{name}.json"))).expect("a grade")
}

fn context() -> Context {
    let commit = "https://forge.example/systems/lru-ada/commit/4f1d2c9".to_owned();
    Context {
        run: Some(classroom50::Run {
            classroom: "systems".to_owned(),
            assignment: "01-core-rust".to_owned(),
            assignment_type: Some("individual".to_owned()),
            owner: Some("ada".to_owned()),
            submission: "submit/2026-06-01T14-32-05Z-4f1d2c9".to_owned(),
            release: "https://forge.example/systems/lru-ada/releases/1".to_owned(),
            review: commit.clone(),
            commit,
            datetime: "2026-06-01T14:32:01Z".to_owned(),
        }),
        owner: csv::Owner {
            assignment_url: "https://forge.example/systems/01-core-rust".to_owned(),
            github_username: "ada".to_owned(),
            roster_identifier: "=SUM(A1), Ada \"Countess\"".to_owned(),
            student_repository_name: "01-core-rust-ada".to_owned(),
            submission_timestamp: "2026-06-01T14:32:01Z".to_owned(),
            ..csv::Owner::default()
        },
    }
}

fn text(format: Format, name: &str) -> String {
    emit(format, &grade(name), &context()).expect("a text")
}

fn json(format: Format, name: &str) -> Value {
    serde_json::from_str(&text(format, name)).expect("JSON")
}

/// The step output, out of its base64.
fn result(name: &str) -> Value {
    let bytes = STANDARD.decode(text(Format::ClassicResult, name));
    serde_json::from_slice(&bytes.expect("base64")).expect("JSON")
}

#[track_caller]
fn obeys(value: &Value, schema: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let errors = validator.iter_errors(value);
    let errors: Vec<String> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

fn schema(path: &str) -> Value {
    serde_json::from_str(&read(path)).expect("JSON")
}

#[test]
fn the_grades_are_grades() {
    let published = schema("../../schemas/grade.json");
    for name in GRADES {
        let grade = grade(name);
        let written = serde_json::to_string_pretty(&grade).expect("JSON") + "\n";
        assert_pinned(&format!("tests/fixtures/grades/{name}.json"), &written);
        obeys(&serde_json::to_value(&grade).expect("JSON"), &published);
    }
}

#[test]
fn each_format_is_as_pinned() {
    for name in GRADES {
        for format in Format::value_variants() {
            let (file, text) = match format {
                Format::ClassicNotices => ("classic-notices.txt", text(*format, name)),
                // What is in the base64, so that people can read it.
                Format::ClassicResult => ("classic-result.json", format!("{:#}\n", result(name))),
                Format::Classroom50 => ("classroom50.json", text(*format, name)),
                Format::Csv => ("grades.csv", text(*format, name)),
                Format::Gradescope => ("gradescope.json", text(*format, name)),
                Format::Json => ("grade.json", text(*format, name)),
                Format::Junit => ("junit.xml", text(*format, name)),
                Format::Sarif => ("findings.sarif", text(*format, name)),
            };
            let folder = generator().join("tests/fixtures/formats").join(name);
            fs::create_dir_all(folder).expect("a folder");
            assert_pinned(&format!("tests/fixtures/formats/{name}/{file}"), &text);
        }
    }
}

#[test]
fn the_notices_are_to_the_letter() {
    let fifty_seven = Grade {
        points: 57.5,
        max_points: 100,
        ..grade("failing")
    };
    let notices = emit(Format::ClassicNotices, &fifty_seven, &Context::default());
    assert_eq!(
        notices.expect("a text"),
        "::notice title=Autograding complete::Points 57.5/100\n\
         ::notice title=Autograding report::{\"totalPoints\":57.5,\"maxPoints\":100}\n"
    );
    let none = Grade {
        max_points: 0,
        ..grade("failing")
    };
    let notices = emit(Format::ClassicNotices, &none, &Context::default());
    assert_eq!(notices.expect("a text"), "");
}

#[test]
fn scores_add_up_to_the_grade() {
    for name in GRADES {
        let grade = grade(name);
        let result = result(name);
        let tests = result["tests"].as_array().expect("tests");
        let scores = tests.iter().filter_map(|test| test["score"].as_f64());
        let sum = scores.sum::<f64>();
        assert!((sum - grade.points).abs() < 1e-6, "{name}: {sum}");
        assert_eq!(result["max_score"], grade.max_points, "{name}");
        for test in tests {
            assert_eq!(
                test.get("message").is_none(),
                test["status"] == "pass",
                "{name}: {test}"
            );
        }
        // A number is printed as JavaScript would.
        assert!(!result.to_string().contains(".0,"), "{name}");
    }
    for (name, status) in [
        ("passing", "pass"),
        ("late", "fail"),
        ("does-not-compile", "error"),
        ("gate-fails", "fail"),
        ("tampering", "fail"),
    ] {
        assert_eq!(result(name)["status"], status, "{name}");
    }
}

#[test]
fn a_step_output_fits_an_environment() {
    let mut long = grade("does-not-compile");
    for stage in &mut long.stages {
        stage.errors = vec!["\u{1f980}\n".repeat(100_000); 3];
    }
    let payload = emit(Format::ClassicResult, &long, &Context::default()).expect("a text");
    assert!(payload.len() < 128 * 1024, "{}", payload.len());
}

#[test]
fn classroom50_takes_every_result() {
    let schema = schema("classroom50/result-v1.json");
    for name in GRADES {
        let value = json(Format::Classroom50, name);
        obeys(&value, &schema);
        let number = |value: &Value| value.as_u64().expect("a whole number");
        let (score, max) = (number(&value["score"]), number(&value["max-score"]));
        let tests = value["tests"].as_array().expect("tests");
        assert_eq!(
            score,
            tests.iter().map(|test| number(&test["score"])).sum::<u64>(),
            "{name}"
        );
        let all_passed = tests.iter().all(|test| test["passed"] == true);
        assert!(score < max || all_passed, "{name}: {value:#}");
        for test in tests {
            let (score, max) = (number(&test["score"]), number(&test["max-score"]));
            assert!(score <= max, "{name}: {test}");
            assert!(
                score < max || max == 0 || test["passed"] == true,
                "{name}: {test}"
            );
        }
        let points = grade(name).points;
        assert!(score as f64 <= points, "{name}: {score} of {points}");
    }
}

#[test]
fn classroom50_needs_to_know_the_submission() {
    let error = emit(Format::Classroom50, &grade("passing"), &Context::default());
    let error = error.expect_err("nobody said whose it is").to_string();
    assert!(error.contains("choose another format"), "{error}");
}

#[test]
fn schemas_of_others_are_as_noted() {
    for (folder, file) in [
        ("classroom50", "result-v1.json"),
        ("sarif", "sarif-2.1.0.json"),
    ] {
        let digest = Sha256::digest(read(&format!("{folder}/{file}")));
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let noted = read(&format!("{folder}/README.md"));
        assert!(
            noted.contains(&digest),
            "{folder}/{file} is now {digest}, which its README does not say: was it changed on purpose?"
        );
    }
}

/// What a schema demands: references followed, without what is said to people, and where order says nothing, in order.
fn demands(schema: &Value, root: &Value) -> Value {
    const SAID: [&str; 6] = [
        "$schema",
        "$id",
        "$comment",
        "$defs",
        "title",
        "description",
    ];
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let pointer = reference.trim_start_matches('#');
                return demands(root.pointer(pointer).expect("what it refers to"), root);
            }
            let mut fields: Vec<(&String, &Value)> = fields
                .iter()
                .filter(|(name, value)| !SAID.contains(&name.as_str()) || value.is_object())
                .filter(|(name, _)| *name != "$defs")
                .collect();
            fields.sort_by_key(|(name, _)| (*name).clone());
            let fields = fields.into_iter();
            fields
                .map(|(name, value)| (name.clone(), demands(value, root)))
                .collect()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| demands(item, root)).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        plain => plain.clone(),
    }
}

/// For whoever has a newer copy of Classroom 50's schema; `fixtures/classroom50/README.md` says how.
#[test]
#[ignore = "needs a newer copy of Classroom 50's schema, named by COURSE_CLASSROOM50_SCHEMA"]
fn classroom50_has_not_changed() {
    let path = std::env::var("COURSE_CLASSROOM50_SCHEMA").expect("COURSE_CLASSROOM50_SCHEMA");
    let theirs = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let theirs: Value = serde_json::from_str(&theirs).expect("JSON");
    for name in GRADES {
        obeys(&json(Format::Classroom50, name), &theirs);
    }
    let ours = schema("classroom50/result-v1.json");
    let (ours, theirs) = (demands(&ours, &ours), demands(&theirs, &theirs));
    assert_eq!(
        format!("{ours:#}"),
        format!("{theirs:#}"),
        "ours, then theirs"
    );
}

#[test]
fn findings_are_sarif() {
    // Its pattern for languages has a bracket too many, which our reader of schemas refuses. Nothing of ours has a language.
    let schema = read("sarif/sarif-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let kinds = serde_json::from_str::<Value>(&read("../../schemas/grade.json")).expect("JSON");
    let kinds = kinds["$defs"]["FindingKind"]["oneOf"].as_array();
    let kinds: BTreeSet<&str> = kinds
        .expect("kinds")
        .iter()
        .filter_map(|kind| kind["const"].as_str())
        .collect();
    for name in GRADES {
        let value = json(Format::Sarif, name);
        obeys(&value, &schema);
        let rules = value["runs"][0]["tool"]["driver"]["rules"].as_array();
        let rules = rules.expect("rules").iter();
        let rules: BTreeSet<&str> = rules.filter_map(|rule| rule["id"].as_str()).collect();
        assert_eq!(rules, kinds, "each kind of finding is a rule");
        let results = value["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.len(), grade(name).findings.len(), "{name}");
    }
}

#[test]
fn our_json_is_a_grade() {
    let schema = schema("../../schemas/grade.json");
    for name in GRADES {
        let value = json(Format::Json, name);
        obeys(&value, &schema);
        serde_json::from_value::<Grade>(value).expect("a grade");
    }
    // Where nothing acts and nothing is hidden, nothing is changed.
    for name in ["passing", "late", "gate-fails", "tampering"] {
        assert_eq!(
            text(Format::Json, name),
            read(&format!("grades/{name}.json"))
        );
    }
}

/// All texts and attributes of XML, and how often each element begins.
fn elements(xml: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    let (mut texts, mut names) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return (texts, names),
            Event::Start(element) | Event::Empty(element) => {
                names.push(element.name().as_ref().to_owned());
                for attribute in element.attributes() {
                    let attribute = attribute.expect("an attribute");
                    texts.push(attribute.value.into_owned());
                }
            }
            Event::Text(said) => texts.push(said.to_string()),
            Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => {
                panic!("nothing of ours writes these: {xml}")
            }
            _ => {}
        }
    }
}

#[test]
fn junit_counts_what_it_holds() {
    for name in GRADES {
        let xml = text(Format::Junit, name);
        let (_, names) = elements(&xml);
        let count = |wanted: &str| names.iter().filter(|name| *name == wanted).count();
        let root = xml.lines().nth(1).expect("a root");
        for (attribute, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let counted = format!(" {attribute}=\"{}\"", count(element));
            assert!(root.contains(&counted), "{name}: {counted}: {root}");
        }
        let grade = grade(name);
        let tests: usize = grade.stages.iter().map(|stage| stage.tests.len()).sum();
        assert_eq!(count("testcase"), tests + grade.gates.len(), "{name}");
        let known = [
            "testsuites",
            "testsuite",
            "properties",
            "property",
            "testcase",
            "failure",
            "error",
            "skipped",
        ];
        for name in &names {
            assert!(known.contains(&name.as_str()), "somebody else's <{name}>");
        }
    }
}

/// Every text in a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

#[test]
fn a_submissions_words_act_on_nobody() {
    for format in Format::value_variants() {
        let written = text(*format, "hostile");
        let mut said = vec![written.clone()];
        match format {
            Format::ClassicResult => texts(&result("hostile"), &mut said),
            Format::Junit => said.extend(elements(&written).0),
            Format::ClassicNotices | Format::Csv => {}
            _ => texts(&serde_json::from_str(&written).expect("JSON"), &mut said),
        }
        for text in said {
            for letter in text.chars().filter(|letter| *letter != '\n') {
                let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
                let breaks = matches!(letter, '\u{2028}' | '\u{2029}');
                assert!(
                    !letter.is_control() && !turns && !breaks,
                    "{format:?}: {letter:?} in {text}"
                );
            }
            for line in text.lines() {
                let ours = line.starts_with("::notice title=Autograding ")
                    && *format == Format::ClassicNotices;
                assert!(
                    ours || !line.trim_start().starts_with("::"),
                    "{format:?}: {line}"
                );
            }
            assert!(!text.contains("##["), "{format:?}: {text}");
        }
    }
    let xml = text(Format::Junit, "hostile");
    assert!(!xml.contains("<script") && !xml.contains("]]>"), "{xml}");
    let sarif = json(Format::Sarif, "hostile");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let places: Vec<&Value> = results.iter().map(|result| &result["locations"]).collect();
    // Only a path that names a file of the repository as it is written is a place.
    assert_eq!(
        places.iter().filter(|place| !place.is_null()).count(),
        1,
        "{places:?}"
    );
    let first = &places[3][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(first, "src/a%20b%23%C3%A4%5B1%5D.rs");
}

#[test]
fn of_hidden_tests_there_is_a_name_and_a_verdict() {
    for name in ["failing", "hostile"] {
        assert!(read(&format!("grades/{name}.json")).contains("SECRET"));
        for format in Format::value_variants() {
            let written = text(*format, name);
            assert!(!written.contains("SECRET"), "{format:?}: {written}");
        }
        assert!(!result(name).to_string().contains("SECRET"));
    }
    let hidden = "stage_2_order::hidden_order_after_many_gets";
    for name in GRADES {
        let value = json(Format::Gradescope, name);
        for test in value["tests"].as_array().expect("tests") {
            let visibility = match test["name"] == hidden {
                true => "after_published",
                false => "visible",
            };
            assert_eq!(test["visibility"], visibility, "{name}: {test}");
        }
        assert_eq!(value["score"].as_f64(), Some(grade(name).points), "{name}");
    }
}

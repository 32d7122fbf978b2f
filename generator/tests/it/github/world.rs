//! A GitHub with an organisation, its owner, and a course that lives there.

use std::process::Command;

use jiff::Timestamp;
use local_github::state::{App, Installation, Level, Plan, State, Token};
use local_github::{Config, LocalGithub};
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};

use crate::builder::{Ran, Tiny, run};

/// The organisation, as the tiny course names it.
pub(crate) const SCHOOL: &str = "rust-systems-course";

/// The token of its owner, `grace`.
pub(super) const TOKEN: &str = "ghp_Grace0Only0Token0Of0The0Owner0000000";

/// A course with its forge.
pub(crate) struct World {
    pub(crate) tiny: Tiny,
    pub(crate) github: LocalGithub,
    speed: f64,
}

/// Which course it is.
pub(super) enum Course {
    /// One assignment.
    Tiny,
    /// Two assignments, of the organisation `big`.
    Big,
}

/// The App of the organisation: its number, and what enrolment takes.
pub(crate) const APP: u64 = 7;
const APP_MAY: [(&str, Level); 7] = [
    ("administration", Level::Write),
    ("contents", Level::Write),
    ("issues", Level::Write),
    ("members", Level::Read),
    ("metadata", Level::Read),
    ("pull_requests", Level::Write),
    ("workflows", Level::Write),
];

impl World {
    pub(super) fn new() -> World {
        World::of(Course::Tiny, 200.0)
    }

    /// A world whose clocks run this much faster.
    pub(super) fn of(course: Course, speed: f64) -> World {
        World::starting(course, Config::default().start, speed)
    }

    /// A world in which an App is installed, and its private key. The App signs with this machine's time, so it is GitHub's,
    /// too.
    pub(crate) fn with_app() -> (World, String) {
        let world = World::starting(Course::Tiny, Timestamp::now(), 10.0);
        // It guards nothing, so it may be small, and made anew each time.
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).expect("a key");
        let public = key.to_public_key().to_public_key_pem(LineEnding::LF);
        world.github.state(|state| {
            state.apps.push(App {
                id: APP,
                slug: "enrolment".to_owned(),
                public_key: public.expect("PEM"),
                installations: vec![Installation {
                    id: 70,
                    organisation: SCHOOL.to_owned(),
                    permissions: APP_MAY.map(|(what, level)| (what.to_owned(), level)).into(),
                    repositories: None,
                }],
            });
        });
        let private = key.to_pkcs8_pem(LineEnding::LF).expect("PEM");
        (world, private.to_string())
    }

    fn starting(course: Course, start: Timestamp, speed: f64) -> World {
        let (tiny, school) = match course {
            Course::Tiny => (Tiny::new(), SCHOOL),
            Course::Big => (Tiny::big(), "big"),
        };
        let mut state = State::default();
        let config = Config {
            start,
            ..Config::default()
        };
        state.add_organisation(school, &["grace"], config.start);
        for student in ["ada", "bob", "zoe"] {
            state.add_user(student);
        }
        let scopes = ["repo", "workflow", "admin:org"];
        state.add_token(TOKEN, Token::classic("grace", &scopes));
        let github = LocalGithub::start(Config {
            state,
            speed,
            description: std::env::var_os("COURSE_GITHUB_DESCRIPTION").map(Into::into),
            git: Some(tiny.path("github")),
            ..config
        })
        .expect("it starts");
        let address = github.address();
        tiny.edit(
            "classroom.yml",
            "  local: .forge\n",
            &format!("  github:\n    api: {address}\n    web: {address}\n"),
        );
        World {
            tiny,
            github,
            speed,
        }
    }

    /// So many students, all of them on the roster; those of whom `is_member` says so are members of the organisation.
    pub(super) fn has_class(&self, number: usize, is_member: fn(usize) -> bool) -> Vec<String> {
        let names: Vec<String> = (0..number).map(|n| format!("student-{n:03}")).collect();
        self.github.state(|state| {
            for (number, name) in names.iter().enumerate() {
                state.add_user(name);
                for school in state.organisations.values_mut() {
                    if is_member(number) {
                        school.members.insert(name.clone());
                    }
                }
            }
        });
        self.tiny.write("roster.csv", &names.join("\n"));
        self.tiny.edit(
            "classroom.yml",
            "assignments:\n",
            "roster: roster.csv\nassignments:\n",
        );
        names
    }

    /// The organisation is on this plan.
    pub(super) fn plan(self, plan: Plan) -> World {
        self.github.state(|state| {
            let school = state.organisations.get_mut(SCHOOL).expect("a school");
            school.plan = plan;
        });
        self
    }

    /// Runs `course` with these words, as the owner.
    pub(crate) fn course(&self, words: &str) -> Ran {
        self.course_as(TOKEN, words)
    }

    /// Runs `course` with these words and this token.
    pub(super) fn course_as(&self, token: &str, words: &str) -> Ran {
        let ran = self.ready(token, words).output().expect("it runs");
        Ran {
            code: ran.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&ran.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&ran.stderr).into_owned(),
        }
    }

    /// Runs `course` with these words, as the App with this key.
    pub(super) fn course_as_app(&self, key: &str, words: &str) -> Ran {
        run(self
            .ready("", words)
            .env("COURSE_APP_ID", APP.to_string())
            .env("COURSE_APP_KEY", key))
    }

    /// The program with these words, not started yet.
    pub(super) fn ready(&self, token: &str, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .args(words.split_whitespace())
            .current_dir(self.tiny.root())
            .env_remove("CARGO_TARGET_DIR")
            .env("HOME", self.tiny.path("home"))
            .env("COURSE_CLOCK_SPEED", self.speed.to_string())
            .env("COURSE_TOKEN", token);
        for name in [
            "GH_TOKEN",
            "GITHUB_TOKEN",
            "COURSE_APP_ID",
            "COURSE_APP_KEY",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// How many requests that changed something GitHub had.
    pub(super) fn writes(&self) -> usize {
        let requests = self.github.requests();
        let changing = |method: &str| ["POST", "PUT", "PATCH", "DELETE"].contains(&method);
        requests
            .iter()
            .filter(|request| changing(&request.method) && !request.path.contains(".git/"))
            .count()
    }
}

impl Drop for World {
    /// Where GitHub's description is at hand, no test may break it.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let violations = self.github.violations();
            assert!(violations.is_empty(), "{violations:?}");
        }
    }
}

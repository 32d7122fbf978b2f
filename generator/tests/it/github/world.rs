//! A GitHub with an organisation, its owner, and a course that lives there.

use std::process::Command;

use local_github::state::{Plan, State, Token};
use local_github::{Config, LocalGithub};

use crate::builder::{Ran, Tiny};

/// The organisation, as the tiny course names it.
pub(super) const SCHOOL: &str = "rust-systems-course";

/// The token of its owner, `grace`.
pub(super) const TOKEN: &str = "ghp_Grace0Only0Token0Of0The0Owner0000000";

/// A course with its forge.
pub(crate) struct World {
    pub(super) tiny: Tiny,
    pub(super) github: LocalGithub,
    speed: f64,
}

/// Which course it is.
pub(super) enum Course {
    /// One assignment.
    Tiny,
    /// Two assignments, of the organisation `big`.
    Big,
}

impl World {
    pub(super) fn new() -> World {
        World::of(Course::Tiny, 200.0)
    }

    /// A world whose clocks run this much faster.
    pub(super) fn of(course: Course, speed: f64) -> World {
        let (tiny, school) = match course {
            Course::Tiny => (Tiny::new(), SCHOOL),
            Course::Big => (Tiny::big(), "big"),
        };
        let mut state = State::default();
        let config = Config::default();
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

    /// The organisation is on this plan.
    pub(super) fn plan(self, plan: Plan) -> World {
        self.github.state(|state| {
            let school = state.organisations.get_mut(SCHOOL).expect("a school");
            school.plan = plan;
        });
        self
    }

    /// Runs `course` with these words, as the owner.
    pub(super) fn course(&self, words: &str) -> Ran {
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

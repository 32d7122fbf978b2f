//! The repository of a student as GitHub has it, when the action `grade` runs in it.

use local_github::state::{Comment, Issue, Level, Pull, Repository, State, Token};

/// The owner and the name of the student's repository.
pub(super) const OWNER: &str = "rust-course";
pub(super) const NAME: &str = "01-tiny-ada";
/// Who the token of a workflow writes as.
pub(super) const BOT: &str = "github-actions[bot]";

/// Its full name.
pub(super) fn full_name() -> String {
    format!("{OWNER}/{NAME}")
}

/// A GitHub with this repository alone, its commits at `sha`.
pub(super) fn state() -> State {
    let mut state = State::default();
    state.add_user("ada");
    state.add_organisation(OWNER, &["grace"], Default::default());
    let id = state.next_id();
    let repository = Repository {
        id,
        ..Repository::new(OWNER, NAME, Default::default())
    };
    state.repositories.insert(full_name(), repository);
    state
}

/// The student's repository in a state.
pub(super) fn repository(state: &mut State) -> &mut Repository {
    state.repository_mut(OWNER, NAME).expect("the repository")
}

/// What the workflow's `permissions:` give its token, or the same for reading only.
pub(super) fn token(level: Level) -> Token {
    let permissions = [
        ("contents", Level::Read),
        ("issues", level),
        ("pull_requests", level),
        ("statuses", level),
    ];
    Token::workflow(&full_name(), &permissions)
}

/// A pull request between two branches of one commit, from this repository.
pub(super) fn pull(number: u64, head: &str, base: &str, sha: &str) -> Issue {
    Issue {
        id: 1_000 + number,
        number,
        author: "ada".to_owned(),
        title: "Feedback".to_owned(),
        pull: Some(Pull {
            head_repository: full_name(),
            head: head.to_owned(),
            head_sha: sha.to_owned(),
            base: base.to_owned(),
            base_sha: sha.to_owned(),
            draft: false,
            merged_at: None,
        }),
        ..Issue::default()
    }
}

/// Adds a comment to pull request 1 that was there before.
pub(super) fn comment(state: &mut State, author: &str, body: &str) {
    let id = state.next_id();
    repository(state).comments.push(Comment {
        id,
        issue: 1,
        author: author.to_owned(),
        body: body.to_owned(),
        created_at: Default::default(),
        updated_at: Default::default(),
    });
}

//! What a request gets: an answer, or a refusal in GitHub's words.

use serde_json::{Value, json};

/// An answer as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Absent where GitHub sends no body.
    pub(crate) body: Option<Value>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    fn with(status: u16, body: Option<Value>) -> Answer {
        Answer {
            status,
            body,
            headers: Vec::new(),
        }
    }

    pub(crate) fn ok(body: Value) -> Answer {
        Answer::with(200, Some(body))
    }

    pub(crate) fn created(body: Value) -> Answer {
        Answer::with(201, Some(body))
    }

    /// Done, and nothing to say of it.
    pub(crate) fn nothing() -> Answer {
        Answer::with(204, None)
    }

    pub(crate) fn redirect(status: u16, to: String) -> Answer {
        let mut answer = Answer::with(status, None);
        answer.headers.push(("location", to));
        answer
    }
}

/// An answer that is no success.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// The list `errors` of a 422.
    pub(crate) errors: Vec<Value>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refused {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Refused {
        Refused {
            status,
            message: message.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn not_found() -> Refused {
        Refused::new(404, "Not Found")
    }

    pub(crate) fn forbidden(message: &str) -> Refused {
        Refused::new(403, message)
    }

    /// A field that is wrong; `code` is one of GitHub's, as `missing_field` or `invalid`.
    pub(crate) fn field(resource: &str, field: &str, code: &str) -> Refused {
        Refused {
            errors: vec![json!({"resource": resource, "field": field, "code": code})],
            ..Refused::new(422, "Validation Failed")
        }
    }

    /// A rule that is broken, in words.
    pub(crate) fn custom(resource: &str, field: &str, message: impl Into<String>) -> Refused {
        let message: String = message.into();
        Refused {
            errors: vec![
                json!({"resource": resource, "field": field, "code": "custom", "message": message}),
            ],
            ..Refused::new(422, "Validation Failed")
        }
    }

    pub(crate) fn into_answer(self) -> Answer {
        let mut body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        Answer {
            status: self.status,
            body: Some(body),
            headers: self.headers,
        }
    }
}

impl From<git2::Error> for Refused {
    /// What goes wrong below us is our own fault and no rule of GitHub's.
    fn from(error: git2::Error) -> Refused {
        Refused::new(500, format!("local-github: {error}"))
    }
}

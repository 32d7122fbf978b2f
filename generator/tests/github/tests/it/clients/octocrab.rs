//! octocrab with its own models, and libgit2.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use octocrab::models::{IssueState, StatusState};
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{Client, NAME};
use crate::world::{OWNER, SCHOOL, World};

pub(super) struct Octocrab {
    runtime: Runtime,
}

impl Octocrab {
    fn client(&self, world: &World, token: &str) -> octocrab::Octocrab {
        let _inside = self.runtime.enter();
        let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
            .build(HttpConnector::new());
        let bearer = format!("Bearer {token}").parse().expect("a header");
        let headers = vec![
            (USER_AGENT, HeaderValue::from_static("octocrab")),
            (AUTHORIZATION, bearer),
        ];
        let address = world.github.address().parse().expect("an address");
        octocrab::OctocrabBuilder::new_empty()
            .with_service(client)
            .with_layer(&BaseUriLayer::new(address))
            .with_layer(&ExtraHeadersLayer::new(Arc::new(headers)))
            .with_auth(octocrab::AuthState::None)
            .build()
            .expect("a client")
    }
}

impl Client for Octocrab {
    fn new(_: &World) -> Octocrab {
        Octocrab {
            runtime: Runtime::new().expect("a runtime"),
        }
    }

    fn call(
        &self,
        world: &World,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let client = self.client(world, token);
        let body = (!body.is_null()).then_some(body);
        self.runtime.block_on(async {
            let answer = match method {
                "GET" => client._get(path).await,
                "POST" => client._post(path, body).await,
                "PUT" => client._put(path, body).await,
                "PATCH" => client._patch(path, body).await,
                _ => panic!("{method} is not asked for"),
            };
            let answer = answer.expect("an answer");
            let status = answer.status().as_u16();
            let body = answer
                .into_body()
                .collect()
                .await
                .expect("a body")
                .to_bytes();
            (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
        })
    }

    fn push(&self, world: &World, token: &str, what: &str) -> bool {
        let commits =
            git2::Repository::open(world.folder.path().join("work")).expect("a repository");
        let url = format!("{}/{SCHOOL}/{NAME}.git", world.github.address());
        let mut remote = commits.remote_anonymous(&url).expect("a remote");
        let mut callbacks = git2::RemoteCallbacks::new();
        callbacks.credentials(|_, _, _| git2::Cred::userpass_plaintext("x-access-token", token));
        callbacks.push_update_reference(|name, refused| match refused {
            None => Ok(()),
            Some(why) => Err(git2::Error::from_str(&format!("{name}: {why}"))),
        });
        let mut options = git2::PushOptions::new();
        options.remote_callbacks(callbacks);
        remote.push(&[what], Some(&mut options)).is_ok()
    }

    fn open_pull(&self, world: &World) -> u64 {
        let client = self.client(world, OWNER);
        self.runtime.block_on(async {
            let pulls = client.pulls(SCHOOL, NAME);
            let pull = pulls
                .create("Feedback", "main", "feedback")
                .body("here")
                .send()
                .await;
            pull.expect("a pull request").number
        })
    }

    fn comment(&self, world: &World, number: u64, text: &str) -> u64 {
        let client = self.client(world, OWNER);
        self.runtime.block_on(async {
            let comment = client
                .issues(SCHOOL, NAME)
                .create_comment(number, text)
                .await;
            *comment.expect("a comment").id
        })
    }

    fn set_status(&self, world: &World, sha: &str) {
        let client = self.client(world, OWNER);
        self.runtime.block_on(async {
            let repository = client.repos(SCHOOL, NAME);
            let status = repository
                .create_status(sha.to_owned(), StatusState::Success)
                .context("Autograding".to_owned())
                .description("5 of 10".to_owned());
            status.send().await.expect("a status");
            let got = repository.get().await.expect("the repository");
            assert_eq!(got.full_name.as_deref(), Some("rust-course/01-ada"));
        });
    }

    fn close(&self, world: &World, number: u64) {
        let client = self.client(world, OWNER);
        self.runtime.block_on(async {
            let issues = client.issues(SCHOOL, NAME);
            let issue = issues.update(number).state(IssueState::Closed).send().await;
            assert_eq!(issue.expect("an issue").state, IssueState::Closed);
        });
    }
}

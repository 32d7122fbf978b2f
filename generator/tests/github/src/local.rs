//! The double as a test uses it.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::Error;
use crate::clock::Clock;
use crate::description::Description;
use crate::faults::{Fault, Faults, Happened, NextFault};
use crate::git::Git;
use crate::git::judge::Judge;
use crate::limits::{Breach, Limits, Meter};
use crate::request::Request;
use crate::server::{Log, Server, locked};
use crate::shapes::Shapes;
use crate::state::State;
use crate::violation::Violation;

/// How it is started.
#[derive(Debug)]
pub struct Config {
    /// What it holds at first.
    pub state: State,
    /// The folder of the bare repositories; without one it is a temporary folder.
    pub git: Option<PathBuf>,
    /// `api.github.com.json` of the npm package `@octokit/openapi`. Without it objects have only the fields that the state
    /// decides, and nothing is held against the description.
    pub description: Option<PathBuf>,
    /// The port that it listens on; 0 is any that is free.
    pub port: u16,
    /// The simulated time at the start.
    pub start: Timestamp,
    /// Simulated seconds in a real one.
    pub speed: f64,
    /// How much may be asked of it.
    pub limits: Limits,
    /// Each request is written there too, as a line of JSON.
    pub log: Option<PathBuf>,
}

impl Default for Config {
    /// An empty GitHub on 1 September 2026 whose time is as fast as ours.
    fn default() -> Config {
        Config {
            state: State::default(),
            git: None,
            description: None,
            port: 0,
            start: Timestamp::constant(1_788_264_000, 0),
            speed: 1.0,
            limits: Limits::default(),
            log: None,
        }
    }
}

/// A GitHub that lives as long as this value.
#[derive(Debug)]
pub struct LocalGithub {
    address: SocketAddr,
    server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Removed in the end, where the caller named no folder.
    _folder: Option<tempfile::TempDir>,
}

impl LocalGithub {
    /// Starts it on a port of this machine, in a thread of its own.
    ///
    /// # Errors
    ///
    /// The description cannot be read, or the machine has no port, folder or thread for it.
    pub fn start(config: Config) -> Result<LocalGithub, Error> {
        let description = config
            .description
            .as_deref()
            .map(Description::read)
            .transpose()?;
        let (folder, temporary) = match config.git {
            Some(folder) => (folder, None),
            None => {
                let temporary = tempfile::tempdir()?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        fs::create_dir_all(&folder)?;
        // git looks for a folder of its own by full names.
        let git = Git::new(folder.canonicalize()?);
        let listener = TcpListener::bind(("127.0.0.1", config.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(config.state));
        let file = config.log.map(File::create).transpose()?;
        let server = Arc::new(Server {
            clock: Clock::new(config.start, config.speed),
            judge: Judge::start(Arc::clone(&state), git.clone())?,
            git,
            shapes: Shapes {
                address: format!("http://{address}"),
                description,
            },
            state,
            log: Mutex::new(Log {
                file,
                ..Log::default()
            }),
            violations: Mutex::default(),
            meter: Mutex::new(Meter::new(config.limits)),
            misfortune: Mutex::default(),
            waiting: AtomicUsize::new(0),
        });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let serving = Arc::clone(&server);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::spawn(serve(listener, serving));
                stopped.await.ok();
            });
            // Connections that are still open are nobody's concern any more.
            runtime.shutdown_background();
        });
        Ok(LocalGithub {
            address,
            server,
            stop: Some(stop),
            thread: Some(thread),
            _folder: temporary,
        })
    }

    /// Where it is, `http://127.0.0.1:PORT`: the address of the interface and of git alike.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Looks at the state or changes it, past all rules.
    pub fn state<T>(&self, does: impl FnOnce(&mut State) -> T) -> T {
        self.server.with_state(does)
    }

    /// Its time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.server.clock.now()
    }

    /// Lets its time pass.
    pub fn advance(&self, time: Duration) {
        self.server.clock.advance(time);
    }

    /// Every request so far, in the order of the answers.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.server.log).requests.clone()
    }

    /// Lets requests go wrong by chance from now on.
    pub fn set_faults(&self, faults: Faults) {
        locked(&self.server.misfortune).set(faults);
    }

    /// Lets the next request of a kind go wrong. Several are taken in this order.
    pub fn fail_next(&self, method: &str, path: &str, fault: Fault) {
        locked(&self.server.misfortune).plan(NextFault {
            method: method.to_owned(),
            path: path.to_owned(),
            fault,
        });
    }

    /// What went wrong on demand so far.
    #[must_use]
    pub fn faults(&self) -> Vec<Happened> {
        locked(&self.server.misfortune).happened.clone()
    }

    /// The requests that went over a limit so far.
    #[must_use]
    pub fn limits_broken(&self) -> Vec<Breach> {
        locked(&self.server.meter).breaches.clone()
    }

    /// How many requests wait for their answers now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.server.waiting.load(Ordering::SeqCst)
    }

    /// Requests that GitHub does not know and answers that it does not give. None without a description.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        locked(&self.server.violations).clone()
    }

    /// The same, and from now on they are forgotten.
    pub fn take_violations(&self) -> Vec<Violation> {
        std::mem::take(&mut locked(&self.server.violations))
    }

    /// The operations that it has, as method and path in GitHub's description.
    pub fn operations() -> impl Iterator<Item = (&'static str, &'static str)> {
        crate::operations::all().map(|operation| (operation.method, operation.path))
    }

    /// The folder of a repository's commits, a bare one. It is made where there is none yet.
    ///
    /// # Errors
    ///
    /// There is no such repository, or git cannot make it.
    pub fn repository_folder(&self, owner: &str, name: &str) -> Result<PathBuf, Error> {
        self.with_repository(owner, name, |git, repository| {
            Ok(git.open(repository)?.path().to_owned())
        })
    }

    /// Commits files on top of a branch, past all rules, and gives the commit's id. Equal files at an equal time get an
    /// equal id.
    ///
    /// # Errors
    ///
    /// There is no such repository, or git cannot do it.
    pub fn commit(
        &self,
        owner: &str,
        name: &str,
        branch: &str,
        files: &[(&str, &[u8])],
    ) -> Result<String, Error> {
        let seconds = self.now().as_second();
        self.with_repository(owner, name, |git, repository| {
            Ok(git
                .commit(repository, branch, files, "files", seconds)?
                .to_string())
        })
    }

    /// Takes all branches of a repository on this machine, past all rules.
    ///
    /// # Errors
    ///
    /// There is no such repository, or git cannot do it.
    pub fn fetch(&self, owner: &str, name: &str, from: &Path) -> Result<(), Error> {
        self.with_repository(owner, name, |git, repository| {
            Ok(git.fetch(repository, from)?)
        })
    }

    fn with_repository<T>(
        &self,
        owner: &str,
        name: &str,
        does: impl FnOnce(&Git, &crate::state::Repository) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let repository = self.state(|state| state.repository(owner, name).cloned());
        let missing = || Error::NoRepository(format!("{owner}/{name}"));
        does(&self.server.git, &repository.ok_or_else(missing)?)
    }
}

impl Drop for LocalGithub {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
        // The judge's thread sees now that nobody is left, or at its next visitor.
        Judge::wake(self.server.judge.port);
    }
}

async fn serve(listener: TcpListener, server: Arc<Server>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let service = service_fn(move |request| Arc::clone(&server).answer(request));
            // A client that goes away in the middle is its own affair.
            http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        });
    }
}

//! `local-github` as a program: reads a state, listens, and says on which port.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use local_github::state::State;
use local_github::{Config, LocalGithub};

/// A GitHub on this machine, for tests
#[derive(Parser)]
struct Arguments {
    /// What it holds at first, in JSON; `GET /_state` gives it as it is
    #[arg(long)]
    state: Option<PathBuf>,
    /// Write each request there, a line of JSON each
    #[arg(long)]
    log: Option<PathBuf>,
    /// Write the port there once it listens
    #[arg(long)]
    port_file: PathBuf,
    /// GitHub's description of its interface: `api.github.com.json` of the npm package `@octokit/openapi`
    #[arg(long)]
    openapi: Option<PathBuf>,
    /// The folder of the bare repositories, each named for its number
    #[arg(long)]
    git: Option<PathBuf>,
    /// The port to listen on [default: any that is free]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The simulated time at the start: this machine's, not always the same
    #[arg(long)]
    now: bool,
    /// Simulated seconds in a real one
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(VIOLATED),
        Err(error) => {
            said(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "main alone talks to the terminal")]
fn said(text: &str) {
    eprintln!("local-github: {text}");
}

/// The exit code where something broke the description.
const VIOLATED: u8 = 3;

/// Serves until it is told to end, and says how often the description was broken.
fn run(arguments: Arguments) -> Result<usize, Box<dyn std::error::Error>> {
    let state = match &arguments.state {
        Some(path) => serde_json::from_str(&fs::read_to_string(path)?)?,
        None => State::default(),
    };
    let config = Config::default();
    let github = LocalGithub::start(Config {
        state,
        port: arguments.port,
        start: match arguments.now {
            true => jiff::Timestamp::now(),
            false => config.start,
        },
        git: arguments.git,
        description: arguments.openapi,
        speed: arguments.speed,
        log: arguments.log,
        ..config
    })?;
    // Renamed, so that whoever waits for it never reads half of it.
    let new = arguments.port_file.with_extension("new");
    fs::write(&new, github.port().to_string())?;
    fs::rename(&new, &arguments.port_file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut end = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        end.recv().await;
        Ok::<(), std::io::Error>(())
    })?;
    let violations = github.violations();
    for violation in &violations {
        said(&format!(
            "{} {}: {}",
            violation.method,
            violation.path,
            violation.what.join("; ")
        ));
    }
    Ok(violations.len())
}

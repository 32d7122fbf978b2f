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
    /// Simulated seconds in a real one
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "main alone talks to the terminal")]
            {
                eprintln!("local-github: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let state = match &arguments.state {
        Some(path) => serde_json::from_str(&fs::read_to_string(path)?)?,
        None => State::default(),
    };
    let github = LocalGithub::start(Config {
        state,
        git: arguments.git,
        description: arguments.openapi,
        speed: arguments.speed,
        log: arguments.log,
        ..Config::default()
    })?;
    // Renamed, so that whoever waits for it never reads half of it.
    let new = arguments.port_file.with_extension("new");
    fs::write(&new, github.port().to_string())?;
    fs::rename(&new, &arguments.port_file)?;
    loop {
        std::thread::park();
    }
}

//! The door to programs that bear witness: asked over a socket, believed only with a secret that goes back after their last
//! line. How they end, and what they print, says nothing.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;

use course_gate::SECRET;

use crate::error::{Error, Result};
use crate::process::{End, Run};

/// As much of an answer is read.
const MAX_ANSWER: u64 = 64 * 1024;

/// What a program said.
#[derive(Debug)]
pub struct Testimony {
    /// How the program ended.
    pub end: End,
    /// Its words, without the secret. Where they are not proven anybody in the program may have said them.
    pub words: Vec<u8>,
    /// Whether the secret stood behind them.
    pub proven: bool,
}

/// Runs a program with a socket as its standard input, on which it finds a secret and then the question.
///
/// # Errors
///
/// Where the machine fails.
pub fn ask(run: &Run, question: &[u8]) -> Result<Testimony> {
    let failed = |error: std::io::Error| Error::Machine {
        doing: "talk to a program that runs a submission".to_owned(),
        source: error.into(),
    };
    let secret: [u8; SECRET] = random()?;
    let (mut ours, theirs) = UnixStream::pair().map_err(failed)?;
    ours.write_all(&[&secret[..], question].concat())
        .map_err(failed)?;
    let end = run.silently(Stdio::from(OwnedFd::from(theirs)))?;
    // Nobody is left who could write; and should there be, we do not wait for them.
    ours.set_nonblocking(true).map_err(failed)?;
    let mut answer = Vec::new();
    match ours.take(MAX_ANSWER).read_to_end(&mut answer) {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::WouldBlock | ErrorKind::ConnectionReset
            ) =>
        {
            return Err(failed(error));
        }
        _ => {}
    }
    Ok(match answer.strip_suffix(&secret[..]) {
        Some(words) => Testimony {
            end,
            words: words.to_vec(),
            proven: true,
        },
        None => Testimony {
            end,
            words: answer,
            proven: false,
        },
    })
}

/// Bytes that nobody can guess.
///
/// # Errors
///
/// Where the system has none.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let path = Path::new("/dev/urandom");
    let mut bytes = [0; N];
    let read = File::open(path).and_then(|mut random| random.read_exact(&mut bytes));
    read.map_err(|error| Error::at("read", path, error))?;
    Ok(bytes)
}

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::program::last_panic;

/// How long somebody is waited for who needs microseconds. Only what never comes takes so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the other thread is given to come to the place where it must wait.
const AT_THE_DOOR: Duration = Duration::from_millis(50);

/// What is handed to the thread that is to be held: it calls [`hold`](Holder::hold) inside a callback.
pub struct Holder {
    held: Sender<()>,
    release: Mutex<Receiver<()>>,
}

impl Holder {
    /// Says that this is the place, and stays until the other thread has finished or is given up.
    pub fn hold(&self) {
        let release = self
            .release
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // Whoever waits for us may have given up.
        let _ = self.held.send(());
        let _ = release.recv_timeout(2 * PATIENCE);
    }
}

/// What a thread does while it is held.
type Held = Box<dyn FnOnce(&Holder) + Send>;

/// Two threads, one of them held inside a callback.
pub struct Scenario {
    pub(crate) name: String,
    held: Held,
    other: Box<dyn FnOnce() + Send>,
    /// Whether the other must come to its end while the first is held.
    free: bool,
}

impl Scenario {
    /// The other must come to its end while the first is held. `held` must call [`Holder::hold`] once, inside the callback
    /// that the promise is about.
    pub fn new(
        name: impl Into<String>,
        held: impl FnOnce(&Holder) + Send + 'static,
        other: impl FnOnce() + Send + 'static,
    ) -> Scenario {
        Scenario {
            name: name.into(),
            held: Box::new(held),
            other: Box::new(other),
            free: true,
        }
    }

    /// The other begins while the first is held, and must see what that does after it was let go: it checks so by itself,
    /// and panics where it does not.
    pub fn after(
        name: impl Into<String>,
        held: impl FnOnce(&Holder) + Send + 'static,
        other: impl FnOnce() + Send + 'static,
    ) -> Scenario {
        Scenario {
            free: false,
            ..Scenario::new(name, held, other)
        }
    }

    /// Whether the other thread finished, while the first was held or after. No clock decides: it finishes, or it waits for
    /// the one that waits for it.
    ///
    /// # Errors
    ///
    /// A thread panicked, or the callback was never called.
    pub(crate) fn run(self) -> Result<bool, String> {
        let (held, is_held) = channel();
        let (release, released) = channel();
        let holder = Holder {
            held,
            release: Mutex::new(released),
        };
        let first = thread::spawn(move || (self.held)(&holder));
        match is_held.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("{}: the callback is never called", self.name));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(match first.join() {
                    Ok(()) => format!("{}: the callback was not called", self.name),
                    Err(_) => format!(
                        "{}: {}",
                        self.name,
                        last_panic("the thread to be held panicked")
                    ),
                });
            }
        }
        let (done, is_done) = channel();
        let (begun, is_begun) = channel();
        let other = thread::spawn(move || {
            let _ = begun.send(());
            (self.other)();
            let _ = done.send(());
        });
        if !self.free {
            // Long enough for it to come where it waits. Should it not, it sees what it must all the same.
            let _ = is_begun.recv_timeout(PATIENCE);
            thread::sleep(AT_THE_DOOR);
            let _ = release.send(());
        }
        let end = is_done.recv_timeout(PATIENCE);
        let _ = release.send(());
        match end {
            Ok(()) => {}
            // It is left behind: the process ends soon.
            Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => {
                let _ = other.join();
                return Err(format!(
                    "{}: {}",
                    self.name,
                    last_panic("the other thread panicked")
                ));
            }
        }
        match first.join() {
            Ok(()) => Ok(true),
            Err(_) => Err(format!(
                "{}: {}",
                self.name,
                last_panic("the held thread panicked")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn who_needs_nothing_of_the_held_one_finishes() {
        let scenario = Scenario::new("apart", |holder| holder.hold(), || {});
        assert_eq!(scenario.run(), Ok(true));
    }

    #[test]
    fn who_waits_for_the_held_one_does_not() {
        let lock = Arc::new(Mutex::new(()));
        let same = lock.clone();
        let scenario = Scenario::new(
            "one lock",
            move |holder| {
                let _guard = lock.lock();
                holder.hold();
            },
            move || drop(same.lock()),
        );
        assert_eq!(scenario.run(), Ok(false));
    }

    #[test]
    fn who_takes_the_value_out_is_seen() {
        let value = Arc::new(Mutex::new(1));
        let seen = value.clone();
        let scenario = Scenario::after(
            "one value",
            move |holder| {
                let mut value = value.lock().expect("a lock");
                holder.hold();
                *value = 2;
            },
            move || assert_eq!(*seen.lock().expect("a lock"), 2),
        );
        assert_eq!(scenario.run(), Ok(true));
    }

    #[test]
    fn a_callback_that_is_not_called_is_told() {
        let scenario = Scenario::new("none", |_| {}, || {});
        assert_eq!(
            scenario.run(),
            Err("none: the callback was not called".to_owned())
        );
    }
}

//! The harness of a graded test program, in place of the one that comes with the compiler.
//!
//! One process runs one test. On standard input is a socket to the grader. Before any code of the submission runs, the
//! harness reads from it a secret and which test is wanted; the secret goes back only after the test's last line. So an
//! early end of the process, of whatever kind and with whatever exit code, is not a pass.
//!
//! A test runs on the first thread, and neither the arguments nor the environment nor the thread's name say which one
//! it is. `assert!` and its kin are this file's: they compare types of the standard library only, whose comparisons are
//! not the submission's to write, and what they found stays found, whoever catches the panic.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::Debug;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

/// A test as the grader knows it: the code, and the words that it must panic with, if it must.
pub(crate) type Test = (fn() -> Result<(), String>, Option<&'static str>);

/// Whether an assertion of the test failed, even if its panic was caught.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Whether the test's own code panicked, by `expect` in a closure that it hands over for example, even if that was caught.
/// A test that panics on purpose does so by `resume_unwind`, which tells nobody.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// The newest panic of the thread that runs the test: message and place.
static PANIC: Mutex<Option<(String, String)>> = Mutex::new(None);

/// Bytes of the secret.
const SECRET: usize = 32;

/// As many characters of a message are told.
const MESSAGE: usize = 8000;

/// Runs the one test that the grader asks for.
pub(crate) fn main(tests: &[&[Test]]) {
    let stdin = std::io::stdin();
    let channel = stdin.as_fd().try_clone_to_owned();
    let mut channel = UnixStream::from(channel.expect("a socket to the grader"));
    let mut order = [0_u8; SECRET + 4];
    channel.read_exact(&mut order).expect("an order");
    let (secret, number) = order.split_at(SECRET);
    let number = number.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let (test, expected) = *tests.iter().copied().flatten().nth(number).expect("a test");
    remember_panics(std::thread::current().id());
    let ended = catch_unwind(test);
    let asserted = FAILED.load(Ordering::SeqCst);
    let failed = asserted || PANICKED.load(Ordering::SeqCst);
    let why = match (ended, expected) {
        (Ok(Ok(())), None) if !failed => None,
        (Ok(Ok(())), None) => {
            let (message, place) = last_panic().unwrap_or_default();
            Some((message + "\n(this panic of the test was caught)", place))
        }
        (Ok(Ok(())), Some(_)) => Some(("test did not panic as expected".to_owned(), String::new())),
        (Ok(Err(message)), _) => Some((message, String::new())),
        (Err(payload), expected) => {
            let message = words(payload.as_ref());
            let (_, place) = last_panic().unwrap_or_default();
            match expected {
                Some(expected) if message.contains(expected) && !asserted => None,
                Some(expected) => Some((
                    format!("panic did not contain expected string\n      panic message: {message:?}\n expected substring: {expected:?}"),
                    place,
                )),
                None => Some((message, place)),
            }
        }
    };
    // A payload of the submission's may panic when it is dropped, and threads of its own may still run: this is the end.
    let reply = match why {
        None => [b"passed\n", secret].concat(),
        // Nobody reads before the end of the process, and what waits to be read has its limit.
        Some((message, place)) => {
            let message: String = message.chars().take(MESSAGE).collect();
            format!("failed\n{place}\n{message}").into_bytes()
        }
    };
    let _ = channel.write_all(&reply);
    std::process::exit(0);
}

/// What a panic said.
fn words(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.or_else(|| Some(last_panic()?.0)).unwrap_or_else(|| "Box<dyn Any>".to_owned())
}

fn last_panic() -> Option<(String, String)> {
    PANIC.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}

/// Keeps the message and the place of each panic of the test's thread.
fn remember_panics(of: ThreadId) {
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() != of {
            return;
        }
        let tests = file!().trim_end_matches("course_harness.rs");
        if panic.location().is_some_and(|place| place.file().starts_with(tests)) {
            PANICKED.store(true, Ordering::SeqCst);
        }
        let message = match (panic.payload().downcast_ref::<&str>(), panic.payload().downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            _ => "Box<dyn Any>".to_owned(),
        };
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        *PANIC.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((message, place));
    }));
}

/// What a test function may return.
pub(crate) trait Ended {
    /// Why it failed, if it did.
    fn ended(self) -> Result<(), String>;
}

impl Ended for () {
    fn ended(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: Debug> Ended for Result<T, E> {
    fn ended(self) -> Result<(), String> {
        self.map(drop).map_err(|error| format!("Error: {error:?}"))
    }
}

/// Runs a test function to its last line.
pub(crate) fn run<T: Ended>(test: impl FnOnce() -> T) -> Result<(), String> {
    let test = AssertUnwindSafe(test);
    (test.0)().ended()
}

/// A type whose comparison and text are the standard library's.
///
/// A submission cannot implement it: this crate is not among its dependencies.
#[diagnostic::on_unimplemented(
    message = "a test compares values of the standard library only, and `{Self}` is not of it",
    label = "this is of a type of its own",
    note = "return the type that the handout gives, or in a test compare the numbers, strings and lists that are in the value"
)]
pub(crate) trait Plain {}

macro_rules! plain {
    ($($kind:ty),* $(,)?) => { $(impl Plain for $kind {})* };
}

plain!(
    (), bool, char, str, String, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64,
    std::time::Duration, std::cmp::Ordering, std::io::ErrorKind, std::ffi::OsStr, std::ffi::OsString, std::path::Path,
    std::path::PathBuf, std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddr,
    std::num::ParseIntError, std::num::ParseFloatError, std::num::TryFromIntError, std::num::IntErrorKind,
    std::str::Utf8Error, std::str::ParseBoolError, std::string::FromUtf8Error, std::char::ParseCharError,
    std::net::AddrParseError, std::fmt::Error, std::any::TypeId, std::num::NonZeroU8, std::num::NonZeroU16,
    std::num::NonZeroU32, std::num::NonZeroU64, std::num::NonZeroUsize, std::sync::mpsc::RecvError,
    std::sync::mpsc::RecvTimeoutError, std::sync::mpsc::TryRecvError, std::thread::ThreadId, std::time::Instant,
    std::time::SystemTime,
);

impl<T: Plain + ?Sized> Plain for &T {}
impl<T: Plain + ?Sized> Plain for &mut T {}
impl<T: Plain + ?Sized> Plain for Box<T> {}
impl<T: Plain + ?Sized> Plain for std::rc::Rc<T> {}
impl<T: Plain + ?Sized> Plain for std::sync::Arc<T> {}
impl<T: Plain> Plain for [T] {}
impl<T: Plain, const N: usize> Plain for [T; N] {}
impl<T: Plain> Plain for Option<T> {}
impl<T: Plain, E: Plain> Plain for Result<T, E> {}
impl<T: Plain> Plain for Vec<T> {}
impl<T: Plain> Plain for VecDeque<T> {}
impl<T: Plain> Plain for LinkedList<T> {}
impl<T: Plain> Plain for BinaryHeap<T> {}
impl<T: Plain, S> Plain for HashSet<T, S> {}
impl<T: Plain> Plain for BTreeSet<T> {}
impl<K: Plain, V: Plain, S> Plain for HashMap<K, V, S> {}
impl<K: Plain, V: Plain> Plain for BTreeMap<K, V> {}
impl<T: Plain + ToOwned + ?Sized> Plain for Cow<'_, T> {}
impl<T: Plain> Plain for std::ops::Range<T> {}
impl<T: Plain> Plain for std::ops::RangeInclusive<T> {}
impl<T: Plain> Plain for std::ops::Bound<T> {}
impl<B: Plain, C: Plain> Plain for std::ops::ControlFlow<B, C> {}
impl<T: Plain> Plain for std::task::Poll<T> {}
impl<T: Plain> Plain for std::cmp::Reverse<T> {}
impl<T: Plain> Plain for std::num::Wrapping<T> {}
impl<T: Plain> Plain for std::cell::Cell<T> {}
impl<T: Plain + ?Sized> Plain for std::cell::RefCell<T> {}
impl<A: Plain> Plain for (A,) {}
impl<A: Plain, B: Plain> Plain for (A, B) {}
impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {}
impl<A: Plain, B: Plain, C: Plain, D: Plain> Plain for (A, B, C, D) {}
impl<A: Plain, B: Plain, C: Plain, D: Plain, E: Plain> Plain for (A, B, C, D, E) {}
impl<A: Plain, B: Plain, C: Plain, D: Plain, E: Plain, F: Plain> Plain for (A, B, C, D, E, F) {}

/// Compiles for plain types only.
pub(crate) fn plain<T: Plain + ?Sized>(_: &T) {}

/// An assertion failed: that stays so, whoever catches the panic that follows.
pub(crate) fn failed() {
    FAILED.store(true, Ordering::SeqCst);
}

/// `: ` and a message, where there is one.
pub(crate) fn with_message(message: Option<String>) -> String {
    message.map(|message| format!(": {message}")).unwrap_or_default()
}

macro_rules! course_message {
    () => { None };
    ($($message:tt)+) => { Some(format!($($message)+)) };
}

macro_rules! course_assert {
    ($condition:expr $(,)?) => {{
        let condition: bool = $condition;
        if !condition {
            $crate::course_harness::failed();
            panic!(concat!("assertion failed: ", stringify!($condition)));
        }
    }};
    ($condition:expr, $($message:tt)+) => {{
        let condition: bool = $condition;
        if !condition {
            $crate::course_harness::failed();
            panic!($($message)+);
        }
    }};
}

macro_rules! course_assert_eq {
    ($left:expr, $right:expr $(,)?) => { $crate::course_harness::assert_eq!($left, $right, @) };
    ($left:expr, $right:expr, @ $($message:tt)*) => {{
        match (&$left, &$right) {
            (left, right) => {
                $crate::course_harness::plain(left);
                $crate::course_harness::plain(right);
                if !(*left == *right) {
                    $crate::course_harness::failed();
                    let message = $crate::course_harness::message!($($message)*);
                    panic!(
                        "assertion `left == right` failed{}\n  left: {:?}\n right: {:?}",
                        $crate::course_harness::with_message(message), left, right
                    );
                }
            }
        }
    }};
    ($left:expr, $right:expr, $($message:tt)+) => { $crate::course_harness::assert_eq!($left, $right, @ $($message)+) };
}

macro_rules! course_assert_ne {
    ($left:expr, $right:expr $(,)?) => { $crate::course_harness::assert_ne!($left, $right, @) };
    ($left:expr, $right:expr, @ $($message:tt)*) => {{
        match (&$left, &$right) {
            (left, right) => {
                $crate::course_harness::plain(left);
                $crate::course_harness::plain(right);
                if *left == *right {
                    $crate::course_harness::failed();
                    let message = $crate::course_harness::message!($($message)*);
                    panic!(
                        "assertion `left != right` failed{}\n  left: {:?}\n right: {:?}",
                        $crate::course_harness::with_message(message), left, right
                    );
                }
            }
        }
    }};
    ($left:expr, $right:expr, $($message:tt)+) => { $crate::course_harness::assert_ne!($left, $right, @ $($message)+) };
}

// Those of property tests return the failure, so that a smaller input can be looked for.

macro_rules! course_prop_assert {
    ($condition:expr $(,)?) => { $crate::course_harness::prop_assert!($condition, concat!("assertion failed: ", stringify!($condition))) };
    ($condition:expr, $($message:tt)+) => {{
        let condition: bool = $condition;
        if !condition {
            let message = format!($($message)+);
            let message = format!("{} at {}:{}", message, file!(), line!());
            return Err(::proptest::test_runner::TestCaseError::fail(message));
        }
    }};
}

macro_rules! course_prop_assert_eq {
    ($left:expr, $right:expr $(,)?) => {{
        let (left, right) = (&$left, &$right);
        $crate::course_harness::plain(left);
        $crate::course_harness::plain(right);
        $crate::course_harness::prop_assert!(
            *left == *right,
            "assertion failed: `(left == right)` \n  left: `{:?}`,\n right: `{:?}`", left, right
        );
    }};
    ($left:expr, $right:expr, $($message:tt)+) => {{
        let (left, right) = (&$left, &$right);
        $crate::course_harness::plain(left);
        $crate::course_harness::plain(right);
        $crate::course_harness::prop_assert!(
            *left == *right,
            "assertion failed: `(left == right)` \n  left: `{:?}`,\n right: `{:?}`: {}", left, right, format!($($message)+)
        );
    }};
}

macro_rules! course_prop_assert_ne {
    ($left:expr, $right:expr $(, $($message:tt)*)?) => {{
        let (left, right) = (&$left, &$right);
        $crate::course_harness::plain(left);
        $crate::course_harness::plain(right);
        $crate::course_harness::prop_assert!(
            *left != *right,
            "assertion failed: `(left != right)`\n  left: `{:?}`,\n right: `{:?}`", left, right
        );
    }};
}

pub(crate) use {
    course_assert as assert, course_assert_eq as assert_eq, course_assert_ne as assert_ne, course_message as message,
    course_prop_assert as prop_assert, course_prop_assert_eq as prop_assert_eq, course_prop_assert_ne as prop_assert_ne,
};

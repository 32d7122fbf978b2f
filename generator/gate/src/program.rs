use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use crate::gate::Gate;
use crate::programs::{Broken, Programs};
use crate::{MEASURE, Order, Reply, Rng, bench};

/// A gate program: the counting allocator, and a `main` for these gates.
///
/// `cargo bench` makes it a benchmark. A grader starts it with a socket for its standard input and asks for one gate.
#[macro_export]
macro_rules! program {
    ($($gate:expr),+ $(,)?) => {
        #[global_allocator]
        static ALLOCATOR: $crate::CountingAllocator = $crate::CountingAllocator;

        fn main() {
            $crate::main(&[$($gate),+]);
        }
    };
}

/// The `main` of a gate program.
pub fn main(gates: &[Gate]) {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some(MEASURE) => answer(gates),
        _ if words.iter().any(|word| word == "--bench") => bench::run(gates, &words),
        // What tests are in it, somebody asks: none.
        _ if words.iter().any(|word| word == "--list") => {}
        _ => println!("gates measure optimised code only: run `cargo bench`"),
    }
}

/// The newest panic of any thread: what it said, and where.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// What the newest panic said, or this where nobody listened to it.
pub(crate) fn last_panic(otherwise: &str) -> String {
    let said = PANIC
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    match said.is_empty() {
        true => otherwise.to_owned(),
        false => said.clone(),
    }
}

/// As many characters of a panic are told.
const TOLD: usize = 300;

/// Keeps what panics say, in a line, in the place of printing it.
pub(crate) fn remember_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let said: String = panic
            .payload_as_str()
            .unwrap_or("(no text)")
            .chars()
            .take(TOLD)
            .collect();
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        *PANIC
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) =
            format!("it panicked at {place}: {said}");
    }));
}

/// Measures a gate; whatever the student's code does that ends in a panic is a failure of its own.
pub(crate) fn reply(gates: &[Gate], order: &Order) -> Reply {
    let Some(name) = &order.gate else {
        return Reply::Gates(gates.iter().map(|gate| gate.name.to_owned()).collect());
    };
    let Some(gate) = gates.iter().find(|gate| gate.name == name) else {
        return Reply::Broken(format!("the gate program has no gate `{name}`"));
    };
    let programs = Programs {
        known: order.programs.clone(),
    };
    let mut rng = Rng::with_seed(order.seed);
    match caught(|| gate.measure(&mut rng, &programs)) {
        Ok(measured) => Reply::Measured(measured),
        Err(reply) => reply,
    }
}

/// What a measurement gives, or the reply that says why it gave nothing.
pub(crate) fn caught<T>(measure: impl FnOnce() -> Result<T, String>) -> Result<T, Reply> {
    // What is told later shall not be of an earlier gate.
    PANIC
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clear();
    match catch_unwind(AssertUnwindSafe(measure)) {
        Ok(Ok(measured)) => Ok(measured),
        Ok(Err(why)) => Err(Reply::Failed(why)),
        Err(thrown) => Err(match thrown.downcast::<Broken>() {
            Ok(broken) => Reply::Broken(broken.0),
            Err(_) => Reply::Failed(last_panic("it panicked")),
        }),
    }
}

#[cfg(unix)]
fn answer(gates: &[Gate]) {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    let stdin = std::io::stdin();
    let channel = stdin.as_fd().try_clone_to_owned();
    let mut channel = UnixStream::from(channel.expect("a socket to the grader"));
    // All of it is read before any code of the student's runs.
    let mut head = [0; crate::SECRET + 4];
    channel.read_exact(&mut head).expect("an order");
    let (secret, length) = head.split_at(crate::SECRET);
    let length = length
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let mut order = vec![0; length];
    channel.read_exact(&mut order).expect("an order");
    let order: Order = serde_json::from_slice(&order).expect("an order");
    // What a gate starts must not find the socket on its standard input.
    let nothing = std::fs::File::open("/dev/null").expect("the device that is empty");
    rustix::stdio::dup2_stdin(nothing).expect("another standard input");
    remember_panics();
    let reply = serde_json::to_vec(&reply(gates, &order)).expect("plain values");
    let _ = channel.write_all(&[&reply, secret].concat());
    // Threads of the student's may still run: this is the end.
    std::process::exit(0);
}

#[cfg(not(unix))]
fn answer(_: &[Gate]) {
    eprintln!("a grader needs a Unix system; `cargo bench` runs everywhere");
}

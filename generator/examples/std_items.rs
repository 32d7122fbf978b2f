//! Sorts all of the standard library by what it gives access to and prints what an exercise has to declare,
//! as TOML.
//!
//! ```sh
//! cargo run --package course --example std_items > generator/src/capability/std_items.toml
//! ```
//!
//! The items are read from the documentation that comes with Rust (`rustup component add rust-docs`), so none
//! can be forgotten: a new one that no rule covers ends the program with its name, as does a rule that covers
//! nothing any more. Unstable items are sorted as well but not printed, for no student can call them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

type Failed = Box<dyn std::error::Error>;

const FS: &str = "fs";
const NET: &str = "net";
const THREADS: &str = "threads";
const PROCESS: &str = "process";
const ENV: &str = "env";
const TIME: &str = "time";
/// Never granted: recognises the test that calls, or meddles with how a panic is reported.
const IDENTITY: &str = "identity";
/// Free for all.
const HARMLESS: &str = "harmless";
/// To be sorted as soon as any of it is stable.
const UNSTABLE: &str = "unstable";

const CAPABILITIES: [&str; 7] = [FS, NET, THREADS, PROCESS, ENV, TIME, IDENTITY];

/// A capability, the module or type it is about, the names in there that need it, and why.
///
/// A name without a rule falls under the rule of the module or type around it. One that holds a name with a
/// rule hands none down, though: there, every name needs its own, and a new one cannot slip through.
struct Rule(&'static str, &'static str, &'static str, &'static str);

const RULES: &[Rule] = &[
    // The root: macros and whole modules. A macro may share its name with a module.
    Rule(FS, "", "fs", "files"),
    Rule(
        ENV,
        "",
        "env option_env",
        "what the machine, not the test, decides; as macros they are judged by what the compiler writes down",
    ),
    Rule(UNSTABLE, "", "random", "dice"),
    Rule(IDENTITY, "", "backtrace", "names the functions that called"),
    Rule(
        HARMLESS,
        "",
        "array ascii async_iter borrow boxed bstr cell char clone cmp collections convert default error fmt \
         future hash hint iter marker mem num ops option pat pin ptr range rc result slice str string task \
         unsafe_binder vec",
        "values, memory and what works on them",
    ),
    Rule(UNSTABLE, "", "simd", "numbers"),
    Rule(
        HARMLESS,
        "",
        "intrinsics prelude",
        "other paths to items that are sorted where they are at home",
    ),
    Rule(
        HARMLESS,
        "",
        "arch is_x86_feature_detected",
        "tells processors apart, never tests; what does more needs `unsafe`",
    ),
    Rule(
        HARMLESS,
        "",
        "ffi",
        "strings and numbers for foreign functions, which need `unsafe`",
    ),
    Rule(
        HARMLESS,
        "",
        "assert assert_eq assert_matches assert_ne cfg_select compile_error concat concat_bytes \
         const_format_args debug_assert debug_assert_eq debug_assert_matches debug_assert_ne format \
         format_args log_syntax matches panic stringify thread_local todo trace_macros try unimplemented \
         unreachable write writeln cfg",
        "expands to plain code",
    ),
    Rule(
        HARMLESS,
        "",
        "column file line module_path",
        "where the code itself stands, not its caller",
    ),
    Rule(
        HARMLESS,
        "",
        "dbg eprint eprintln print println",
        "what a test prints is lost, and nothing is concluded from it",
    ),
    Rule(
        HARMLESS,
        "",
        "include include_bytes include_str",
        "a matter of which files are handed in, so checked with those",
    ),
    // Modules that are not of one kind.
    Rule(
        HARMLESS,
        "alloc",
        "AllocError Allocator Global GlobalAlloc Layout LayoutErr LayoutError System alloc alloc_zeroed \
         dealloc realloc",
        "sizes, or memory that only `unsafe` code can use",
    ),
    Rule(PROCESS, "alloc", "handle_alloc_error", "aborts"),
    Rule(
        IDENTITY,
        "alloc",
        "set_alloc_error_hook take_alloc_error_hook",
        "runs where the harness should",
    ),
    Rule(
        HARMLESS,
        "any",
        "Any TypeId",
        "compares types, does not name them",
    ),
    Rule(HARMLESS, "any", "try_as_dyn try_as_dyn_mut", "casts"),
    Rule(
        IDENTITY,
        "any",
        "type_name type_name_of_val",
        "the name of a closure's type holds the name of its test",
    ),
    Rule(
        HARMLESS,
        "io",
        "BorrowedBuf BorrowedCursor BufRead BufReader BufWriter Bytes Chain Cursor Empty ErrorKind \
         IntoInnerError IoSlice IoSliceMut LineWriter Lines RawOsError Read Repeat Result Seek SeekFrom Sink \
         Split Take Write WriterPanicked const_error copy empty read_to_string repeat sink",
        "works on any reader or writer; one to the outside has to come from somewhere else",
    ),
    Rule(
        HARMLESS,
        "io",
        "IsTerminal",
        "asks a stream, which has to come from somewhere else",
    ),
    Rule(ENV, "io", "Stdin StdinLock stdin", "what someone types"),
    Rule(
        HARMLESS,
        "io",
        "Stderr StderrLock Stdout StdoutLock stderr stdout",
        "what a test prints is lost, and nothing is concluded from it",
    ),
    Rule(ENV, "io", "PipeReader PipeWriter pipe", "raw descriptors"),
    Rule(HARMLESS, "io", "Error", "a value, but for one method"),
    Rule(
        HARMLESS,
        "io::Error",
        "downcast from_raw_os_error get_mut get_ref into_inner kind new other raw_os_error",
        "a value",
    ),
    Rule(
        ENV,
        "io::Error",
        "last_os_error",
        "what the system last said",
    ),
    Rule(
        HARMLESS,
        "net",
        "AddrParseError IpAddr Ipv4Addr Ipv6Addr Ipv6MulticastScope Shutdown SocketAddr SocketAddrV4 \
         SocketAddrV6",
        "values",
    ),
    Rule(
        NET,
        "net",
        "Incoming IntoIncoming TcpListener TcpStream ToSocketAddrs UdpSocket hostname",
        "sockets, and names that are looked up",
    ),
    Rule(ENV, "os", "fd", "raw descriptors"),
    Rule(HARMLESS, "os", "raw", "numbers for foreign functions"),
    Rule(HARMLESS, "os", "darwin wasi windows", "not on Linux"),
    Rule(FS, "os::linux", "fs", "files"),
    Rule(NET, "os::linux", "net", "sockets"),
    Rule(PROCESS, "os::linux", "process raw", "processes"),
    Rule(HARMLESS, "os::unix", "ffi", "strings as bytes"),
    Rule(FS, "os::unix", "fs", "files"),
    Rule(ENV, "os::unix", "io", "raw descriptors"),
    Rule(NET, "os::unix", "net", "sockets"),
    Rule(PROCESS, "os::unix", "process raw", "processes"),
    Rule(
        THREADS,
        "os::unix",
        "thread",
        "the system's handle of a thread",
    ),
    Rule(
        HARMLESS,
        "panic",
        "AssertUnwindSafe RefUnwindSafe UnwindSafe panic_any",
        "markers, and a panic like any other",
    ),
    Rule(
        IDENTITY,
        "panic",
        "Location PanicHookInfo PanicInfo",
        "where the caller stands",
    ),
    Rule(
        IDENTITY,
        "panic",
        "BacktraceStyle always_abort get_backtrace_style set_backtrace_style set_hook take_hook update_hook",
        "the harness reports panics, nothing else",
    ),
    Rule(
        HARMLESS,
        "panic",
        "catch_unwind resume_unwind",
        "an assertion that failed stays failed, whoever catches its panic",
    ),
    Rule(PROCESS, "panic", "abort_unwind", "aborts"),
    Rule(
        HARMLESS,
        "path",
        "Ancestors Component Components Display Iter NormalizeError Path \
         PathBuf Prefix PrefixComponent StripPrefixError is_separator",
        "names of files, which need not exist",
    ),
    Rule(ENV, "path", "absolute", "asks for the current folder"),
    Rule(
        FS,
        "path::Path",
        "canonicalize exists is_dir is_empty is_file is_symlink metadata read_dir read_link symlink_metadata \
         try_exists",
        "looks at the disk; `is_empty` does not, but is unstable",
    ),
    Rule(
        HARMLESS,
        "path::Path",
        "ancestors as_mut_os_str as_os_str as_path components display ends_with extension file_name \
         file_prefix file_stem has_root has_trailing_sep into_path_buf is_absolute is_relative iter join new \
         normalize_lexically parent starts_with strip_prefix to_path_buf to_str to_string_lossy \
         trim_trailing_sep with_added_extension with_extension with_file_name with_trailing_sep",
        "the name alone",
    ),
    Rule(
        HARMLESS,
        "path::PathBuf",
        "add_extension as_mut_os_string as_path capacity clear into_boxed_path into_os_string leak new pop \
         pop_trailing_sep push push_trailing_sep reserve reserve_exact set_extension set_file_name \
         set_trailing_sep shrink_to shrink_to_fit try_reserve try_reserve_exact with_capacity",
        "the name alone",
    ),
    Rule(
        PROCESS,
        "process",
        "Child ChildStderr ChildStdin ChildStdout Command CommandArgs CommandEnvs ExitStatus ExitStatusError \
         Output Stdio abort exit id",
        "other programs, and the end of this one",
    ),
    Rule(
        HARMLESS,
        "process",
        "ExitCode Termination",
        "values for `main` to return, which a library has not",
    ),
    Rule(
        PROCESS,
        "process::ExitCode",
        "exit_process",
        "ends the program",
    ),
    Rule(
        HARMLESS,
        "sync",
        "Arc Barrier BarrierWaitResult Condvar Exclusive LazyLock LockResult MappedMutexGuard \
         MappedRwLockReadGuard MappedRwLockWriteGuard Mutex MutexGuard Once OnceLock OnceState PoisonError \
         ReentrantLock ReentrantLockGuard RwLock RwLockReadGuard RwLockWriteGuard TryLockError TryLockResult \
         UniqueArc WaitTimeoutResult Weak atomic mpsc",
        "values, as long as there is one thread",
    ),
    Rule(
        HARMLESS,
        "sync",
        "poison",
        "another path to the locks of `sync`",
    ),
    Rule(
        UNSTABLE,
        "sync",
        "mpmc nonpoison oneshot",
        "some of it will be a way to sleep",
    ),
    Rule(
        HARMLESS,
        "sync::Condvar",
        "new notify_all notify_one wait wait_while",
        "waits for another thread",
    ),
    Rule(
        TIME,
        "sync::Condvar",
        "wait_timeout wait_timeout_ms wait_timeout_while",
        "a way to sleep",
    ),
    Rule(
        HARMLESS,
        "sync::mpsc::Receiver",
        "iter recv try_iter try_recv",
        "waits for another thread",
    ),
    Rule(
        TIME,
        "sync::mpsc::Receiver",
        "recv_deadline recv_timeout",
        "a way to sleep",
    ),
    Rule(
        THREADS,
        "thread",
        "Builder JoinHandle Scope ScopedJoinHandle Thread ThreadId add_spawn_hook available_parallelism \
         current current_id park scope spawn yield_now",
        "threads; the name of the current one is the name of the test",
    ),
    Rule(
        TIME,
        "thread",
        "park_timeout park_timeout_ms sleep sleep_ms sleep_until",
        "a way to sleep",
    ),
    Rule(
        HARMLESS,
        "thread",
        "AccessError LocalKey Result panicking",
        "what belongs to the one thread there is",
    ),
    Rule(
        HARMLESS,
        "time",
        "Duration Instant SystemTime SystemTimeError TryFromFloatSecsError",
        "values: a clock may be handed in",
    ),
    Rule(TIME, "time::Instant", "elapsed now", "reads the clock"),
    Rule(TIME, "time::SystemTime", "elapsed now", "reads the clock"),
    Rule(
        HARMLESS,
        "time::Instant",
        "checked_add checked_duration_since checked_sub duration_since saturating_duration_since",
        "sums of values",
    ),
    Rule(
        HARMLESS,
        "time::SystemTime",
        "checked_add checked_sub duration_since saturating_add saturating_duration_since saturating_sub",
        "sums of values",
    ),
];

/// Where clippy looks for a path: `disallowed-methods`, `disallowed-types` or `disallowed-macros`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Methods,
    Types,
    Macros,
}

struct Item {
    /// Without `std::`.
    path: String,
    kind: Kind,
    stable: bool,
}

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn main() -> Result<(), Failed> {
    let docs = PathBuf::from(rustc(&["--print", "sysroot"])?).join("share/doc/rust/html/std");
    let items = items(&docs)?;
    let sorter = Sorter::new()?;
    sorter.check(&items)?;

    println!(
        "# Generated by `cargo run --package course --example std_items`; change the rules there."
    );
    println!("# From {}.", rustc(&["--version"])?);
    for capability in CAPABILITIES {
        println!("\n[{capability}]");
        for (key, kind) in [
            ("methods", Kind::Methods),
            ("types", Kind::Types),
            // Macros are not listed: the compiler writes down which files and variables they read.
        ] {
            let paths: BTreeSet<&str> = items
                .iter()
                .filter(|item| item.stable && item.kind == kind)
                .map(|item| item.path.as_str())
                .filter(|path| sorter.sort(path) == Some(capability))
                .collect();
            println!("{}", array(key, &paths));
        }
    }
    Ok(())
}

fn rustc(arguments: &[&str]) -> Result<String, Failed> {
    let output = Command::new("rustc").args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("rustc {} failed", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn array(key: &str, paths: &BTreeSet<&str>) -> String {
    if paths.is_empty() {
        return format!("{key} = []");
    }
    let lines: String = paths
        .iter()
        .map(|path| format!("    \"std::{path}\",\n"))
        .collect();
    format!("{key} = [\n{lines}]")
}

struct Sorter {
    /// The capability of each path with a rule of its own.
    rules: BTreeMap<String, &'static str>,
    /// Modules and types that hold such a path.
    mixed: BTreeSet<String>,
}

impl Sorter {
    fn new() -> Result<Self, Failed> {
        let mut rules = BTreeMap::new();
        let mut mixed = BTreeSet::new();
        for Rule(capability, parent, names, _why) in RULES {
            for name in names.split_whitespace() {
                let path = join(parent, name);
                if rules.insert(path.clone(), *capability).is_some() {
                    return Err(format!("two rules for {path}").into());
                }
            }
            mixed.insert((*parent).to_owned());
        }
        Ok(Self { rules, mixed })
    }

    fn sort(&self, path: &str) -> Option<&'static str> {
        Some(self.rules[self.rule(path)?])
    }

    /// The path whose rule holds for this one.
    fn rule<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.rules.contains_key(path) {
            return Some(path);
        }
        let (parent, _) = path.rsplit_once("::")?;
        if self.mixed.contains(parent) {
            return None;
        }
        self.rule(parent)
    }

    /// Every item needs a rule, and every rule an item.
    fn check(&self, items: &[Item]) -> Result<(), Failed> {
        let mut used = BTreeSet::new();
        let mut unsorted = BTreeSet::new();
        for item in items {
            let rule = self.rule(&item.path);
            used.extend(rule);
            if rule.is_none_or(|rule| item.stable && self.rules[rule] == UNSTABLE) {
                unsorted.insert(item.path.as_str());
            }
        }
        let idle: Vec<&str> = self
            .rules
            .keys()
            .map(String::as_str)
            .filter(|path| !used.contains(path))
            .collect();
        if unsorted.is_empty() && idle.is_empty() {
            return Ok(());
        }
        Err(format!("without a rule: {unsorted:?}; rules for nothing: {idle:?}").into())
    }
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}::{name}")
    }
}

/// All items that one of clippy's lists can name, with the methods of each type and trait.
fn items(docs: &Path) -> Result<Vec<Item>, Failed> {
    let all = read(&docs.join("all.html"))?;
    let mut items = Vec::new();
    for link in all.split("<li><a href=\"").skip(1) {
        let Some((file, rest)) = link.split_once("\">") else {
            continue;
        };
        let Some(kind) = kind(file) else {
            continue;
        };
        let (path, _) = rest.split_once('<').ok_or("a link without an end")?;
        let page = read(&docs.join(file))?;
        let stable = !is_unstable(before(&page, "class=\"toggle top-doc\""));
        if kind == Kind::Types {
            items.extend(methods(&page).into_iter().map(|(name, method)| Item {
                path: join(path, name),
                kind: Kind::Methods,
                stable: stable && method,
            }));
        }
        items.push(Item {
            path: path.to_owned(),
            kind,
            stable,
        });
    }
    if items.is_empty() {
        return Err("the documentation lists no items; has its layout changed?".into());
    }
    Ok(items)
}

fn read(path: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{}: {error}; is rust-docs installed?", path.display()).into())
}

/// The kind of an item by the name of its page, as in `fs/struct.File.html`.
///
/// Constants and statics stay out, for no lint of clippy's sees them; all in std are plain values. So do
/// primitive types, whose methods are pure, and attributes, which are no paths in an expression.
fn kind(file: &str) -> Option<Kind> {
    let name = file.rsplit('/').next()?;
    match name.split_once('.')?.0 {
        "fn" => Some(Kind::Methods),
        "struct" | "enum" | "union" | "trait" | "type" => Some(Kind::Types),
        "macro" => Some(Kind::Macros),
        _ => None,
    }
}

/// The methods that a type or trait has of its own, each with whether it is stable.
///
/// Those of a trait that a type implements belong to the trait, and clippy knows them by its path only.
fn methods(page: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for section in page.split("<h2 id=\"").skip(1) {
        let own = ["implementations\"", "required-", "provided-"];
        if !own.iter().any(|id| section.starts_with(id)) {
            continue;
        }
        for entry in section.split("<section id=\"").skip(1) {
            let id = before(entry, "\"");
            if let Some(name) = id
                .strip_prefix("tymethod.")
                .or_else(|| id.strip_prefix("method."))
            {
                // A name that comes twice on a page has a number in its second anchor.
                found.push((before(name, "-"), !is_unstable(before(entry, "</summary>"))));
            }
        }
    }
    found
}

fn is_unstable(head: &str) -> bool {
    head.contains("class=\"stab unstable\"")
}

/// The text up to a mark, or all of it.
fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(head, _)| head)
}

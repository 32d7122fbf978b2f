//! What the road costs, against what people would use without it, as a Markdown table.
//!
//! ```sh
//! cargo bench --package course                    # everything: about twenty minutes on two cores
//! cargo bench --package course -- render growth   # some of it
//! ```
//!
//! Whole programs are timed, as a user would start them. Each pair runs in turn in the same run, and the
//! ratio is the median over the pairs: on a shared machine a single time says little.

mod assign;
mod autograde;
#[path = "../../tests/fixtures/big_course.rs"]
mod big_course;
mod grade;
mod ground;
mod growth;
mod measure;
mod proof;
mod publish;
mod render;
mod verify;

use ground::{Failed, Ground};

/// A table, and what it is of.
type Part = (&'static str, fn(&Ground) -> Result<String, Failed>);

/// In the order in which they are printed.
const PARTS: [Part; 9] = [
    ("render", render::table),
    ("publish", publish::table),
    ("assign", assign::table),
    ("verify", verify::table),
    ("grade", grade::one),
    ("class", grade::class),
    ("autograde", autograde::table),
    ("proof", proof::table),
    ("growth", growth::table),
];

#[expect(clippy::print_stdout, reason = "a program for the terminal")]
fn main() -> Result<(), Failed> {
    // Cargo passes `--bench`; what else begins with a dash is its business too.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let ground = Ground::new()?;
    println!("{}\n", ground.machine()?);
    for (name, table) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("### {name}\n\n{}", table(&ground)?);
        }
    }
    Ok(())
}

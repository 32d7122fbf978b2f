use course_gate::Rng;

use crate::problem::Problem;

/// A student of known cost: the peer's own code, run more often.
#[derive(Debug, PartialEq)]
pub(crate) struct Variant {
    /// What the pool and the tables call it.
    pub(crate) name: &'static str,
    /// What it costs beside the peer.
    pub(crate) cost: Cost,
    /// What a gate must say of it.
    pub(crate) truth: Truth,
}

/// How often the student does what the peer does once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cost {
    /// Always so often.
    Always(f64),
    /// The one or the other, with even chances for each instance: as code that is slow on half of all hash keys.
    ByInstance(f64, f64),
    /// The one or the other, with even chances for each process: as code that is slow on half of all address layouts.
    ByProcess(f64, f64),
}

/// What a gate must say at the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It must pass.
    Within,
    /// It must fail.
    Beyond,
    /// Nothing is promised: it lies too near to the limit, or every process is a throw of a coin. `true` is within.
    Unpromised(bool),
}

impl Truth {
    /// Whether the true cost is within the limit.
    pub(crate) fn is_within(self) -> bool {
        matches!(self, Truth::Within | Truth::Unpromised(true))
    }

    /// Whether the gate promises to say so.
    pub(crate) fn is_promised(self) -> bool {
        !matches!(self, Truth::Unpromised(_))
    }
}

const fn always(name: &'static str, cost: f64, truth: Truth) -> Variant {
    Variant {
        name,
        cost: Cost::Always(cost),
        truth,
    }
}

/// All variants, in the order of the tables.
pub(crate) static VARIANTS: [Variant; 12] = [
    always("1.0", 1.0, Truth::Within),
    always("1.2", 1.2, Truth::Within),
    always("1.4", 1.4, Truth::Within),
    always("1.6", 1.6, Truth::Within),
    always("1.8", 1.8, Truth::Within),
    always("1.9", 1.9, Truth::Unpromised(true)),
    always("2.1", 2.1, Truth::Unpromised(false)),
    always("2.3", 2.3, Truth::Beyond),
    always("2.6", 2.6, Truth::Beyond),
    always("3.2", 3.2, Truth::Beyond),
    Variant {
        name: "by-instance",
        cost: Cost::ByInstance(1.0, 2.6),
        truth: Truth::Beyond,
    },
    Variant {
        name: "by-process",
        cost: Cost::ByProcess(1.0, 2.6),
        truth: Truth::Unpromised(false),
    },
];

impl Variant {
    /// The variant of this name.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn named(name: &str) -> Result<&'static Variant, Problem> {
        let found = VARIANTS.iter().find(|variant| variant.name == name);
        found.ok_or_else(|| Problem::Variant(name.to_owned()))
    }

    /// Whether it costs the same in every instance of every process.
    pub(crate) fn is_steady(&self) -> bool {
        matches!(self.cost, Cost::Always(_))
    }
}

impl Cost {
    /// What is settled when a process starts.
    pub(crate) fn of_process(self, rng: &mut Rng) -> Cost {
        match self {
            Cost::ByProcess(one, other) => Cost::Always(if rng.bool() { one } else { other }),
            settled => settled,
        }
    }

    /// What an instance costs.
    pub(crate) fn of_instance(self, rng: &mut Rng) -> f64 {
        match self {
            Cost::Always(cost) => cost,
            Cost::ByInstance(one, other) | Cost::ByProcess(one, other) => {
                if rng.bool() {
                    one
                } else {
                    other
                }
            }
        }
    }
}

use crate::growth::{self, BuildAt};
use crate::held::Scenario;
use crate::pairs::{self, Build, INSTANCES, Sides};
use crate::programs::Programs;
use crate::{Count, Measured, Rng, Sample, pin};

/// One gate of a program: a name that `assignment.toml` knows, and how it is measured.
pub struct Gate {
    pub(crate) name: &'static str,
    pub(crate) way: Way,
}

/// Makes the scenarios of a gate.
type Scenarios = Box<dyn Fn(&mut Rng) -> Vec<Scenario>>;

/// How a gate is measured.
pub(crate) enum Way {
    Pairs {
        operations: u32,
        build: Build,
    },
    Process {
        operations: u32,
        build: Box<dyn Fn(&Programs) -> Build>,
    },
    Agree {
        build: Build,
    },
    Growth {
        n: usize,
        operations: u32,
        build: BuildAt,
    },
    Count(Box<dyn Fn(&mut Rng) -> Count>),
    Held(Scenarios),
    Report(Box<dyn Fn(&mut Rng) -> f64>),
}

impl Gate {
    /// Student's time over peer's. A batch should take the peer 50 to 300 microseconds: shorter ones measure the clock,
    /// longer ones whoever else uses the machine.
    pub fn ratio<I: Clone + 'static>(
        name: &'static str,
        operations: u32,
        build: impl Fn(&mut Rng) -> Sides<I> + 'static,
    ) -> Gate {
        Gate {
            name,
            way: Way::Pairs {
                operations,
                build: Box::new(move |rng| Box::new(build(rng))),
            },
        }
    }

    /// As [`ratio`](Gate::ratio), for programs that are driven from outside: all of it on one core.
    pub fn process<I: Clone + 'static>(
        name: &'static str,
        operations: u32,
        build: impl Fn(&mut Rng, &Programs) -> Sides<I> + Clone + 'static,
    ) -> Gate {
        let build = move |programs: &Programs| -> Build {
            let (build, programs) = (build.clone(), programs.clone());
            Box::new(move |rng| Box::new(build(rng, &programs)))
        };
        Gate {
            name,
            way: Way::Process {
                operations,
                build: Box::new(build),
            },
        }
    }

    /// Whether the outputs of both sides are equal, batch for batch.
    pub fn agree<I: Clone + 'static>(
        name: &'static str,
        build: impl Fn(&mut Rng) -> Sides<I> + 'static,
    ) -> Gate {
        Gate {
            name,
            way: Way::Agree {
                build: Box::new(move |rng| Box::new(build(rng))),
            },
        }
    }

    /// By which power of the size the student's time grows, over `n`, 4 `n` and 16 `n`.
    pub fn growth<I: Clone + 'static>(
        name: &'static str,
        n: usize,
        operations: u32,
        build: impl Fn(&mut Rng, usize) -> Sides<I> + 'static,
    ) -> Gate {
        Gate {
            name,
            way: Way::Growth {
                n,
                operations,
                build: Box::new(move |rng, size| Box::new(build(rng, size))),
            },
        }
    }

    /// Events in operations: allocations, bytes, calls of a seam.
    pub fn count(name: &'static str, run: impl Fn(&mut Rng) -> Count + 'static) -> Gate {
        Gate {
            name,
            way: Way::Count(Box::new(run)),
        }
    }

    /// Whether other threads finish while one is held.
    pub fn held(
        name: &'static str,
        scenarios: impl Fn(&mut Rng) -> Vec<Scenario> + 'static,
    ) -> Gate {
        Gate {
            name,
            way: Way::Held(Box::new(scenarios)),
        }
    }

    /// A number to read, which is never judged.
    pub fn report(name: &'static str, run: impl Fn(&mut Rng) -> f64 + 'static) -> Gate {
        Gate {
            name,
            way: Way::Report(Box::new(run)),
        }
    }

    /// Measures one process.
    ///
    /// # Errors
    ///
    /// What the student's code did not do as promised.
    pub(crate) fn measure(&self, rng: &mut Rng, programs: &Programs) -> Result<Measured, String> {
        let alone = |sample| Ok(Measured { sample, agreed: 0 });
        match &self.way {
            Way::Pairs { operations, build } => pairs::measure_built(rng, *operations, build),
            Way::Process { operations, build } => {
                pin::to_one_core();
                pairs::measure_built(rng, *operations, &build(programs))
            }
            Way::Agree { build } => {
                let mut agreed = 0;
                for _ in 0..INSTANCES {
                    agreed += pairs::instance_of(rng, build)?.len() as u64;
                }
                let sample = Sample::Agreed;
                Ok(Measured { sample, agreed })
            }
            Way::Growth {
                n,
                operations,
                build,
            } => growth::measure(rng, *n, *operations, build),
            Way::Count(run) => alone(Sample::Counted(run(rng))),
            Way::Held(scenarios) => {
                let mut ended = Vec::new();
                for scenario in scenarios(rng) {
                    let name = scenario.name.clone();
                    let finished = scenario.run()?;
                    ended.push((name, finished));
                    // One that waits takes seconds, and the next would wait as well: all of them, longer than a process may.
                    if !finished {
                        break;
                    }
                }
                alone(Sample::Held(ended))
            }
            Way::Report(run) => alone(Sample::Number(run(rng))),
        }
    }
}

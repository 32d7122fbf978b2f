//! Progress of long work, told to whoever asked for it.

/// Where the work is.
#[derive(Debug, Clone)]
pub struct Step {
    /// How many pieces are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// What was done last, or where nothing is done yet, what is begun.
    pub what: String,
}

//! TO WRITE: what this library does.

// region: solution stage=1 starter-lints
//= // Yours to remove once all stages are written.
//= #![allow(dead_code, unused_imports, unused_variables)]
// endregion

/// TO WRITE: what it promises.
pub fn double(number: u32) -> u32 {
    // region: solution stage=1 double
    number * 2
    //= todo!("stage 1: twice the number")
    // endregion
}

//! A cache that forgets what was used longest ago, in six stages.
//!
//! In reading order:
//!
//! - [`NaiveLru`]: right and slow
//! - `links`: the order of use as a list inside a `Vec`
//! - [`LruCache`]: right and fast, with iterators, weights and times to live
//! - [`Iter`], [`IntoIter`]: its entries in order of use
//! - [`Clock`]: time as an input
//! - [`ShardedCache`]: one cache for many threads

// region: solution stage=6 starter-lints
//= // Yours to remove once all stages are written.
//= #![allow(dead_code, unused_imports, unused_variables)]
// endregion

mod naive;

mod cache;
mod iter;
mod links;

mod clock;

mod sharded;

pub use cache::LruCache;
pub use clock::{Clock, ManualClock, SystemClock};
pub use iter::{IntoIter, Iter};
pub use naive::NaiveLru;
pub use sharded::ShardedCache;

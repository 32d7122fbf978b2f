//! The double as its clients see it: over HTTP, and by its own values.

mod client;
mod scenario;
mod world;

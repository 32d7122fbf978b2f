//! The double as its clients see it: over HTTP, and by its own values.

mod app;
mod client;
mod operations;
mod scenario;
mod world;

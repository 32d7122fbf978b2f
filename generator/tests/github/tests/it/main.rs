//! The double as its clients see it: over HTTP, and by its own values.

mod app;
mod broken_client;
mod client;
mod faults;
mod limits;
mod operations;
mod rules;
mod scenario;
mod world;

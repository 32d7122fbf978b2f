//! The double as its clients see it: over HTTP, and by its own values.

mod app;
mod broken_client;
mod client;
mod clients;
mod faults;
mod limits;
mod operations;
mod prism;
mod recorded;
mod rules;
mod scenario;
mod world;

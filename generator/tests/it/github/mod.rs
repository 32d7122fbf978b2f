//! `course` with GitHub as its forge: against a GitHub on this machine, by real REST and real git.

mod accept;
mod doctor;
mod enrol;
mod grade;
mod publish;
#[cfg(target_os = "linux")]
mod scale;
mod update;
pub(crate) mod world;

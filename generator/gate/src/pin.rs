/// Keeps this thread, and every program that it starts, on one core: what is measured in turn then waits for nobody who
/// runs beside it. Where the system knows no such thing nothing happens.
#[cfg(target_os = "linux")]
pub(crate) fn to_one_core() {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(mine) = sched_getaffinity(None) else {
        return;
    };
    // The last one: the first is where most systems put their own work.
    if let Some(core) = (0..CpuSet::MAX_CPU).rev().find(|core| mine.is_set(*core)) {
        let mut one = CpuSet::new();
        one.set(core);
        // Where it is refused the pairs are only noisier.
        let _ = sched_setaffinity(None, &one);
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn to_one_core() {}

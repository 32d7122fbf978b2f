//! Numbers by chance, the same ones from the same seed.

/// The generator splitmix64.
pub(crate) struct Random(u64);

impl Random {
    /// Begins at the seed `COURSE_SEED`, or at this one. What it began at: a failure needs it.
    pub(crate) fn seeded(usual: u64) -> (Random, u64) {
        let seed = std::env::var("COURSE_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(usual);
        (Random(seed), seed)
    }

    /// The next number below this one.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

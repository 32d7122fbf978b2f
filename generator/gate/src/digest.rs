/// What a batch gave, folded into one number while the clock runs: so every output is used, and two sides that differ in
/// one of them differ here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Of no output yet.
    pub fn new() -> Digest {
        Digest(0x243F_6A88_85A3_08D3)
    }

    /// Adds an output. The order counts.
    pub fn add(&mut self, output: u64) {
        // An odd multiplier and a rotation keep what was added before apart from what is added now.
        self.0 = (self.0.rotate_left(5) ^ output).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    /// Adds an output that may be missing; a missing one is no number that another could be.
    pub fn add_option(&mut self, output: Option<u64>) {
        match output {
            Some(output) => {
                self.add(1);
                self.add(output);
            }
            None => self.add(0),
        }
    }
}

impl Default for Digest {
    fn default() -> Digest {
        Digest::new()
    }
}

//! The order of use: a doubly linked list inside a `Vec`, linked by slot numbers instead of pointers.
//!
//! A slot number is a plain `usize`: it can be copied into the index and into two neighbours without
//! anyone owning anything, and the borrow checker has nothing to say about it. What is lost is the
//! compiler's word that a number still means what it meant: a slot that was freed and used again is
//! another entry. So every slot is freed in one place, together with its entry and its index.

// region: solution stage=2 links
/// The slot that stands at both ends of the ring. It never holds an entry, and spares every operation
/// the question whether a neighbour exists.
const SENTINEL: usize = 0;

/// The neighbours of a slot.
#[derive(Debug, Clone, Copy)]
struct Node {
    newer: usize,
    older: usize,
}

/// Slots in order of use, as a ring through the sentinel.
#[derive(Debug)]
pub(crate) struct Links {
    nodes: Vec<Node>,
    free: Vec<usize>,
}

impl Links {
    /// A ring without slots.
    pub(crate) fn new() -> Links {
        let alone = Node {
            newer: SENTINEL,
            older: SENTINEL,
        };
        Links {
            nodes: vec![alone],
            free: Vec::new(),
        }
    }

    /// Takes a free slot, or a new one past the last, and makes it the newest.
    pub(crate) fn push_newest(&mut self) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.nodes.push(self.nodes[SENTINEL]);
            self.nodes.len() - 1
        });
        self.link_newest(slot);
        slot
    }

    /// Makes a slot of the ring the newest.
    pub(crate) fn move_to_newest(&mut self, slot: usize) {
        self.unlink(slot);
        self.link_newest(slot);
    }

    /// Takes a slot out of the ring; it will be handed out again.
    pub(crate) fn remove(&mut self, slot: usize) {
        self.unlink(slot);
        self.free.push(slot);
    }

    /// The slot used longest ago.
    pub(crate) fn oldest(&self) -> Option<usize> {
        Some(self.nodes[SENTINEL].newer).filter(|slot| *slot != SENTINEL)
    }

    /// The slot used last.
    pub(crate) fn newest(&self) -> Option<usize> {
        Some(self.nodes[SENTINEL].older).filter(|slot| *slot != SENTINEL)
    }

    /// The next slot towards the newest; round the end it starts again.
    pub(crate) fn newer(&self, slot: usize) -> usize {
        self.nodes[slot].newer
    }

    /// The next slot towards the oldest; round the end it starts again.
    pub(crate) fn older(&self, slot: usize) -> usize {
        self.nodes[slot].older
    }

    fn unlink(&mut self, slot: usize) {
        let Node { newer, older } = self.nodes[slot];
        self.nodes[newer].older = older;
        self.nodes[older].newer = newer;
    }

    fn link_newest(&mut self, slot: usize) {
        let second = self.nodes[SENTINEL].older;
        self.nodes[slot] = Node {
            newer: SENTINEL,
            older: second,
        };
        self.nodes[second].newer = slot;
        self.nodes[SENTINEL].older = slot;
    }
}
//=
// endregion

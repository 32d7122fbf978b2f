//! Markers of regions.

use super::{LIB, Row, STACK, problem};

pub(super) const ROWS: &[Row] = &[
    problem(
        "a region that is not closed before the next",
        |tiny| {
            tiny.edit(
                LIB,
                "        //= todo!(\"stage 1: count the items\")\n        // endregion\n",
                "        //= todo!(\"stage 1: count the items\")\n",
            );
        },
        "lib.rs:50: region inside the region `len` of line 38",
    ),
    problem(
        "a region that is never closed",
        |tiny| {
            tiny.edit(
                LIB,
                "        self.maxima.pop();\n        //=\n        // endregion\n",
                "        self.maxima.pop();\n        //=\n",
            );
        },
        "the region `note-pop` is never closed",
    ),
    problem(
        "an end without a region",
        |tiny| {
            tiny.edit(
                LIB,
                "/// A stack of numbers.\n",
                "// endregion\n/// A stack of numbers.\n",
            );
        },
        "lib.rs:7: ",
    ),
    problem(
        "a region inside another",
        |tiny| {
            tiny.edit(LIB, "        self.items.len()\n", "        // region: solution stage=1 inner\n        self.items.len()\n        // endregion\n");
        },
        "lib.rs:39: ",
    ),
    problem(
        "a marker that shares its line",
        |tiny| {
            tiny.edit(
                LIB,
                "        self.items.len()\n",
                "        self.items.len() // endregion\n",
            );
        },
        "lib.rs:39: ",
    ),
    problem(
        "a stub line outside a region",
        |tiny| {
            tiny.edit(
                LIB,
                "/// A stack of numbers.\n",
                "//= todo!()\n/// A stack of numbers.\n",
            );
        },
        "lib.rs:7: ",
    ),
    problem(
        "a region of no known kind",
        |tiny| {
            tiny.edit(LIB, "solution stage=1 len", "sloution stage=1 len");
        },
        "lib.rs:38: ",
    ),
    problem(
        "a stage that is no number",
        |tiny| {
            tiny.edit(LIB, "stage=1 len", "stage=one len");
        },
        "lib.rs:38: ",
    ),
    problem(
        "stage 0",
        |tiny| {
            tiny.edit(LIB, "stage=1 len", "stage=0 len");
        },
        "lib.rs:38: ",
    ),
    problem(
        "a stage that the exercise does not have",
        |tiny| {
            tiny.edit(LIB, "stage=1 len", "stage=3 len");
        },
        "is of stage 3, and the exercise has 2",
    ),
    problem(
        "a region id with other characters",
        |tiny| {
            tiny.edit(LIB, "stage=1 len", "stage=1 Len!");
        },
        "lib.rs:38: ",
    ),
    problem(
        "a region id that stands twice",
        |tiny| {
            tiny.edit(LIB, "stage=1 len", "stage=1 pop");
        },
        "lib.rs:38: ",
    ),
    problem(
        "a region without a stub line that ends no function",
        |tiny| {
            tiny.edit(
                LIB,
                "    maxima: Vec<u32>,\n    //=\n",
                "    maxima: Vec<u32>,\n",
            );
        },
        "lib.rs:11: ",
    ),
    problem(
        "a stub that names another stage",
        |tiny| {
            tiny.edit(LIB, "stage 1: count the items", "stage 2: count the items");
        },
        "lib.rs:38: a stub of",
    ),
    problem(
        "a solution region in a test",
        |tiny| {
            let path = format!("{STACK}/tests/stage_1_push_pop.rs");
            let tests = tiny.read(&path)
                + "// region: solution stage=1 extra\nfn extra() {}\n//=\n// endregion\n";
            tiny.write(&path, &tests);
        },
        "a solution region in a test",
    ),
];

//! The tests of all stages in one program: linking one is quicker than linking one for each stage.

use crate::course::assignment::TestTarget;

/// The test target that holds the tests of all stages, where they can share one program.
pub const COMBINED: &str = "matrix";

/// Its text: each test file is a module, so that a test has the name that is also its id.
pub fn combined(targets: &[TestTarget]) -> String {
    let modules = targets
        .iter()
        .map(|target| format!("#[path = \"{0}.rs\"]\nmod {0};\n", target.name));
    modules.collect()
}

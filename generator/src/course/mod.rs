//! The nouns of the course: text in, values out. Nothing here touches a disk or runs a program.

mod format;
mod keyword;
pub mod problem;
pub mod region;

pub mod assignment_file;
pub mod classroom;
pub mod gate;
pub mod hints;
pub mod mistake;
pub mod roster;
pub mod settings;
pub mod test_source;

pub mod assignment;
pub mod editable;
pub mod enrolment;
pub mod handed_out;
pub mod leak;
pub mod markdown;
pub mod source;

pub use assignment::{Assignment, Exercise, Stage, Test};
pub use classroom::Classroom;
pub use editable::Editable;
pub use enrolment::Enrolment;
pub use handed_out::HandedOut;
pub use keyword::is_keyword;
pub use problem::Problem;
pub use source::Course;

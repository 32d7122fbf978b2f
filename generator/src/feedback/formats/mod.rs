//! temporary
pub mod classic {
    //! temporary
    use crate::error::Result;
    use crate::grade::Grade;
    /// x
    pub fn payload(_: &Grade) -> Result<String> {
        Ok(String::new())
    }
    /// x
    pub fn notices(_: &Grade) -> String {
        String::new()
    }
}

//! Where what came over a connection goes, once it has been opened.

use crate::error::Result;

/// Takes the content of records, in order.
pub trait Content {
    /// Takes it from where it was opened.
    fn take(&mut self, content: &[u8]) -> Result<()>;

    /// Has `write` open a record where its content belongs, which spares a copy. It leaves `bytes` bytes there and says
    /// how many of them are content, from the front: never all, as the type of a record is behind its content. False,
    /// and nothing done, where there is no such place: then [`take`](Self::take) gets the content.
    fn place(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<bool> {
        let _ = (bytes, write);
        Ok(false)
    }
}

impl<F: FnMut(&[u8]) -> Result<()>> Content for F {
    fn take(&mut self, content: &[u8]) -> Result<()> {
        self(content)
    }
}

//! Sets of algorithms: which checksum headers of a response are looked at.

use super::Algorithm;

/// A set of algorithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection(u16);

impl Selection {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(0b11_1111_1110);

    pub fn of(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self(algorithms.into_iter().fold(0, |set, algorithm| set | 1 << algorithm as u32))
    }

    pub fn contains(self, algorithm: Algorithm) -> bool {
        self.0 & 1 << algorithm as u32 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

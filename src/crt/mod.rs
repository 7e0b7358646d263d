//! The CRT below us: C types, the functions we ask of it, and one safe wrapper per CRT object.

pub mod oneshot;
pub mod sys;

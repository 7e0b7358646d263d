//! Memory for parts: handles over any buffer pool behind the public vtable, and the default pool.
//!
//! A part reserves, awaits its [`Ticket`], claims it into a [`Buffer`], fills that and freezes it into a [`Chunk`];
//! memory goes back when the last of them is dropped. [`arena`] is the pool for those who bring none; the library
//! uses it through the same handles as a pool written in C. This room knows nothing of requests or of HTTP.

pub mod arena;
mod buffer;
pub mod future;
mod handle;
mod lender;
mod pending;
mod promise;

pub use arena::{SET_ASIDE, default_pool};
pub use buffer::{Buffer, CallerBuffer, Chunk};
pub use future::{TicketFuture, TicketRef};
pub use handle::{Pool, Reservation, Ticket};
pub use lender::Lender;
pub use pending::{Canceller, Pending};

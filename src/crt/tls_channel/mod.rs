//! The TLS handler of the host as an engine in memory: ciphertext in, content out, and the reverse.
//!
//! What a caller's `aws_tls_ctx` says can be read by the library that made it, and by nobody else. So that library does
//! the TLS: its handler sits in a channel between two handlers of ours (`desk`).
//!
//! The channel is on an event loop without a thread (`event_loop`), and works when the owner of the [`TlsChannel`]
//! calls it, on the thread that calls. Where the host's event loops are not those that we can make (`foreign_loops`),
//! it is on one of the program's instead, which gets batches and gives them back (`exchange`).

mod blocks;
mod desk;
mod lent;
mod options;

#[cfg(not(foreign_loops))]
mod channel;
#[cfg(not(foreign_loops))]
mod event_loop;
#[cfg(not(foreign_loops))]
mod loops;

#[cfg(foreign_loops)]
mod exchange;
#[cfg(foreign_loops)]
mod remote;

#[cfg(not(foreign_loops))]
pub use channel::{Late, TlsChannel};
#[cfg(not(foreign_loops))]
pub use loops::TlsLoops;
pub use options::TlsOptions;
#[cfg(foreign_loops)]
pub use remote::{Late, TlsChannel, TlsLoops};

//! What differs between systems: flags and options of sockets and files, sending a file without reading it, waiting for
//! one, signals, clocks, what a thread begins with, what it is at and where it is, advice about memory, and whether a
//! process is the one it was.
//!
//! Everything here asks the system for one thing and knows nothing of who wants it. What a system lacks is refused with
//! an error or done in another way, so that nobody above has to ask which system this is.
//!
//! The process belongs to somebody else, and so do its signals: nothing here raises one, handles one, or changes what
//! the process does about one.

mod clock;
mod file;
mod fork;
mod frames;
mod launch;
mod memory;
mod send;
mod signal;
mod thread;

pub use clock::steady_ns;
pub use file::{DIRECT, close, open_direct, watch};
pub use fork::Forgetful;
pub use frames::{frames, texts};
pub use launch::{pin, set_name, stack_bytes};
pub use memory::prefer_huge_pages;
pub use send::{SENDS_FILES, bind_to, has_low_water, send, send_file, set_low_water, tcp_socket};
pub use signal::Quiet;
pub use thread::ThreadNumber;

//! The client: its configuration worked out, the budgets that its operations share, and its lifetime.
//!
//! [`Config`] is what the caller asked for, [`Client`] what came of it. Everything scarce is one of the budgets in
//! [`crate::operation::Env`]: pool memory, permits to be on the wire, connections. [`memory`] and [`platform`] hold the
//! tables by which unset values are chosen, and `allowance` knows how much memory there is for the process.
#![forbid(unsafe_code)]

mod allowance;
mod config;
mod create_session;
mod lifetime;
mod made_once;
pub mod memory;
pub mod platform;
mod resolver;
mod session_keeper;
mod settings;
mod statistics;
mod workers;

pub use config::{Config, Extras, PoolFactory, SessionsFactory};
pub use lifetime::Client;
pub use session_keeper::{Keep, Keeper, SCAN_PERIOD};
pub use settings::Settings;

//! When to try again: the arithmetic of the CRT's retry strategies, without clocks, threads or randomness of its own.
//!
//! A strategy is put together from three pieces. [`Backoff`] says how long to wait before a retry, [`Budget`] says
//! whether the host has had its share of retries, and [`Limiter`] holds back every send of a client once a server
//! throttled it. Whoever uses them brings the time and the random numbers, and decides where the waiting happens.

#![forbid(unsafe_code)]

mod budget;
mod delay;
mod limiter;

pub use budget::{Budget, Budgets, DEFAULT_BUDGET};
pub use delay::{Backoff, Jitter};
pub use limiter::{Gate, Limiter};

/// Why an attempt failed, as far as waiting is concerned (`enum aws_retry_error_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum RetryKind {
    /// Nothing came back, or nothing that says anything about the server's health.
    Transient = 0,
    /// The server asked for fewer requests.
    Throttling = 1,
    ServerError = 2,
    ClientError = 3,
}

impl RetryKind {
    /// The kind of a number that came from C.
    pub fn of_number(number: u32) -> Option<Self> {
        [Self::Transient, Self::Throttling, Self::ServerError, Self::ClientError]
            .into_iter()
            .find(|kind| *kind as u32 == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_numbers_of_the_c_enum() {
        assert_eq!(RetryKind::of_number(0), Some(RetryKind::Transient));
        assert_eq!(RetryKind::of_number(1), Some(RetryKind::Throttling));
        assert_eq!(RetryKind::of_number(2), Some(RetryKind::ServerError));
        assert_eq!(RetryKind::of_number(3), Some(RetryKind::ClientError));
        assert_eq!(RetryKind::of_number(4), None);
    }
}

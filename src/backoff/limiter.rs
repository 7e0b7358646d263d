//! The send rate of a client that a server has throttled, found as CUBIC congestion control finds a window.
//!
//! Until the first throttled response everything passes. From then on a bucket of tokens is filled at a rate that
//! drops with every throttled response and grows again, first fast, then carefully around the rate at which the
//! trouble began. Seconds and responses per second throughout; the time comes in as monotonic nanoseconds.

use super::RetryKind;

/// Share of the rate that is kept after a throttled response.
const KEEP: f64 = 0.7;
/// Steepness of the growth curve.
const SCALE: f64 = 0.4;
/// Weight of the newest measurement.
const SMOOTHING: f64 = 0.8;
/// Measuring buckets per second.
const BUCKETS_PER_S: f64 = 2.0;
const LEAST_FILL_RATE: f64 = 0.5;
const LEAST_CAPACITY: f64 = 1.0;

const NS_PER_S: f64 = 1e9;

/// What the limiter says to a request that is about to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Send; a token was taken if the limiter is armed.
    Pass,
    /// Ask again in so many nanoseconds (at least 1). Nothing was taken.
    Wait { ns: u64 },
}

/// The shared limiter of a client.
#[derive(Clone, Debug)]
pub struct Limiter {
    armed: bool,
    fill_rate: f64,
    capacity: f64,
    tokens: f64,
    refilled_s: f64,
    measured_rate: f64,
    responses: u64,
    bucket_s: f64,
    last_max_rate: f64,
    throttled_s: f64,
    window_s: f64,
}

impl Limiter {
    pub fn new(now_ns: u64) -> Self {
        let now_s = seconds(now_ns);
        Self {
            armed: false,
            fill_rate: 0.0,
            capacity: 0.0,
            tokens: 0.0,
            refilled_s: now_s,
            measured_rate: 0.0,
            responses: 0,
            bucket_s: now_s.floor(),
            last_max_rate: 0.0,
            throttled_s: now_s,
            window_s: 0.0,
        }
    }

    /// Asks to send one request.
    pub fn gate(&mut self, now_ns: u64) -> Gate {
        if !self.armed {
            return Gate::Pass;
        }
        self.refill(seconds(now_ns));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Gate::Pass;
        }
        let ns = ((1.0 - self.tokens) / self.fill_rate * NS_PER_S).ceil() as u64;
        Gate::Wait { ns: ns.max(1) }
    }

    /// A response that is to be retried; transient failures say nothing about the server and change nothing.
    pub fn record_failure(&mut self, kind: RetryKind, now_ns: u64) {
        match kind {
            RetryKind::Transient => {}
            RetryKind::Throttling => self.slow_down(seconds(now_ns)),
            RetryKind::ServerError | RetryKind::ClientError => self.speed_up(seconds(now_ns)),
        }
    }

    pub fn record_success(&mut self, now_ns: u64) {
        self.speed_up(seconds(now_ns));
    }

    /// Requests per second let through at present, `None` before the first throttled response.
    pub fn fill_rate(&self) -> Option<f64> {
        self.armed.then_some(self.fill_rate)
    }

    fn slow_down(&mut self, now_s: f64) {
        self.measure(now_s);
        let rate =
            if self.armed { self.measured_rate.min(self.fill_rate) } else { self.measured_rate };
        self.last_max_rate = rate;
        self.window_s = (self.last_max_rate * (1.0 - KEEP) / SCALE).cbrt();
        self.throttled_s = now_s;
        self.armed = true;
        self.apply(rate * KEEP, now_s);
    }

    fn speed_up(&mut self, now_s: f64) {
        self.measure(now_s);
        let elapsed_s = now_s - self.throttled_s - self.window_s;
        self.apply(SCALE * elapsed_s.powi(3) + self.last_max_rate, now_s);
    }

    fn apply(&mut self, rate: f64, now_s: f64) {
        let rate = rate.min(2.0 * self.measured_rate);
        self.refill(now_s);
        self.fill_rate = rate.max(LEAST_FILL_RATE);
        self.capacity = rate.max(LEAST_CAPACITY);
        self.tokens = self.tokens.min(self.capacity);
    }

    fn measure(&mut self, now_s: f64) {
        self.responses += 1;
        let bucket_s = (now_s * BUCKETS_PER_S).floor() / BUCKETS_PER_S;
        if bucket_s > self.bucket_s {
            let rate = self.responses as f64 / (bucket_s - self.bucket_s);
            self.measured_rate = SMOOTHING * rate + (1.0 - SMOOTHING) * self.measured_rate;
            self.responses = 0;
            self.bucket_s = bucket_s;
        }
    }

    fn refill(&mut self, now_s: f64) {
        let elapsed_s = (now_s - self.refilled_s).max(0.0);
        self.tokens = self.capacity.min(self.tokens + self.fill_rate * elapsed_s);
        self.refilled_s = now_s;
    }
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / NS_PER_S
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monotonic clocks do not start at 0.
    const START_NS: u64 = 5_000_000_000;

    fn at(s: f64) -> u64 {
        START_NS + (s * NS_PER_S).round() as u64
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3
    }

    #[test]
    fn everything_passes_until_the_first_throttled_response() {
        let mut limiter = Limiter::new(START_NS);
        for i in 0..1000 {
            limiter.record_success(at(f64::from(i) / 100.0));
            assert_eq!(limiter.gate(at(f64::from(i) / 100.0)), Gate::Pass);
        }
        limiter.record_failure(RetryKind::Transient, at(11.0));
        limiter.record_failure(RetryKind::ServerError, at(11.0));
        assert_eq!(limiter.fill_rate(), None);
    }

    /// One response every 0.2 s, two of them throttled: time, throttled, measured rate, fill rate.
    #[test]
    fn rates_follow_the_published_curve() {
        let mut limiter = Limiter::new(START_NS);
        let table = [
            (0.2, false, 0.0, 0.5),
            (0.4, false, 0.0, 0.5),
            (0.6, false, 4.8, 0.5),
            (0.8, false, 4.8, 0.5),
            (1.0, false, 4.16, 0.5),
            (1.2, false, 4.16, 0.6912),
            (1.4, false, 4.16, 1.0976),
            (1.6, false, 5.632, 1.6384),
            (1.8, false, 5.632, 2.3328),
            (2.0, true, 4.3264, 3.02848),
            (2.2, false, 4.3264, 3.486_639),
            (2.4, false, 4.3264, 3.821_874),
            (2.6, false, 5.665_28, 4.053_386),
            (2.8, false, 5.665_28, 4.200_373),
            (3.0, false, 4.333_056, 4.282_037),
            (3.2, true, 4.333_056, 2.997_426),
            (3.4, false, 4.333_056, 3.452_226),
        ];
        for (time_s, throttled, measured, fill) in table {
            if throttled {
                limiter.record_failure(RetryKind::Throttling, at(time_s));
            } else {
                limiter.record_success(at(time_s));
            }
            assert!(
                close(limiter.measured_rate, measured),
                "at {time_s}: {}",
                limiter.measured_rate
            );
            assert!(close(limiter.fill_rate, fill), "at {time_s}: {}", limiter.fill_rate);
        }
    }

    #[test]
    fn an_armed_limiter_hands_out_tokens_at_its_rate() {
        let mut limiter = Limiter::new(START_NS);
        limiter.record_failure(RetryKind::Throttling, at(0.1));
        assert_eq!(limiter.fill_rate(), Some(0.5), "nothing was measured yet");
        assert_eq!(limiter.gate(at(0.1)), Gate::Wait { ns: 2_000_000_000 });
        let Gate::Wait { ns } = limiter.gate(at(1.1)) else { panic!("half a token passed") };
        assert!(ns.abs_diff(1_000_000_000) <= 1000, "{ns}");
        assert_eq!(limiter.gate(at(2.2)), Gate::Pass);
        assert!(matches!(limiter.gate(at(2.2)), Gate::Wait { .. }), "capacity is one token");
        assert_eq!(limiter.gate(at(60.0)), Gate::Pass);
        assert!(matches!(limiter.gate(at(60.0)), Gate::Wait { .. }), "capacity is one token");
    }

    #[test]
    fn time_that_stands_still_or_goes_back_adds_nothing() {
        let mut limiter = Limiter::new(START_NS);
        limiter.record_failure(RetryKind::Throttling, at(1.0));
        assert!(matches!(limiter.gate(at(0.0)), Gate::Wait { ns } if ns >= 1));
        assert!(matches!(limiter.gate(at(0.0)), Gate::Wait { ns } if ns >= 1));
    }
}

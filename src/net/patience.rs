//! How long a socket lets bytes of a body lie before it calls for somebody to fetch them.
//!
//! A fast connection would call for every few packets, and being called costs more than fetching. So it is told to wait
//! for what comes in two milliseconds at the rate of this body so far, though never for more than there is still to
//! come. Slow connections call for whatever comes: their calls are few.

use std::time::Duration;

use tokio::time::Instant;

/// How much later bytes may be fetched than they could have been.
const DELAY: Duration = Duration::from_millis(2);

/// Less is not worth a call of its own to say so.
const LEAST_BYTES: u32 = 64 * 1024;

/// What the nearer caches hold.
pub const MOST_BYTES: u32 = 512 * 1024;

/// See the [module](self).
#[derive(Debug, Default)]
pub struct Patience {
    /// What the socket waits for; 0 is as good as 1.
    bytes: u32,
    /// Since when a body comes, and how much of it has.
    body: Option<(Instant, u64)>,
    /// Not before the next body.
    lost: bool,
}

impl Patience {
    /// Whether bytes may lie in the socket that nobody has been called for.
    pub fn is_patient(&self) -> bool {
        self.bytes > 0
    }

    /// `read` bytes were fetched, and so many are still to come for certain. Says what the socket has to be told, if
    /// anything. Nothing may be waited for with another number, or what comes next would never be heard of.
    pub fn after(&mut self, read: u64, left: u64, now: impl FnOnce() -> Instant) -> Option<u32> {
        if left == 0 {
            (self.body, self.lost) = (None, false);
            return self.set(0);
        }
        if self.body.is_none() && left < LEAST_BYTES.into() {
            // However fast that comes.
            return None;
        }
        let now = now();
        // What was there at first came before anybody looked.
        let (since, had) = match self.body {
            Some((since, had)) => (since, had + read),
            None => (now, 0),
        };
        self.body = Some((since, had));
        let passed = now.saturating_duration_since(since);
        let most = u32::try_from(left).unwrap_or(u32::MAX);
        if self.lost {
            return self.set(0);
        }
        if passed < DELAY / 4 {
            // Too early to say how fast it is.
            return if self.bytes > most { self.set(fit(most)) } else { None };
        }
        let wanted = had as f64 * DELAY.as_secs_f64() / passed.as_secs_f64();
        let wanted = (wanted.min(f64::from(MOST_BYTES)) as u32).min(most);
        // Half or twice as much makes a difference, and the end of the body does.
        let differs = wanted / 2 >= self.bytes || wanted < self.bytes / 2 || self.bytes > most;
        if differs { self.set(fit(wanted)) } else { None }
    }

    /// Too little has come for a while: from now on whatever comes of this body is of interest.
    pub fn lose(&mut self) -> Option<u32> {
        self.lost = true;
        self.set(0)
    }

    fn set(&mut self, bytes: u32) -> Option<u32> {
        let changes = self.bytes != bytes;
        self.bytes = bytes;
        changes.then_some(bytes.max(1))
    }
}

fn fit(bytes: u32) -> u32 {
    if bytes < LEAST_BYTES { 0 } else { bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: u64 = 8 << 20;

    /// What the socket is told while a body comes in pieces, each so many microseconds after the one before.
    fn told(pieces: impl Iterator<Item = u64>, every_us: u64) -> Vec<u32> {
        let (mut patience, mut now, mut left) = (Patience::default(), Instant::now(), BODY);
        let mut told = Vec::new();
        for piece in pieces {
            now += Duration::from_micros(every_us);
            left -= piece;
            told.extend(patience.after(piece, left, || now));
            assert!(u64::from(patience.bytes) <= left, "{} of {left}", patience.bytes);
        }
        told
    }

    fn equal(bytes: u64) -> impl Iterator<Item = u64> {
        (0..BODY / bytes).map(move |_| bytes)
    }

    #[test]
    fn a_fast_body_is_fetched_in_large_pieces_and_to_its_last_byte() {
        // 2.6 GB/s, as two milliseconds of it do not fit.
        let told = told(equal(256 << 10), 100);
        assert_eq!(told.first(), Some(&MOST_BYTES));
        assert_eq!(told.last(), Some(&1));
        assert!(told.len() <= 4, "{told:?}");
    }

    #[test]
    fn a_slow_body_calls_for_whatever_comes() {
        // 16 MB/s.
        assert!(told(equal(16 << 10), 1000).is_empty());
        // 100 MB/s, of which two milliseconds are 200 KB.
        let told = told(equal(64 << 10), 655);
        assert!((150_000..250_000).contains(&told[0]), "{told:?}");
    }

    #[test]
    fn a_body_that_stands_still_is_listened_to_until_its_end() {
        let (mut patience, mut now) = (Patience::default(), Instant::now());
        let mut step = |patience: &mut Patience, read, left| {
            now += Duration::from_millis(1);
            patience.after(read, left, || now)
        };
        assert_eq!(step(&mut patience, 4 << 20, 4 << 20), None);
        assert_eq!(step(&mut patience, 1 << 20, 3 << 20), Some(MOST_BYTES));
        assert!(patience.is_patient());
        assert_eq!(patience.lose(), Some(1));
        assert!(!patience.is_patient());
        assert_eq!(step(&mut patience, 2 << 20, 1 << 20), None);
        assert_eq!(step(&mut patience, 1 << 20, 0), None);
        // The next body is another one.
        assert_eq!(step(&mut patience, 4 << 20, 4 << 20), None);
        assert_eq!(step(&mut patience, 1 << 20, 3 << 20), Some(MOST_BYTES));
    }
}

//! How long to wait before a retry: an exponentially growing delay below a ceiling, with jitter.

const NS_PER_MS: u64 = 1_000_000;
const NS_PER_S: u64 = 1_000_000_000;

/// The largest exponent that still fits a 64-bit shift.
const MAX_EXPONENT: u32 = 63;

/// How a computed delay is spread (`enum aws_exponential_backoff_jitter_mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jitter {
    None,
    #[default]
    Full,
    /// Depends on the previous delay instead of on the number of retries.
    Decorrelated,
}

impl Jitter {
    /// The mode of a number that came from C; 0 asks for the default.
    pub fn of_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::default()),
            1 => Some(Self::None),
            2 => Some(Self::Full),
            3 => Some(Self::Decorrelated),
            _ => None,
        }
    }
}

/// Exponential backoff, and how many times it may be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub max_retries: usize,
    pub scale_ns: u64,
    pub ceiling_ns: u64,
    pub jitter: Jitter,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(0, 0, 0, Jitter::default())
    }
}

impl Backoff {
    pub const DEFAULT_RETRIES: usize = 5;
    pub const DEFAULT_SCALE_MS: u32 = 500;
    pub const DEFAULT_CEILING_S: u32 = 20;

    /// Numbers as C options give them: zero stands for the default.
    pub fn new(max_retries: usize, scale_ms: u32, ceiling_s: u32, jitter: Jitter) -> Self {
        let max_retries = if max_retries == 0 { Self::DEFAULT_RETRIES } else { max_retries };
        let scale_ms = if scale_ms == 0 { Self::DEFAULT_SCALE_MS } else { scale_ms };
        let ceiling_s = if ceiling_s == 0 { Self::DEFAULT_CEILING_S } else { ceiling_s };
        Self {
            max_retries,
            scale_ns: u64::from(scale_ms) * NS_PER_MS,
            ceiling_ns: u64::from(ceiling_s) * NS_PER_S,
            jitter,
        }
    }

    /// The delay before the retry that follows `retries` earlier ones. `previous_ns` is what the last call
    /// returned, 0 at first.
    pub fn delay_ns(&self, retries: usize, previous_ns: u64, random: impl FnOnce() -> u64) -> u64 {
        match self.jitter {
            Jitter::None => self.exponential_ns(retries),
            Jitter::Decorrelated if previous_ns != 0 => {
                between(self.scale_ns, self.ceiling_ns.min(previous_ns.saturating_mul(3)), random)
            }
            Jitter::Full | Jitter::Decorrelated => between(0, self.exponential_ns(retries), random),
        }
    }

    fn exponential_ns(&self, retries: usize) -> u64 {
        let exponent = retries.min(MAX_EXPONENT as usize);
        self.scale_ns.saturating_mul(1 << exponent).min(self.ceiling_ns)
    }
}

/// A number of the half-open range between the two bounds, whichever is the larger; 0 when they are equal.
fn between(one: u64, other: u64, random: impl FnOnce() -> u64) -> u64 {
    let (low, high) = (one.min(other), one.max(other));
    if low == high { 0 } else { low + random() % (high - low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = NS_PER_MS;

    fn never() -> u64 {
        panic!("asked for a random number")
    }

    #[test]
    fn zeros_mean_defaults() {
        let backoff = Backoff::default();
        assert_eq!(
            (backoff.max_retries, backoff.scale_ns, backoff.ceiling_ns),
            (5, 500 * MS, 20_000 * MS)
        );
        assert_eq!(backoff.jitter, Jitter::Full);
        assert_eq!(Backoff::new(3, 25, 1, Jitter::None).scale_ns, 25 * MS);
    }

    #[test]
    fn without_jitter_the_delay_doubles_up_to_the_ceiling() {
        let backoff = Backoff::new(0, 500, 20, Jitter::None);
        let table = [
            (0, 500),
            (1, 1000),
            (2, 2000),
            (5, 16_000),
            (6, 20_000),
            (63, 20_000),
            (64, 20_000),
            (usize::MAX, 20_000),
        ];
        for (retries, expected_ms) in table {
            assert_eq!(backoff.delay_ns(retries, 7, never), expected_ms * MS, "{retries} retries");
        }
    }

    #[test]
    fn full_jitter_stays_below_the_plain_delay() {
        let backoff = Backoff::new(0, 500, 20, Jitter::Full);
        assert_eq!(backoff.delay_ns(1, 0, || 0), 0);
        assert_eq!(backoff.delay_ns(1, 0, || 1000 * MS - 1), 1000 * MS - 1);
        assert_eq!(backoff.delay_ns(1, 0, || 1000 * MS), 0);
    }

    #[test]
    fn decorrelated_jitter_follows_the_previous_delay() {
        let backoff = Backoff::new(0, 500, 20, Jitter::Decorrelated);
        assert_eq!(backoff.delay_ns(1, 0, || 1000 * MS + 3), 3, "first time as full jitter");
        assert_eq!(backoff.delay_ns(9, 600 * MS, || 0), 500 * MS);
        assert_eq!(backoff.delay_ns(9, 600 * MS, || 1300 * MS - 1), 1800 * MS - 1);
        assert_eq!(backoff.delay_ns(9, 600 * MS, || 1300 * MS), 500 * MS);
        assert_eq!(backoff.delay_ns(9, u64::MAX, || 19_500 * MS + 1), 500 * MS + 1, "ceiling");
        assert_eq!(Backoff::new(0, 300, 20, Jitter::Decorrelated).delay_ns(1, 100 * MS, never), 0);
        assert_eq!(backoff.delay_ns(1, 100 * MS, || 0), 300 * MS, "bounds in either order");
    }

    #[test]
    fn jitter_numbers_are_those_of_the_c_enum() {
        let modes = [
            Some(Jitter::Full),
            Some(Jitter::None),
            Some(Jitter::Full),
            Some(Jitter::Decorrelated),
            None,
        ];
        for (number, mode) in (0..).zip(modes) {
            assert_eq!(Jitter::of_number(number), mode);
        }
    }
}

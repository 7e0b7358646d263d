//! What goes wrong with which request: all of it follows from the key of the object and from how often the request has
//! come, so that a failure can be played again.
//!
//! A key is `FAULT.TIMES.STAGE.SIZE.SALT`: the fault, how many attempts of every request meet it (`99` for all), which
//! requests it is for, the size of the object, and a number that decides everything else. Of the fault `some`, TIMES is
//! the chance in a hundred of every attempt.
//!
//! What aborts an upload is refused three times at most, and never for good: a client that asks again leaves nothing.

use super::store::Purpose;

/// What goes wrong. The names are the ones in keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The connection is reset, closed, or says nothing more, at any moment.
    Reset,
    Close,
    Stall,
    /// A status or an error document that invites another attempt.
    Busy,
    Throttled,
    /// More was announced than comes, or less.
    TooLong,
    TooShort,
    /// Noise in place of a head, or of the size of a chunk.
    Garbage,
    BadChunk,
    /// The sending direction ends before the reply.
    HalfClose,
    /// A refusal, or a success, before the body was read.
    EarlyNo,
    EarlyYes,
    /// A Content-Range for other bytes.
    Range,
    /// A total size near the end of the number range.
    Huge,
    /// Interim replies: some, or no end of them.
    Interim,
    Flood,
    /// A head larger than anybody needs, or with more fields.
    BigHead,
    /// Final refusals.
    Denied,
    Odd,
    Modified,
    NoEtag,
    /// An error document without end.
    Endless,
    /// Legal, if unusual.
    Chunked,
    Slow,
    Hangup,
    /// One of those that another attempt cures, anew for each request.
    Mix,
    /// The same for some attempts only.
    Some,
    /// Uploads are created and then refused, and what is to abort them meets one of those.
    Leave,
}

const NAMES: [(&str, Fault); 29] = [
    ("none", Fault::None),
    ("reset", Fault::Reset),
    ("close", Fault::Close),
    ("stall", Fault::Stall),
    ("busy", Fault::Busy),
    ("throttled", Fault::Throttled),
    ("toolong", Fault::TooLong),
    ("tooshort", Fault::TooShort),
    ("garbage", Fault::Garbage),
    ("badchunk", Fault::BadChunk),
    ("halfclose", Fault::HalfClose),
    ("earlyno", Fault::EarlyNo),
    ("earlyyes", Fault::EarlyYes),
    ("range", Fault::Range),
    ("huge", Fault::Huge),
    ("interim", Fault::Interim),
    ("flood", Fault::Flood),
    ("bighead", Fault::BigHead),
    ("denied", Fault::Denied),
    ("odd", Fault::Odd),
    ("modified", Fault::Modified),
    ("noetag", Fault::NoEtag),
    ("endless", Fault::Endless),
    ("chunked", Fault::Chunked),
    ("slow", Fault::Slow),
    ("hangup", Fault::Hangup),
    ("mix", Fault::Mix),
    ("some", Fault::Some),
    ("leave", Fault::Leave),
];

const CURABLE: [Fault; 10] = [
    Fault::Reset,
    Fault::Close,
    Fault::Busy,
    Fault::Throttled,
    Fault::TooLong,
    Fault::Garbage,
    Fault::BadChunk,
    Fault::HalfClose,
    Fault::EarlyNo,
    Fault::Flood,
];

impl Fault {
    /// The fault itself, or the one that is drawn.
    pub fn drawn(self, times: u32, purpose: &Purpose, dice: &mut Dice) -> Self {
        match (self, purpose) {
            (Self::Some, _) if dice.below(100) >= u64::from(times) => Self::None,
            (Self::Leave, Purpose::Create) => Self::None,
            (Self::Leave, Purpose::Abort { .. }) | (Self::Mix | Self::Some, _) => {
                CURABLE[dice.below(CURABLE.len() as u64) as usize]
            }
            (Self::Leave, _) => Self::Denied,
            (fault, _) => fault,
        }
    }

    /// Whether no further attempt would be answered otherwise.
    fn is_final(self) -> bool {
        matches!(
            self,
            Self::BigHead
                | Self::Denied
                | Self::Odd
                | Self::Modified
                | Self::Endless
                | Self::TooShort
        )
    }

    /// Whether a small document in the reply arrives all the same.
    pub fn spares_documents(self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Chunked
                | Self::Slow
                | Self::Hangup
                | Self::Interim
                | Self::EarlyYes
                | Self::NoEtag
                | Self::Range
                | Self::Huge
        )
    }
}

/// Which requests of a transfer meet the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    All,
    /// The first part of a download, the only request of a simple upload, the creation of one in parts.
    First,
    /// Parts between the first and the last.
    Later,
    /// The last part of a download, the completion of an upload.
    Last,
    /// The abort of an upload; not to be asked for.
    Clearing,
}

const MOST_TIMES_OF_CLEARING: u32 = 3;

/// A key, taken apart.
#[derive(Clone, Debug)]
pub struct Plan {
    pub fault: Fault,
    pub times: u32,
    pub stage: Stage,
    pub size: u64,
    salt: u64,
}

impl Plan {
    pub fn of_key(key: &str) -> Option<Self> {
        let mut words = key.split('.');
        let name = words.next()?;
        let fault = NAMES.iter().find(|(known, _)| *known == name)?.1;
        let times = words.next()?.parse().ok()?;
        let stage = match words.next()? {
            "all" => Stage::All,
            "first" => Stage::First,
            "later" => Stage::Later,
            "last" => Stage::Last,
            _ => return None,
        };
        let size = words.next()?.parse().ok()?;
        let salt = u64::from_str_radix(words.next()?, 16).ok()?;
        Some(Self { fault, times, stage, size, salt })
    }

    /// Whether a request meets the fault that came so many times before.
    pub fn meets(&self, stage: Stage, times_before: u32) -> bool {
        let clears_up = self.fault == Fault::Leave && stage == Stage::Clearing;
        let concerned = self.stage == Stage::All || self.stage == stage || clears_up;
        concerned
            && (self.times == 99 || self.fault == Fault::Some || times_before < self.times)
            && !(self.fault.is_final() && stage == Stage::Clearing)
            && !(stage == Stage::Clearing && times_before >= MOST_TIMES_OF_CLEARING)
    }

    /// Chance for one attempt of one request.
    pub fn dice(&self, request: &str, times_before: u32) -> Dice {
        let mut state = self.salt ^ (u64::from(times_before) << 32);
        for byte in request.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Dice(state)
    }
}

/// Numbers that look like chance and follow from where they began.
pub struct Dice(u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let plan = Plan::of_key("reset.2.later.70000.ff").unwrap();
        assert_eq!((plan.fault, plan.times, plan.size), (Fault::Reset, 2, 70000));
        assert!(plan.meets(Stage::Later, 1));
        assert!(!plan.meets(Stage::Later, 2) && !plan.meets(Stage::First, 0));
        assert!(Plan::of_key("reset.99.all.1.0").unwrap().meets(Stage::Last, 1000));
        assert!(plan.meets(Stage::Later, 1));
        let plan = Plan::of_key("some.25.all.1.0").unwrap();
        assert!(plan.meets(Stage::Last, 1000) && !plan.meets(Stage::Clearing, 3));
        let denied = Plan::of_key("denied.99.all.1.0").unwrap();
        assert!(denied.meets(Stage::Last, 1000) && !denied.meets(Stage::Clearing, 0));
        for broken in ["", "reset", "nothing.1.all.1.0", "reset.1.some.1.0", "reset.1.all.x.0"] {
            assert!(Plan::of_key(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn chance_repeats_itself() {
        let plan = Plan::of_key("mix.2.all.1.abc").unwrap();
        let draw = |request, times| plan.dice(request, times).next();
        assert_eq!(draw("GET /", 0), draw("GET /", 0));
        assert_ne!(draw("GET /", 0), draw("GET /", 1));
        assert_ne!(draw("GET /", 0), draw("PUT /", 0));
    }
}

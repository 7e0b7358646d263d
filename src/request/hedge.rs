//! Parts that are asked for twice, because their first byte is later than those of almost all others.
//!
//! [`Hedges`] is what a client has learnt of its parts, and how many it may ask for again: arithmetic alone. A [`Race`]
//! is two requests for one part: whose answer begins first gets the memory, and the other one is cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Line, Request};
use crate::error::{Code, Result};
use crate::pool::Ticket;
use crate::schedule::Pass;
use crate::sync::Mutex;

/// Nobody is late before this.
const LEAST: Duration = Duration::from_secs(1);
/// Answers from which it is said what is late.
const KEPT: usize = 256;
const LEAST_ANSWERS: usize = 10;
/// Of so many requests one may be sent again.
const PER_EXTRA: u64 = 20;

/// What all parts of a client share.
#[derive(Default)]
pub struct Hedges(Mutex<Learnt>);

#[derive(Default)]
struct Learnt {
    /// How long the latest answers took to begin, in no order.
    waited: Vec<Duration>,
    /// The one to be replaced next.
    oldest: usize,
    asked: u64,
    extra: u64,
}

impl Hedges {
    /// A part is asked for.
    pub fn asked(&self) {
        self.0.lock().asked += 1;
    }

    /// An answer began so long after its request, or had not by then.
    pub fn answered(&self, waited: Duration) {
        let mut learnt = self.0.lock();
        let at = learnt.oldest;
        match learnt.waited.get_mut(at) {
            Some(oldest) => *oldest = waited,
            None => learnt.waited.push(waited),
        }
        learnt.oldest = (at + 1) % KEPT;
    }

    /// How long an answer may take to begin before it is later than almost all others. `None` while too few are known.
    pub fn limit(&self) -> Option<Duration> {
        let mut waited = self.0.lock().waited.clone();
        if waited.len() < LEAST_ANSWERS {
            return None;
        }
        let index = (waited.len() * 95).div_ceil(100) - 1;
        let (_, limit, _) = waited.select_nth_unstable(index);
        Some((*limit).max(LEAST))
    }

    /// Whether one more may be asked for again, which then counts.
    pub fn try_extra(&self) -> bool {
        let mut learnt = self.0.lock();
        let may = (learnt.extra + 1) * PER_EXTRA <= learnt.asked;
        learnt.extra += u64::from(may);
        may
    }
}

impl Request {
    /// The same request once more, for a part of a download: it has a place of its own to wait for.
    pub fn twin(&self, line: &Line) -> Self {
        let bytes = self.pass.as_ref().map_or(0, Pass::bytes);
        Self {
            part_number: self.part_number,
            range: self.range,
            signing: self.signing.clone(),
            payload: self.payload,
            expect: self.expect.clone(),
            pass: Some(line.lane.pass(self.part_number, bytes)),
            ..Self::new(self.kind, self.operation.clone(), self.head.clone())
        }
    }
}

/// See the [module](self). Clones are the same race.
#[derive(Clone)]
pub struct Race(Arc<Inner>);

struct Inner {
    ticket: Mutex<Option<Ticket>>,
    /// 0 while no answer has begun, else the number of the request whose did.
    winner: AtomicU8,
    /// Each request hears of the other one's answer.
    lost: [Notify; 2],
    /// When the first request was out, until something is answered to it.
    sent: Mutex<Option<Instant>>,
    out: Notify,
}

/// One of the two requests.
#[derive(Clone)]
pub struct Racer {
    race: Race,
    number: u8,
}

impl Race {
    /// For the memory that the winner is to fill.
    pub fn new(ticket: Ticket) -> Self {
        Self(Arc::new(Inner {
            ticket: Mutex::new(Some(ticket)),
            winner: AtomicU8::new(0),
            lost: [Notify::new(), Notify::new()],
            sent: Mutex::new(None),
            out: Notify::new(),
        }))
    }

    pub fn first(&self) -> Racer {
        Racer { race: self.clone(), number: 1 }
    }

    pub fn second(&self) -> Racer {
        Racer { race: self.clone(), number: 2 }
    }

    /// Completes when the first request has been out for as long as `limit` says, and nothing has been answered. Where
    /// that says nothing yet, it is asked again.
    pub async fn late(&self, limit: impl Fn() -> Option<Duration>) -> Duration {
        loop {
            let sent = *self.0.sent.lock();
            let Some(sent) = sent else {
                self.0.out.notified().await;
                continue;
            };
            match limit() {
                Some(limit) if sent.elapsed() >= limit => return limit,
                Some(limit) => tokio::time::sleep_until(sent + limit).await,
                None => tokio::time::sleep(LEAST).await,
            }
        }
    }
}

impl Racer {
    /// The request is out.
    pub fn sent(&self) {
        if self.number == 1 {
            *self.race.0.sent.lock() = Some(Instant::now());
            self.race.0.out.notify_one();
        }
    }

    /// Something has been answered, whatever it is.
    pub fn answered(&self) {
        if self.number == 1 {
            *self.race.0.sent.lock() = None;
        }
    }

    /// An answer that is wanted begins. Says whether it is the first one, or another one to the same request.
    pub fn wins(&self) -> bool {
        let winner = &self.race.0.winner;
        let first = winner.compare_exchange(0, self.number, Ordering::AcqRel, Ordering::Acquire);
        if first.is_ok() {
            self.race.0.lost[usize::from(2 - self.number)].notify_one();
        }
        first.is_ok() || self.has_won()
    }

    pub fn has_won(&self) -> bool {
        self.race.0.winner.load(Ordering::Acquire) == self.number
    }

    fn has_lost(&self) -> bool {
        !matches!(self.race.0.winner.load(Ordering::Acquire), 0) && !self.has_won()
    }

    /// Whether the part does not depend on this request.
    pub fn is_extra(&self) -> bool {
        self.number == 2 && !self.has_won()
    }

    /// Runs an exchange, or as much of it as passes before the other request is answered.
    pub(super) async fn run(
        racer: Option<&Self>,
        exchange: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let Some(racer) = racer else { return exchange.await };
        tokio::select! {
            biased;
            exchanged = exchange => exchanged,
            () = racer.lost() => Err(Code::S3_CANCELED.into()),
        }
    }

    /// Completes when the other one has won.
    async fn lost(&self) {
        while !self.has_lost() {
            self.race.0.lost[usize::from(self.number - 1)].notified().await;
        }
    }

    /// The memory of the part, once, for the winner.
    pub fn ticket(&self) -> Option<Ticket> {
        self.race.0.ticket.lock().take().filter(|_| self.has_won())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn late_is_what_is_later_than_nearly_all() {
        let hedges = Hedges::default();
        for n in 1..10 {
            hedges.answered(ms(n * 100));
            assert_eq!(hedges.limit(), None);
        }
        hedges.answered(ms(900));
        assert_eq!(hedges.limit(), Some(ms(1000)), "a second at least");
        for n in 1..=100 {
            hedges.answered(ms(n * 100));
        }
        assert_eq!(hedges.limit(), Some(ms(9500)), "105 of 110");
        for _ in 0..KEPT {
            hedges.answered(ms(1));
        }
        assert_eq!(hedges.limit(), Some(ms(1000)), "what is long ago does not count");
    }

    #[test]
    fn one_of_twenty() {
        let hedges = Hedges::default();
        let mut extra = 0;
        for asked in 1..=1000 {
            hedges.asked();
            extra += u64::from(hedges.try_extra());
            assert!(extra * 20 <= asked, "{extra} of {asked}");
        }
        assert_eq!(extra, 50);
    }

    fn race() -> Race {
        let config = crate::abi::aws_s3_buffer_pool_config {
            client: std::ptr::null_mut(),
            part_size: 1 << 20,
            max_part_size: 0,
            memory_limit: 256 << 20,
        };
        let pool = crate::pool::default_pool(crate::crt::Allocator::default(), config);
        let pending = pool.expect("valid").reserve(crate::pool::Reservation {
            client: std::ptr::null_mut(),
            meta_request: std::ptr::null_mut(),
            size: 1 << 20,
            can_block: false,
            local_offset: 0,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Race::new(runtime.block_on(pending).expect("memory"))
    }

    #[test]
    fn the_first_answer_gets_the_memory() {
        let race = race();
        let (first, second) = (race.first(), race.second());
        assert!(second.is_extra() && !first.is_extra());
        assert!(second.wins() && !first.wins() && second.wins());
        assert!(!second.is_extra() && first.has_lost());
        assert!(second.ticket().is_some() && second.ticket().is_none() && first.ticket().is_none());
    }

    #[test]
    fn who_is_answered_is_not_late() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_time().start_paused(true).build().expect("a runtime");
        let race = race();
        runtime.block_on(async {
            let first = race.first();
            let late = || race.late(|| Some(ms(1000)));
            let waits = |wait| tokio::time::timeout(ms(wait), late());
            assert!(waits(5000).await.is_err(), "not sent");
            first.sent();
            assert!(waits(900).await.is_err());
            assert!(waits(200).await.is_ok());
            first.answered();
            assert!(waits(5000).await.is_err(), "an error was answered");
            first.sent();
            assert!(waits(900).await.is_err(), "sent again a moment ago");
            assert!(waits(200).await.is_ok());
        });
    }
}

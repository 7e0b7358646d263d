//! The clocks of an exchange: how long until the first byte of the response, and how long without progress.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::{Code, Error, Result};
use crate::net::{Deadlines, Monitoring};

/// How often progress is looked at.
const TICK: Duration = Duration::from_secs(1);

/// Runs while an exchange waits.
pub struct Watch {
    /// One timer for whatever is due first; made when there is something to wait for.
    timer: Option<Pin<Box<Sleep>>>,
    monitoring: Option<Monitoring>,
    tick: Option<Instant>,
    moved_at_tick: u64,
    slow_ticks: u32,
    /// The last tick was a slow one.
    slow: bool,
    first_byte: Option<Duration>,
    first_byte_at: Option<Instant>,
}

impl Watch {
    pub fn new(monitoring: Option<Monitoring>, deadlines: &Deadlines) -> Self {
        let first_byte_ms = deadlines.first_byte_ms;
        Self {
            timer: None,
            monitoring: monitoring
                .filter(|limits| limits.min_bytes_per_s > 0 && limits.interval_s > 0),
            tick: None,
            moved_at_tick: 0,
            slow_ticks: 0,
            slow: false,
            first_byte: (first_byte_ms > 0).then(|| Duration::from_millis(first_byte_ms.into())),
            first_byte_at: None,
        }
    }

    /// Ready with an error when a clock has run out. `moved` counts the bytes of both directions; a `starved` exchange
    /// waits for its own caller and is not blamed for that.
    pub fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        moved: u64,
        starved: bool,
        awaits_first_byte: bool,
    ) -> Poll<Result<()>> {
        let this = &mut *self;
        loop {
            this.arm(moved, awaits_first_byte);
            let due = [this.tick, this.first_byte_at].into_iter().flatten().min();
            let Some(due) = due else { return Poll::Pending };
            let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if this.first_byte_at == Some(due) {
                let error = Error::new(Code::HTTP_RESPONSE_FIRST_BYTE_TIMEOUT);
                return Poll::Ready(Err(
                    error.because(format!("no response within {:?}", this.first_byte))
                ));
            }
            if let Some(limits) = this.monitoring {
                this.look(limits, moved, starved)?;
            }
        }
    }

    /// Whether too little has moved in the second that was looked at last. Says so once.
    pub fn take_slow(mut self: Pin<&mut Self>) -> bool {
        std::mem::take(&mut self.slow)
    }

    /// Starts the clocks that have to run now.
    fn arm(&mut self, moved: u64, awaits_first_byte: bool) {
        if self.monitoring.is_some() && self.tick.is_none() {
            self.tick = Some(Instant::now() + TICK);
            self.moved_at_tick = moved;
        }
        if !awaits_first_byte {
            self.first_byte_at = None;
        } else if let Some(limit) = self.first_byte {
            self.first_byte_at.get_or_insert_with(|| Instant::now() + limit);
        }
    }

    /// Judges the second that has passed.
    fn look(&mut self, limits: Monitoring, moved: u64, starved: bool) -> Result<()> {
        let progress = moved - self.moved_at_tick;
        // A task that was kept from running may find its tick late: what moved belongs to the whole time since.
        self.tick = Some(Instant::now() + TICK);
        self.moved_at_tick = moved;
        self.slow = progress < limits.min_bytes_per_s;
        if starved {
            return Ok(());
        }
        self.slow_ticks = if self.slow { self.slow_ticks + 1 } else { 0 };
        if self.slow_ticks < limits.interval_s {
            return Ok(());
        }
        let told = format!(
            "fewer than {} bytes per second for {} s",
            limits.min_bytes_per_s, limits.interval_s
        );
        Err(Error::new(Code::HTTP_CHANNEL_THROUGHPUT_FAILURE).because(told))
    }
}

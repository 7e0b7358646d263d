//! The library's own sessions of S3 Express: made when a request needs one, kept for the next ones, made anew before
//! they end.
//!
//! What is known stands in a [`Book`]; the keeper asks it under a lock, and makes sessions in tasks of their own, which
//! go on when the request that wanted one is cancelled. They end with the keeper, and only after the last of them the
//! client may report its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::create_session::CreateSession;
use crate::clock::Clock;
use crate::crt::{Credentials, Crew};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::request::{Severity, Stop};
use crate::sign::{
    Asking, Book, Bucket, Found, Session, SessionName, Sessions, SigningConfig, Wanted, secrets,
};

/// Time between two looks at sessions that end soon.
const SCAN_PERIOD: Duration = Duration::from_secs(60);

/// See the module.
pub(super) struct Keeper {
    desk: Arc<Desk>,
}

/// What a keeper is made from.
pub(super) struct Parts {
    pub create: CreateSession,
    /// The client's own credentials, under which sessions are renewed that nobody is using right now.
    pub signing: Arc<SigningConfig>,
    pub workers: Arc<[Handle]>,
    pub clock: Clock,
    pub stop: Stop,
}

/// What the tasks of a keeper share.
struct Desk {
    book: Mutex<Book<Credentials>>,
    next_worker: AtomicUsize,
    parts: Parts,
    /// Keeps the client from its end; goes last, when everything else has been given back.
    _delivery: Arc<Crew>,
}

/// A session that is being made. Whatever happens, those who wait for it are told.
struct Making {
    desk: Arc<Desk>,
    name: SessionName,
    bucket: Arc<Bucket>,
    /// None when the making did not come to its end.
    outcome: Option<Result<Session<Credentials>>>,
}

impl Keeper {
    pub fn new(parts: Parts, delivery: Arc<Crew>) -> Self {
        let book = Mutex::default();
        let next_worker = AtomicUsize::new(0);
        let desk = Arc::new(Desk { book, next_worker, parts, _delivery: delivery });
        desk.worker().spawn(scan_now_and_then(desk.clone()));
        Self { desk }
    }
}

impl Sessions for Keeper {
    fn credentials<'a>(&'a self, original: Credentials, wanted: &'a Wanted) -> Asking<'a> {
        Box::pin(async move {
            let (desk, bucket) = (&self.desk, &wanted.bucket);
            let name = SessionName::new(bucket, secrets(&original));
            let found = desk.book.lock().find(name, desk.now_s());
            match found {
                Found::Ready { credentials, renew } => {
                    if renew {
                        desk.make(name, bucket, original);
                    }
                    Ok(Some(credentials))
                }
                Found::Later { answer, make } => {
                    if make {
                        desk.make(name, bucket, original);
                    }
                    answer.await.unwrap_or_else(|_| Err(Code::S3_CANCELED.into())).map(Some)
                }
            }
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.desk.parts.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
    }
}

impl Desk {
    fn now_s(&self) -> u64 {
        let since = self.parts.clock.wall().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }

    fn worker(&self) -> &Handle {
        let turn = self.next_worker.fetch_add(1, Ordering::Relaxed);
        &self.parts.workers[turn % self.parts.workers.len()]
    }

    /// Makes a session that the book has down as being made.
    fn make(self: &Arc<Self>, name: SessionName, bucket: &Arc<Bucket>, original: Credentials) {
        let (desk, bucket) = (self.clone(), bucket.clone());
        let making = Making { desk, name, bucket, outcome: None };
        self.worker().spawn(async move {
            let Parts { create, stop, .. } = &making.desk.parts;
            let outcome = create.run(&making.bucket, original, stop).await;
            making.end(outcome);
        });
    }

    async fn scan(self: &Arc<Self>) {
        if !self.book.lock().has_ending(self.now_s()) {
            return;
        }
        let Parts { signing, stop, .. } = &self.parts;
        let original = match stop.guard(Severity::Failure, signing.original_credentials()).await {
            Ok(original) => original,
            Err(error) => {
                log!(Warn, Credentials, "no session is renewed without credentials: {error}");
                return;
            }
        };
        let own = secrets(&original);
        let name = |bucket: &Bucket| SessionName::new(bucket, own);
        let scan = self.book.lock().scan(self.now_s(), name);
        drop(scan.gone);
        for (name, bucket) in scan.renew {
            self.make(name, &bucket, original.clone());
        }
    }
}

impl Making {
    fn end(mut self, outcome: Result<Session<Credentials>>) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let lost = || Err(Error::from(Code::S3_INTERNAL_ERROR));
        let outcome = self.outcome.take().unwrap_or_else(lost);
        let told = outcome.as_ref().map(|session| session.credentials.clone());
        let told = told.map_err(Error::clone);
        let ended = self.desk.book.lock().made(self.name, &self.bucket, outcome, self.desk.now_s());
        for waiter in ended.waiters {
            // Who was cancelled does not listen any more.
            let _ = waiter.send(told.clone());
        }
    }
}

async fn scan_now_and_then(desk: Arc<Desk>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(SCAN_PERIOD) => {}
            () = desk.parts.stop.tripped(Severity::Interrupt) => return,
        }
        desk.scan().await;
    }
}

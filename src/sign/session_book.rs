//! The sessions there are, those being made, and who waits for them.
//!
//! A [`Book`] does no I/O and knows the time only as a number: it answers whether a session can be used, who has to
//! make one and whom to tell, and its owner does that. However many ask for one session, it is made once. What is taken
//! out of the book is handed back, so that nothing of C is released while somebody holds a lock around it.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::error::Result;

use super::identity::LEAST_S;
use super::{Bucket, SessionName};

/// Sessions that are kept; the one not used for longest makes room.
const CAPACITY: usize = 100;
/// A session that ends sooner is made anew while it is still good.
const SOON_S: u64 = 60;

/// What was made. `C` is what requests are signed with.
#[derive(Clone, Debug)]
pub struct Session<C> {
    pub credentials: C,
    /// Seconds since the Unix epoch.
    pub expires_s: u64,
}

/// A session with what is needed to make it again.
#[derive(Debug)]
pub struct Entry<C> {
    session: Session<C>,
    bucket: Arc<Bucket>,
    /// When it was made, or could not be made again.
    tried_s: u64,
    /// The number of its last use.
    used: u64,
    /// Nobody has used it since a scan saw its end coming.
    idle: bool,
}

type Waiter<C> = oneshot::Sender<Result<C>>;

/// See the module.
pub struct Book<C> {
    entries: HashMap<SessionName, Entry<C>>,
    being_made: HashMap<SessionName, Vec<Waiter<C>>>,
    uses: u64,
}

/// What the book says to somebody who asks.
pub enum Found<C> {
    /// Good for now. With `renew`, whoever asked is to make the session anew meanwhile.
    Ready { credentials: C, renew: bool },
    /// The answer is still to come. With `make`, whoever asked is to make the session.
    Later { answer: oneshot::Receiver<Result<C>>, make: bool },
}

/// Who is to be told of a session, and what is no longer needed.
#[must_use]
pub struct Ended<C> {
    pub waiters: Vec<Waiter<C>>,
    pub gone: Vec<Entry<C>>,
}

/// What a scan leaves to do.
#[must_use]
pub struct Scan<C> {
    /// To be made anew, the one not used for longest first.
    pub renew: Vec<(SessionName, Arc<Bucket>)>,
    pub gone: Vec<Entry<C>>,
}

impl<C> Entry<C> {
    fn is_valid(&self, now_s: u64) -> bool {
        now_s.saturating_add(LEAST_S) < self.session.expires_s
    }

    fn ends_soon(&self, now_s: u64) -> bool {
        now_s.saturating_add(SOON_S) >= self.session.expires_s
    }

    /// Sessions that are short to begin with, or cannot be made again, are not tried with every request.
    fn is_worth_a_try(&self, now_s: u64) -> bool {
        let left_then_s = self.session.expires_s.saturating_sub(self.tried_s);
        self.ends_soon(now_s) && now_s.saturating_sub(self.tried_s) >= left_then_s.div_ceil(2)
    }
}

impl<C> Default for Book<C> {
    fn default() -> Self {
        Self { entries: HashMap::new(), being_made: HashMap::new(), uses: 0 }
    }
}

impl<C: Clone> Book<C> {
    /// Looks a session up for a request.
    pub fn find(&mut self, name: SessionName, now_s: u64) -> Found<C> {
        self.uses += 1;
        if let Some(entry) = self.entries.get_mut(&name) {
            entry.used = self.uses;
            entry.idle = false;
            if entry.is_valid(now_s) {
                let credentials = entry.session.credentials.clone();
                let renew = entry.is_worth_a_try(now_s) && !self.being_made.contains_key(&name);
                if renew {
                    self.being_made.insert(name, Vec::new());
                }
                return Found::Ready { credentials, renew };
            }
        }
        let (waiter, answer) = oneshot::channel();
        let make = !self.being_made.contains_key(&name);
        self.being_made.entry(name).or_default().push(waiter);
        Found::Later { answer, make }
    }

    /// Takes down how the making of a session ended. What cannot be made again stays for as long as it is good.
    pub fn made(
        &mut self,
        name: SessionName,
        bucket: &Arc<Bucket>,
        outcome: Result<Session<C>>,
        now_s: u64,
    ) -> Ended<C> {
        let mut ended =
            Ended { waiters: self.being_made.remove(&name).unwrap_or_default(), gone: Vec::new() };
        let known = self.entries.get_mut(&name);
        match (outcome, known) {
            (Ok(session), Some(entry)) => {
                let entry_now = Entry { session, bucket: bucket.clone(), tried_s: now_s, ..*entry };
                ended.gone.push(std::mem::replace(entry, entry_now));
            }
            (Ok(session), None) => {
                ended.gone.extend(self.make_room());
                self.uses += 1;
                let bucket = bucket.clone();
                let entry = Entry { session, bucket, tried_s: now_s, used: self.uses, idle: false };
                self.entries.insert(name, entry);
            }
            (Err(_), Some(entry)) if entry.is_valid(now_s) => entry.tried_s = now_s,
            (Err(_), _) => ended.gone.extend(self.entries.remove(&name)),
        }
        ended
    }

    /// Takes out every session that `is_it` knows.
    #[must_use]
    pub fn forget(&mut self, is_it: impl Fn(&C) -> bool) -> Vec<Entry<C>> {
        let found = self.entries.extract_if(|_, entry| is_it(&entry.session.credentials));
        found.map(|(_, entry)| entry).collect()
    }

    /// Whether a scan would find anything.
    pub fn has_ending(&self, now_s: u64) -> bool {
        self.entries.values().any(|entry| entry.ends_soon(now_s))
    }

    /// Goes through the sessions that end soon: those in use are to be made anew, those that nobody has used since the
    /// last time are let go. `name` says what a bucket's session is called under the credentials at hand; a session
    /// made with others is left to whoever uses it next.
    pub fn scan(&mut self, now_s: u64, name: impl Fn(&Bucket) -> SessionName) -> Scan<C> {
        let ending = self.entries.iter().filter(|(_, entry)| entry.ends_soon(now_s));
        let mut ending: Vec<_> = ending.map(|(name, entry)| (entry.used, *name)).collect();
        ending.sort_unstable_by_key(|(used, _)| *used);
        let mut scan = Scan { renew: Vec::new(), gone: Vec::new() };
        for (_, known) in ending {
            let Some(entry) = self.entries.get_mut(&known) else { continue };
            let own = name(&entry.bucket) == known;
            if entry.idle || !own && !entry.is_valid(now_s) {
                scan.gone.extend(self.entries.remove(&known));
                continue;
            }
            entry.idle = true;
            if own && !self.being_made.contains_key(&known) {
                self.being_made.insert(known, Vec::new());
                scan.renew.push((known, entry.bucket.clone()));
            }
        }
        scan
    }

    fn make_room(&mut self) -> Option<Entry<C>> {
        if self.entries.len() < CAPACITY {
            return None;
        }
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
        let name = oldest.map(|(name, _)| *name)?;
        self.entries.remove(&name)
    }
}

#[cfg(test)]
#[path = "session_book_tests.rs"]
mod tests;

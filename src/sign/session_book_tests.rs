//! Tests of the book of sessions: who is told to make one, when, and what becomes of those that nobody uses.

use std::sync::Arc;

use crate::error::{Code, Error};
use crate::net::{Headers, Origin};

use super::super::Secrets;
use super::*;

const NOW_S: u64 = 1_700_000_000;
/// What the service grants.
const LIFE_S: u64 = 300;

fn bucket(host: &str) -> Arc<Bucket> {
    let origin = Arc::new(Origin { tls: true, host: host.to_owned(), port: 443 });
    Arc::new(Bucket::new(origin, "r".into(), &Headers::new()))
}

fn name_by(key: &str, bucket: &Bucket) -> SessionName {
    let secrets =
        Secrets { access_key_id: key.as_bytes(), secret_access_key: b"s", session_token: b"" };
    SessionName::new(bucket, secrets)
}

fn name(bucket: &Bucket) -> SessionName {
    name_by("own", bucket)
}

struct Played {
    book: Book<String>,
}

impl Played {
    fn new() -> Self {
        Self { book: Book::default() }
    }

    /// What a request gets at once: the credentials, and what it is told to do.
    fn ask(&mut self, host: &str, now_s: u64) -> (Option<String>, bool) {
        match self.book.find(name(&bucket(host)), now_s) {
            Found::Ready { credentials, renew } => (Some(credentials), renew),
            Found::Later { make, .. } => (None, make),
        }
    }

    fn make(&mut self, host: &str, text: &str, now_s: u64, expires_s: u64) -> Ended<String> {
        let session = Session { credentials: text.to_owned(), expires_s };
        let bucket = bucket(host);
        self.book.made(name(&bucket), &bucket, Ok(session), now_s)
    }

    fn fail(&mut self, host: &str, now_s: u64) -> Ended<String> {
        let bucket = bucket(host);
        self.book.made(name(&bucket), &bucket, Err(Error::new(Code::S3_SLOW_DOWN)), now_s)
    }

    fn scan(&mut self, now_s: u64) -> (usize, usize) {
        let scan = self.book.scan(now_s, name);
        (scan.renew.len(), scan.gone.len())
    }
}

fn ready(text: &str) -> (Option<String>, bool) {
    (Some(text.to_owned()), false)
}

#[test]
fn one_is_made_for_all_who_ask_meanwhile() {
    let mut it = Played::new();
    let answers: Vec<_> = (0..3)
        .map(|turn| match it.book.find(name(&bucket("a")), NOW_S) {
            Found::Later { answer, make } => {
                assert_eq!(make, turn == 0);
                answer
            }
            Found::Ready { .. } => panic!("there is no session yet"),
        })
        .collect();
    assert_eq!(it.ask("b", NOW_S), (None, true), "another one is somebody else's business");
    let ended = it.make("a", "first", NOW_S, NOW_S + LIFE_S);
    assert_eq!(ended.waiters.len(), 3);
    for waiter in ended.waiters {
        waiter.send(Ok("first".to_owned())).expect("still waited for");
    }
    for answer in answers {
        assert_eq!(answer.blocking_recv().expect("told").expect("made"), "first");
    }
    assert_eq!(it.ask("a", NOW_S + 1), ready("first"));
}

#[test]
fn a_session_is_good_until_shortly_before_its_end() {
    let mut it = Played::new();
    let _ = it.make("a", "first", NOW_S, NOW_S + LIFE_S);
    assert_eq!(it.ask("a", NOW_S + LIFE_S - LEAST_S - 1).0.as_deref(), Some("first"));
    let mut it = Played::new();
    let _ = it.make("a", "first", NOW_S, NOW_S + LIFE_S);
    assert_eq!(it.ask("a", NOW_S + LIFE_S - LEAST_S), (None, true));
    // One that has ended already serves those who waited for it, and nobody else.
    let _ = it.make("a", "ended", NOW_S + LIFE_S, NOW_S);
    assert_eq!(it.ask("a", NOW_S + LIFE_S), (None, true));
}

#[test]
fn failures_are_not_kept() {
    let mut it = Played::new();
    assert_eq!(it.ask("a", NOW_S), (None, true));
    assert_eq!(it.fail("a", NOW_S).waiters.len(), 1);
    assert_eq!(it.ask("a", NOW_S), (None, true));
}

#[test]
fn what_the_service_refuses_is_forgotten_and_nothing_else() {
    let mut it = Played::new();
    for (host, text) in [("a", "a1"), ("b", "b1")] {
        let _ = it.make(host, text, NOW_S, NOW_S + LIFE_S);
    }
    assert_eq!(it.book.forget(|session| session == "a1").len(), 1);
    assert_eq!(it.ask("a", NOW_S), (None, true));
    let _ = it.make("a", "a2", NOW_S, NOW_S + LIFE_S);
    assert!(it.book.forget(|session| session == "a1").is_empty(), "told late");
    assert_eq!((it.ask("a", NOW_S), it.ask("b", NOW_S)), (ready("a2"), ready("b1")));
}

#[test]
fn use_near_the_end_renews_once_and_failures_do_not_take_what_is_good() {
    let mut it = Played::new();
    let end_s = NOW_S + LIFE_S;
    let _ = it.make("a", "first", NOW_S, end_s);
    assert_eq!(it.ask("a", end_s - SOON_S - 1), ready("first"));
    assert_eq!(it.ask("a", end_s - SOON_S), (Some("first".to_owned()), true));
    assert_eq!(it.ask("a", end_s - SOON_S), ready("first"), "under way already");
    assert!(it.fail("a", end_s - SOON_S).gone.is_empty());
    assert_eq!(it.ask("a", end_s - SOON_S), ready("first"), "tried just now");
    assert_eq!(it.ask("a", end_s - SOON_S / 2), (Some("first".to_owned()), true));
    let ended = it.make("a", "second", end_s - SOON_S / 2, end_s + LIFE_S);
    assert_eq!(ended.gone.len(), 1);
    assert_eq!(it.ask("a", end_s), ready("second"));
}

#[test]
fn short_sessions_are_not_renewed_with_every_request() {
    let mut it = Played::new();
    let _ = it.make("a", "short", NOW_S, NOW_S + 30);
    assert_eq!(it.ask("a", NOW_S), ready("short"));
    assert_eq!(it.ask("a", NOW_S + 14), ready("short"));
    assert_eq!(it.ask("a", NOW_S + 15), (Some("short".to_owned()), true));
}

#[test]
fn scans_renew_what_was_used_and_drop_what_was_not() {
    let mut it = Played::new();
    let end_s = NOW_S + LIFE_S;
    let _ = it.make("used", "u1", NOW_S, end_s);
    let _ = it.make("left", "l1", NOW_S + 1, end_s);
    assert!(!it.book.has_ending(end_s - SOON_S - 1));
    assert_eq!(it.scan(end_s - SOON_S - 1), (0, 0));
    assert!(it.book.has_ending(end_s - SOON_S));
    assert_eq!(it.scan(end_s - SOON_S), (2, 0));
    assert_eq!(it.ask("used", end_s - 50), ready("u1"));
    let _ = it.make("used", "u2", end_s - 49, end_s + LIFE_S);
    let _ = it.make("left", "l2", end_s - 49, end_s + LIFE_S);
    assert_eq!(it.ask("used", end_s), ready("u2"));
    // The next time round, one of them has been used since.
    assert_eq!(it.scan(end_s + LIFE_S - SOON_S), (1, 1));
    assert_eq!(it.ask("left", end_s + LIFE_S - 50), (None, true));
}

#[test]
fn scans_begin_with_what_was_used_longest_ago() {
    let mut it = Played::new();
    for host in ["a", "b", "c"] {
        let _ = it.make(host, host, NOW_S, NOW_S + LIFE_S);
    }
    let _ = it.ask("a", NOW_S);
    let scan = it.book.scan(NOW_S + LIFE_S - SOON_S, name);
    let hosts: Vec<_> = scan.renew.iter().map(|(_, bucket)| &bucket.origin.host[..]).collect();
    assert_eq!(hosts, ["b", "c", "a"]);
}

#[test]
fn sessions_under_other_credentials_do_not_end_a_scan() {
    let mut it = Played::new();
    let end_s = NOW_S + LIFE_S;
    let theirs = bucket("theirs");
    let session = Session { credentials: "theirs".to_owned(), expires_s: end_s };
    let their_name = name_by("other", &theirs);
    let _ = it.book.made(their_name, &theirs, Ok(session), NOW_S);
    let _ = it.make("own", "own", NOW_S, end_s);
    assert_eq!(it.scan(end_s - SOON_S), (1, 0));
    // Still good, and renewed by whoever uses it.
    let found = it.book.find(their_name, end_s - 50);
    assert!(matches!(found, Found::Ready { renew: true, .. }));
    let _ = it.book.made(their_name, &theirs, Err(Error::new(Code::OOM)), end_s - 50);
    assert_eq!(it.scan(end_s), (0, 2), "both have ended, one is being made and one is not ours");
}

#[test]
fn the_one_not_used_for_longest_makes_room() {
    let mut it = Played::new();
    for number in 0..CAPACITY {
        let _ = it.make(&number.to_string(), "x", NOW_S, NOW_S + LIFE_S);
    }
    assert_eq!(it.ask("0", NOW_S), ready("x"));
    assert_eq!(it.make("one more", "x", NOW_S, NOW_S + LIFE_S).gone.len(), 1);
    assert_eq!(it.ask("0", NOW_S), ready("x"));
    assert_eq!(it.ask("1", NOW_S), (None, true));
    assert_eq!(it.book.entries.len(), CAPACITY);
}

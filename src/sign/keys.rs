//! Keys derived from credentials, kept because deriving costs more than signing with them.
//!
//! A SigV4 key is good for one day, region and service; a SigV4a key for as long as the credentials. A client keeps the
//! keys of all its requests together, whatever signing configurations they bring. What nobody has signed with for some
//! minutes goes, and so does what was used least recently when there are too many.

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use crate::sync::Mutex;
use aws_lc_rs::hmac;
use aws_sigv4::sign::{v4, v4a};
use zeroize::Zeroizing;

use super::signature::{Scope, push_hex};
use crate::error::Result;

/// Enough for the tenants of a busy program, or for a session with every bucket.
const CAPACITY: usize = 256;

/// A key that was not used between so many calls of [`Keys::age`] goes.
const LIFE: u32 = 5;

/// A key as it is used: the symmetric one has its share of the hashing done already. Both are wiped when they go, the
/// symmetric one by who made it.
enum Key {
    Symmetric(Box<hmac::Key>),
    Asymmetric(Box<Zeroizing<[u8; 32]>>),
}

/// Two keyed hashes of everything that a key depends on, so that no secret is kept that is not needed.
type Name = [u64; 2];

/// A key, or the place where the first who needs it puts it while others wait.
type Place = Arc<OnceLock<Key>>;

struct Entry {
    name: Name,
    place: Place,
    /// How often [`Keys::age`] was called since it was used.
    age: u32,
}

/// Derived keys.
#[derive(Default)]
pub struct Keys {
    /// The last used one first.
    entries: Mutex<VecDeque<Entry>>,
    hashers: [RandomState; 2],
}

impl Keys {
    /// Signs with the key for these credentials and this scope, and appends that in lower-case hexadecimal.
    pub(super) fn sign(
        &self,
        scope: &Scope<'_>,
        now: SystemTime,
        string_to_sign: &[u8],
        into: &mut Vec<u8>,
    ) -> Result<()> {
        let place = self.place(self.name(scope));
        if place.get().is_none() {
            scope.check()?;
        }
        match place.get_or_init(|| derive(scope, now)) {
            Key::Symmetric(key) => push_hex(into, hmac::sign(key, string_to_sign).as_ref()),
            Key::Asymmetric(key) => {
                into.extend_from_slice(
                    v4a::calculate_signature(&key[..], string_to_sign).as_bytes(),
                );
            }
        }
        Ok(())
    }

    /// To be called once a minute: forgets what was not used for some of them.
    pub fn age(&self) {
        self.entries.lock().retain_mut(|entry| {
            entry.age += 1;
            entry.age < LIFE
        });
    }

    /// How many there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.entries.lock().len()
    }

    fn name(&self, scope: &Scope<'_>) -> Name {
        let bound = |fact| if scope.asymmetric { &b""[..] } else { fact };
        let facts = [
            scope.access_key_id,
            scope.secret_access_key,
            bound(scope.date),
            bound(scope.region),
            bound(scope.service),
        ];
        // Where one ends and the next begins.
        let lengths = facts.map(|fact| (fact.len() as u64).to_ne_bytes());
        self.hashers.each_ref().map(|hasher| {
            let mut hasher = hasher.build_hasher();
            hasher.write(lengths.as_flattened());
            facts.iter().for_each(|fact| hasher.write(fact));
            hasher.write_u8(u8::from(scope.asymmetric));
            hasher.finish()
        })
    }

    fn place(&self, name: Name) -> Place {
        let mut entries = self.entries.lock();
        let known = entries.iter().position(|entry| entry.name == name);
        let mut entry = match known.and_then(|at| entries.remove(at)) {
            Some(entry) => entry,
            None => Entry { name, place: Place::default(), age: 0 },
        };
        entry.age = 0;
        let place = entry.place.clone();
        entries.push_front(entry);
        entries.truncate(CAPACITY);
        place
    }
}

/// The scope has been checked.
fn derive(scope: &Scope<'_>, now: SystemTime) -> Key {
    let text = |bytes| str::from_utf8(bytes).unwrap_or_default();
    let secret = text(scope.secret_access_key);
    if scope.asymmetric {
        // In its place before it is filled, so that no copy of it is left behind.
        let mut key = Box::new(Zeroizing::new([0; 32]));
        let derived = v4a::generate_signing_key(text(scope.access_key_id), secret);
        key.copy_from_slice(derived.as_ref());
        return Key::Asymmetric(key);
    }
    let derived = v4::generate_signing_key(secret, now, text(scope.region), text(scope.service));
    Key::Symmetric(Box::new(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::UNIX_EPOCH;

    use super::*;

    fn scope<'a>(secret: &'a str, asymmetric: bool) -> Scope<'a> {
        Scope {
            access_key_id: b"AKID",
            secret_access_key: secret.as_bytes(),
            date: b"19700101",
            region: b"us-east-1",
            service: b"s3",
            asymmetric,
        }
    }

    fn signature(keys: &Keys, scope: &Scope<'_>) -> Vec<u8> {
        let mut signature = Vec::new();
        keys.sign(scope, UNIX_EPOCH, b"text", &mut signature).unwrap();
        signature
    }

    /// Signs with a key, and tells which one that was.
    fn sign(keys: &Keys, scope: &Scope<'_>) -> Place {
        keys.sign(scope, UNIX_EPOCH, b"text", &mut Vec::new()).unwrap();
        let entries = keys.entries.lock();
        entries[0].place.clone()
    }

    #[test]
    fn keys_are_kept_and_told_apart() {
        let keys = Keys::default();
        let signature = |scope: &Scope<'_>| signature(&keys, scope);
        let first = sign(&keys, &scope("a", false));
        assert!(Arc::ptr_eq(&sign(&keys, &scope("a", false)), &first));
        assert_eq!(keys.entries.lock().len(), 1);
        assert_ne!(signature(&scope("b", false)), signature(&scope("a", false)));
        assert_ne!(signature(&scope("a", true)), signature(&scope("a", false)));
        assert_eq!(keys.entries.lock().len(), 3);
    }

    #[test]
    fn another_secret_day_region_or_service_has_another_key() {
        let base = scope("a", false);
        let keys = Keys::default();
        let first = sign(&keys, &base);
        let others = [
            Scope { secret_access_key: b"b", ..base },
            Scope { date: b"19700102", ..base },
            Scope { region: b"us-west-2", ..base },
            Scope { service: b"s3express", ..base },
        ];
        for (number, other) in others.iter().enumerate() {
            assert!(!Arc::ptr_eq(&sign(&keys, other), &first));
            assert_eq!(keys.entries.lock().len(), number + 2);
        }
        assert!(Arc::ptr_eq(&sign(&keys, &base), &first));
    }

    #[test]
    fn every_part_of_the_scope_names_a_key() {
        let base = scope("a", false);
        let others = [
            Scope { access_key_id: b"AKI", secret_access_key: b"Da", ..base },
            Scope { date: b"19700102", ..base },
            Scope { region: b"us-east-", service: b"1s3", ..base },
            Scope { asymmetric: true, ..base },
        ];
        let keys = Keys::default();
        let name = |scope: &Scope<'_>| keys.name(scope);
        assert!(others.iter().all(|other| name(other) != name(&base)));
        let elsewhere = Scope { region: b"*", asymmetric: true, ..base };
        assert_eq!(name(&elsewhere), name(&others[3]));
    }

    #[test]
    fn asymmetric_keys_are_wiped() {
        fn wiped(_: &impl zeroize::ZeroizeOnDrop) {}
        match derive(&scope("a", true), UNIX_EPOCH) {
            Key::Asymmetric(key) => wiped(&*key),
            Key::Symmetric(_) => panic!("an asymmetric key was asked for"),
        }
    }

    #[test]
    fn keys_without_use_go() {
        let keys = Keys::default();
        let (used, unused) = (scope("used", false), scope("unused", true));
        let (first, gone) = (sign(&keys, &used), Arc::downgrade(&sign(&keys, &unused)));
        for _ in 1..LIFE {
            keys.age();
            assert!(Arc::ptr_eq(&sign(&keys, &used), &first));
            assert_eq!(gone.strong_count(), 1);
        }
        keys.age();
        assert_eq!(gone.strong_count(), 0, "nobody has it any more");
        assert!(Arc::ptr_eq(&sign(&keys, &used), &first));
        assert_eq!(keys.entries.lock().len(), 1);
        (0..LIFE).for_each(|_| keys.age());
        assert!(keys.entries.lock().is_empty());
    }

    #[test]
    fn tenants_in_turn_keep_their_keys() {
        let keys = Keys::default();
        let tenants: Vec<_> = (0..20).map(|number| format!("tenant {number}")).collect();
        let all = || tenants.iter().map(|it| sign(&keys, &scope(it, false))).collect::<Vec<_>>();
        let first = all();
        for _ in 0..3 {
            assert!(all().iter().zip(&first).all(|(one, other)| Arc::ptr_eq(one, other)));
        }
    }

    #[test]
    fn there_are_not_too_many() {
        let keys = Keys::default();
        let often = sign(&keys, &scope("often", false));
        for secret in 0..2 * CAPACITY {
            sign(&keys, &scope(&secret.to_string(), false));
            assert!(Arc::ptr_eq(&sign(&keys, &scope("often", false)), &often));
        }
        assert_eq!(keys.entries.lock().len(), CAPACITY);
    }

    #[test]
    fn threads_derive_a_key_once() {
        const THREADS: usize = 8;
        let (keys, begin) = (Keys::default(), Barrier::new(THREADS));
        let derived = AtomicUsize::new(0);
        let work = || {
            begin.wait();
            let place = keys.place(keys.name(&scope("a", true)));
            place.get_or_init(|| {
                derived.fetch_add(1, Ordering::Relaxed);
                derive(&scope("a", true), UNIX_EPOCH)
            });
            signature(&keys, &scope("a", false))
        };
        let signatures: Vec<_> = std::thread::scope(|threads| {
            let all: Vec<_> = (0..THREADS).map(|_| threads.spawn(work)).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(derived.into_inner(), 1);
        assert!(signatures.iter().all(|it| *it == signatures[0]));
        assert_eq!(keys.entries.lock().len(), 2);
    }
}

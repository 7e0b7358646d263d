//! Keys derived from credentials, kept because deriving costs more than signing with them.
//!
//! A SigV4 key is good for one day, region and service; a SigV4a key for as long as the credentials. The cache is
//! small and forgets the oldest: a client signs with one set of credentials, or with one session per bucket.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::SystemTime;

use crate::sync::Mutex;
use aws_lc_rs::hmac;
use aws_sigv4::sign::{v4, v4a};

use super::signature::{Scope, hex};

const CAPACITY: usize = 16;

/// A key as it is used: the symmetric one has its share of the hashing done already.
enum Key {
    Symmetric(Box<hmac::Key>),
    Asymmetric([u8; 32]),
}

/// Two keyed hashes of everything that a key depends on, so that no secret is kept that is not needed.
type Name = [u64; 2];

/// Newest first.
type Entries = VecDeque<(Name, Arc<Key>)>;

/// Derived keys of one configuration; clones share them.
#[derive(Clone, Default)]
pub(super) struct KeyCache {
    entries: Arc<Mutex<Entries>>,
    hashers: [RandomState; 2],
}

impl KeyCache {
    /// Signs with the key for these credentials and this scope, in lower-case hexadecimal.
    pub fn signature(&self, scope: &Scope<'_>, now: SystemTime, string_to_sign: &[u8]) -> String {
        match &*self.key(scope, now) {
            Key::Symmetric(key) => hex(hmac::sign(key, string_to_sign).as_ref()),
            Key::Asymmetric(key) => v4a::calculate_signature(key, string_to_sign),
        }
    }

    fn name(&self, scope: &Scope<'_>) -> Name {
        let bound = (!scope.asymmetric).then_some((scope.date, scope.region, scope.service));
        let facts = (scope.access_key_id, scope.secret_access_key, bound);
        self.hashers.each_ref().map(|hasher| hasher.hash_one(facts))
    }

    fn key(&self, scope: &Scope<'_>, now: SystemTime) -> Arc<Key> {
        let name = self.name(scope);
        let known = |entries: &Entries| {
            entries.iter().find(|(known, _)| *known == name).map(|(_, key)| key.clone())
        };
        if let Some(key) = known(&self.entries.lock()) {
            return key;
        }
        let key = Arc::new(derive(scope, now));
        let mut entries = self.entries.lock();
        if known(&entries).is_none() {
            entries.truncate(CAPACITY - 1);
            entries.push_front((name, key.clone()));
        }
        key
    }
}

fn derive(scope: &Scope<'_>, now: SystemTime) -> Key {
    if scope.asymmetric {
        let mut key = [0; 32];
        let derived = v4a::generate_signing_key(scope.access_key_id, scope.secret_access_key);
        key.copy_from_slice(derived.as_ref());
        return Key::Asymmetric(key);
    }
    let derived =
        v4::generate_signing_key(scope.secret_access_key, now, scope.region, scope.service);
    Key::Symmetric(Box::new(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn scope<'a>(secret: &'a str, asymmetric: bool) -> Scope<'a> {
        Scope {
            access_key_id: "AKID",
            secret_access_key: secret,
            date: "19700101",
            region: "us-east-1",
            service: "s3",
            asymmetric,
        }
    }

    #[test]
    fn keys_are_kept_and_told_apart() {
        let cache = KeyCache::default();
        let sign = |scope: &Scope<'_>| cache.signature(scope, UNIX_EPOCH, b"text");
        let first = cache.key(&scope("a", false), UNIX_EPOCH);
        assert!(Arc::ptr_eq(&cache.key(&scope("a", false), UNIX_EPOCH), &first));
        assert_eq!(cache.entries.lock().len(), 1);
        assert_ne!(sign(&scope("b", false)), sign(&scope("a", false)));
        assert_ne!(sign(&scope("a", true)), sign(&scope("a", false)));
        assert_eq!(cache.clone().entries.lock().len(), 3);
    }

    #[test]
    fn every_part_of_the_scope_names_a_key() {
        let base = scope("a", false);
        let others = [
            Scope { access_key_id: "AKI", secret_access_key: "Da", ..base },
            Scope { date: "19700102", ..base },
            Scope { region: "us-east-", service: "1s3", ..base },
            Scope { asymmetric: true, ..base },
        ];
        let cache = KeyCache::default();
        let name = |scope: &Scope<'_>| cache.name(scope);
        assert!(others.iter().all(|other| name(other) != name(&base)));
        let elsewhere = Scope { region: "*", asymmetric: true, ..base };
        assert_eq!(name(&elsewhere), name(&others[3]));
    }

    #[test]
    fn the_cache_is_bounded() {
        let cache = KeyCache::default();
        for secret in 0..100 {
            cache.key(&scope(&secret.to_string(), false), UNIX_EPOCH);
        }
        assert_eq!(cache.entries.lock().len(), CAPACITY);
    }
}

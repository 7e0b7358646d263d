//! Keys derived from credentials, kept because deriving costs more than signing with them.
//!
//! A SigV4 key is good for one day, region and service; a SigV4a key for as long as the credentials. The cache is
//! small and forgets the oldest: a client signs with one set of credentials, or with one session per bucket.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use aws_lc_rs::digest::{Context, SHA256};
use aws_sigv4::sign::{v4, v4a};
use parking_lot::Mutex;

use super::signature::Scope;

const CAPACITY: usize = 16;

type Key = [u8; 32];

/// Digest of everything that a key depends on, so that no secret is kept that is not needed.
type Name = [u8; 32];

/// Newest first.
type Entries = VecDeque<(Name, Key)>;

/// Derived keys of one configuration; clones share them.
#[derive(Clone, Default)]
pub(super) struct KeyCache {
    entries: Arc<Mutex<Entries>>,
}

impl KeyCache {
    /// Signs with the key for these credentials and this scope, in lower-case hexadecimal.
    pub fn signature(&self, scope: &Scope<'_>, now: SystemTime, string_to_sign: &[u8]) -> String {
        let key = self.key(scope, now);
        match scope.asymmetric {
            true => v4a::calculate_signature(key, string_to_sign),
            false => v4::calculate_signature(key, string_to_sign),
        }
    }

    fn key(&self, scope: &Scope<'_>, now: SystemTime) -> Key {
        let name = name(scope);
        let known = |entries: &Entries| {
            entries.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
        };
        if let Some(key) = known(&self.entries.lock()) {
            return key;
        }
        let key = derive(scope, now);
        let mut entries = self.entries.lock();
        if known(&entries).is_none() {
            entries.truncate(CAPACITY - 1);
            entries.push_front((name, key));
        }
        key
    }
}

fn derive(scope: &Scope<'_>, now: SystemTime) -> Key {
    let mut key = [0; 32];
    let copy = |key: &mut Key, derived: &[u8]| key.copy_from_slice(derived);
    if scope.asymmetric {
        copy(
            &mut key,
            v4a::generate_signing_key(scope.access_key_id, scope.secret_access_key).as_ref(),
        );
    } else {
        let derived =
            v4::generate_signing_key(scope.secret_access_key, now, scope.region, scope.service);
        copy(&mut key, derived.as_ref());
    }
    key
}

fn name(scope: &Scope<'_>) -> Name {
    let mut context = Context::new(&SHA256);
    let (date, region, service) =
        if scope.asymmetric { ("", "", "") } else { (scope.date, scope.region, scope.service) };
    for field in [scope.access_key_id, scope.secret_access_key, date, region, service] {
        context.update(&(field.len() as u64).to_le_bytes());
        context.update(field.as_bytes());
    }
    context.update(&[u8::from(scope.asymmetric)]);
    let mut name = [0; 32];
    name.copy_from_slice(context.finish().as_ref());
    name
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
        let first = cache.key(&scope("a", false), UNIX_EPOCH);
        assert_eq!(cache.key(&scope("a", false), UNIX_EPOCH), first);
        assert_eq!(cache.entries.lock().len(), 1);
        assert_ne!(cache.key(&scope("b", false), UNIX_EPOCH), first);
        assert_ne!(cache.key(&scope("a", true), UNIX_EPOCH), first);
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

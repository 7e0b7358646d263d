//! The `User-Agent` that every request carries: the caller's words, the product, the platform and feature ids.
//!
//! The layout is that of `s3_util.c: aws_s3_init_user_agent_header_cached` (aws-c-s3 v1.5.1).

use crate::sync::Mutex;
use bytes::Bytes;

const PRODUCT: &str = concat!("CRTS3NativeClient/", env!("CARGO_PKG_VERSION"));

/// What the ids of the metrics section stand for, in the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    PartSize,
    ThroughputTarget,
    MemoryLimit,
    InstanceType,
    FilePath,
    CustomPool,
    FirstRequest,
}

impl Feature {
    fn id(self) -> &'static str {
        match self {
            Self::PartSize => "AX",
            Self::ThroughputTarget => "AY",
            Self::MemoryLimit => "AZ",
            Self::InstanceType => "Aa",
            Self::FilePath => "Ab",
            Self::CustomPool => "Aj",
            Self::FirstRequest => "Al",
        }
    }
}

/// The header values of one meta request, which may mark its first request.
#[derive(Debug, Default)]
pub struct UserAgent {
    first: Mutex<Option<Bytes>>,
    value: Bytes,
}

impl UserAgent {
    /// From the caller's own value, if there was one.
    pub fn new(caller: &[u8], instance_type: &str, features: &[Feature]) -> Self {
        let mark = |feature: &&Feature| **feature != Feature::FirstRequest;
        let lasting: Vec<Feature> = features.iter().filter(mark).copied().collect();
        let marked = lasting.len() < features.len();
        let first = marked.then(|| user_agent(caller, instance_type, features));
        Self { first: Mutex::new(first), value: user_agent(caller, instance_type, &lasting) }
    }

    /// The same value for all requests.
    pub fn plain(value: Bytes) -> Self {
        Self { first: Mutex::default(), value }
    }

    /// The value for the next request; attempts of one request share theirs.
    pub fn next(&self) -> Bytes {
        self.first.lock().take().unwrap_or_else(|| self.value.clone())
    }
}

/// Builds the header value from the caller's own, if there was one.
pub fn user_agent(caller: &[u8], instance_type: &str, features: &[Feature]) -> Bytes {
    let caller = String::from_utf8_lossy(caller);
    let mut words: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for word in caller.split(' ') {
        match word.strip_prefix("m/") {
            Some(list) => ids.extend(Some(list.trim_matches(',')).filter(|list| !list.is_empty())),
            None => words.push(word),
        }
    }
    let mut features = features.to_vec();
    features.sort_unstable();
    features.dedup();
    ids.extend(features.iter().map(|feature| feature.id()));

    let mut value = words.join(" ");
    if !value.is_empty() {
        value.push(' ');
    }
    let platform = if instance_type.is_empty() { "unknown" } else { instance_type };
    value.push_str(&format!("{PRODUCT} platform/{platform}"));
    if !ids.is_empty() {
        value.push_str(" m/");
        value.push_str(&ids.join(","));
    }
    Bytes::from(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(caller: &str, platform: &str, features: &[Feature]) -> String {
        let value = user_agent(caller.as_bytes(), platform, features);
        String::from_utf8(value.to_vec()).expect("made of text").replace(PRODUCT, "P")
    }

    #[test]
    fn caller_words_come_first_and_metrics_last() {
        assert_eq!(value("", "", &[]), "P platform/unknown");
        assert_eq!(value("a/1 b", "p5.48xlarge", &[]), "a/1 b P platform/p5.48xlarge");
        let features = [Feature::CustomPool, Feature::PartSize];
        assert_eq!(value("a m/X,Y, b m/,", "", &features), "a b P platform/unknown m/X,Y,AX,Aj");
    }

    #[test]
    fn only_the_first_request_is_marked() {
        let features = [Feature::FirstRequest, Feature::PartSize];
        let marked = UserAgent::new(b"a", "", &features);
        let plain = UserAgent::new(b"a", "", &features[1..]);
        assert_eq!(marked.next(), user_agent(b"a", "", &features));
        for _ in 0..2 {
            assert_eq!(marked.next(), user_agent(b"a", "", &features[1..]));
            assert_eq!(plain.next(), marked.next());
        }
    }

    #[test]
    fn only_the_lower_case_section_is_taken_out() {
        assert_eq!(value("M/X m/", "", &[]), "M/X P platform/unknown");
    }
}

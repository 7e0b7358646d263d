//! What one attempt of one HTTP request did and when. `aws_s3_request_metrics` is a reference to one of these.
//!
//! They are taken down in a [`Record`], which is empty where nobody has asked for them: no clock is read then.
//!
//! Times are nanoseconds of [`crate::clock::monotonic_ns`]. A missing value is `None`; the getters of the C API turn
//! that into `AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE`.

use bytes::Bytes;

use super::{Operation, RequestKind};
use crate::error::Code;
use crate::net;

/// A start, and an end that may not have been reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start_ns: Option<u64>,
    pub end_ns: Option<u64>,
}

impl Span {
    pub fn duration_ns(self) -> Option<u64> {
        Some(self.end_ns?.saturating_sub(self.start_ns?))
    }
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct Metrics {
    pub kind: RequestKind,
    pub operation: Operation,
    pub attempt: u32,
    pub error: Code,
    pub part_number: u32,
    /// First and last byte of the part; both 0 for a request that is no part.
    pub range: (u64, u64),
    pub total: Span,
    pub first_attempt_start_ns: u64,
    pub last_attempt_end_ns: Option<u64>,
    pub signing: Span,
    pub memory: Span,
    pub pooled: bool,
    pub connecting: Span,
    pub retry_delay: Span,
    pub sending: Span,
    pub receiving: Span,
    pub delivery: Span,
    pub status: Option<u16>,
    pub headers: Option<Vec<(Bytes, Bytes)>>,
    /// How many of them were looked at before one of them ended the attempt.
    pub headers_seen: usize,
    pub path_query: Option<Bytes>,
    pub host: Option<Bytes>,
    pub is_https: bool,
    pub connections: net::Numbers,
    pub ip_address: Option<String>,
    pub connection_id: Option<usize>,
    /// The same for all attempts of a request.
    pub request_id: usize,
    pub thread_id: Option<u64>,
    pub stream_id: Option<u32>,
}

/// What is taken down of one attempt, if anybody wants to know.
#[derive(Default)]
pub struct Record(Option<Box<Metrics>>);

impl Record {
    pub fn of(metrics: Metrics) -> Self {
        Self(Some(Box::new(metrics)))
    }

    /// Takes something down; what has to be found out for that is found out in `note`.
    pub fn note(&mut self, note: impl FnOnce(&mut Metrics)) {
        if let Some(metrics) = &mut self.0 {
            note(metrics);
        }
    }

    pub fn into_metrics(self) -> Option<Box<Metrics>> {
        self.0
    }

    /// Goes on with another attempt, after a delay that ends now; what comes back is the record of this one, which was
    /// not the last.
    pub fn next_attempt(&mut self, now_ns: u64) -> Self {
        let next = self.0.as_ref().map(|last| {
            let mut next = Metrics::new(last.kind, last.operation.clone(), last.request_id);
            next.attempt = last.attempt + 1;
            next.first_attempt_start_ns = last.first_attempt_start_ns;
            next.retry_delay = Span { start_ns: last.last_attempt_end_ns, end_ns: Some(now_ns) };
            Box::new(next)
        });
        let mut before = std::mem::replace(self, Self(next));
        before.note(|metrics| metrics.last_attempt_end_ns = None);
        before
    }
}

impl Metrics {
    pub fn new(kind: RequestKind, operation: Operation, request_id: usize) -> Self {
        Self {
            kind,
            operation,
            attempt: 0,
            error: Code::SUCCESS,
            part_number: 0,
            range: (0, 0),
            total: Span::default(),
            first_attempt_start_ns: 0,
            last_attempt_end_ns: None,
            signing: Span::default(),
            memory: Span::default(),
            pooled: false,
            connecting: Span::default(),
            retry_delay: Span::default(),
            sending: Span::default(),
            receiving: Span::default(),
            delivery: Span::default(),
            status: None,
            headers: None,
            headers_seen: usize::MAX,
            path_query: None,
            host: None,
            is_https: false,
            connections: net::Numbers::default(),
            ip_address: None,
            connection_id: None,
            request_id,
            thread_id: None,
            stream_id: None,
        }
    }

    /// A response header by its lower-case name, letter case included: S3 sends the id headers in lower case.
    pub fn response_header(&self, name: &str) -> Option<&Bytes> {
        let headers = self.headers.as_ref()?;
        headers
            .iter()
            .take(self.headers_seen)
            .find(|(key, _)| key.as_ref() == name.as_bytes())
            .map(|(_, value)| value)
    }

    /// A number for all attempts of the request; `None` before there was a message.
    pub fn request_pointer(&self) -> Option<usize> {
        Some(if self.path_query.is_some() { self.request_id } else { 0 })
    }

    /// From asking for a connection to the first byte of the response.
    pub fn service_call_duration_ns(&self) -> Option<u64> {
        let asked = self.connecting.start_ns?;
        Some(self.receiving.start_ns?.saturating_sub(asked))
    }

    /// Closes the attempt; `last` when no other attempt follows.
    pub fn end(&mut self, now_ns: u64, last: bool) {
        self.total.end_ns = Some(now_ns);
        self.last_attempt_end_ns = last.then_some(now_ns);
    }

    pub fn all_attempts_duration_ns(&self) -> Option<u64> {
        Some(self.last_attempt_end_ns?.saturating_sub(self.first_attempt_start_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_both_ends() {
        let mut span = Span { start_ns: Some(5), end_ns: None };
        assert_eq!(span.duration_ns(), None);
        span.end_ns = Some(12);
        assert_eq!(span.duration_ns(), Some(7));
    }

    #[test]
    fn only_the_last_attempt_knows_its_end() {
        let mut metrics = Metrics::new(RequestKind::GetObject, "GetObject".into(), 1);
        metrics.first_attempt_start_ns = 10;
        metrics.end(30, false);
        assert_eq!(metrics.all_attempts_duration_ns(), None);
        metrics.end(40, true);
        assert_eq!(metrics.all_attempts_duration_ns(), Some(30));
        assert_eq!(metrics.total.end_ns, Some(40));
    }

    #[test]
    fn nothing_is_found_out_for_nobody() {
        let mut record = Record::default();
        record.note(|_| panic!("nobody has asked"));
        assert!(record.next_attempt(1).into_metrics().is_none());
        assert!(record.into_metrics().is_none());
    }

    #[test]
    fn one_attempt_follows_another() {
        let mut record = Record::of(Metrics::new(RequestKind::GetObject, "GetObject".into(), 7));
        record.note(|metrics| {
            metrics.first_attempt_start_ns = 10;
            metrics.end(30, true);
        });
        let before = record.next_attempt(35).into_metrics().unwrap();
        assert_eq!((before.attempt, before.total.end_ns), (0, Some(30)));
        assert_eq!(before.all_attempts_duration_ns(), None);
        let next = record.into_metrics().unwrap();
        assert_eq!((next.attempt, next.request_id, next.first_attempt_start_ns), (1, 7, 10));
        assert_eq!(next.retry_delay, Span { start_ns: Some(30), end_ns: Some(35) });
    }

    #[test]
    fn id_headers_are_matched_with_letter_case() {
        let mut metrics = Metrics::new(RequestKind::GetObject, "GetObject".into(), 1);
        let header = (Bytes::from_static(b"X-Amz-Request-Id"), Bytes::from_static(b"1"));
        metrics.headers = Some(vec![header]);
        assert!(metrics.response_header("x-amz-request-id").is_none());
    }
}

//! What a client passes on to its meta requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::operation::plan::{MIN_UPLOAD_PART_BYTES, connections_for};
use crate::operation::{Feature, FileIo, Order, UserAgent, user_agent};
use crate::sign::SigningConfig;

pub struct Settings {
    pub region: Bytes,
    pub signing: Arc<SigningConfig>,
    pub part_bytes: u64,
    /// Whether the caller named the part size.
    pub part_size_is_set: bool,
    pub max_part_bytes: u64,
    /// As configured; 0 if not.
    pub multipart_upload_threshold: u64,
    pub throughput_target_gbps: f64,
    pub ideal_connections: u32,
    pub max_active_override: u32,
    pub file_io: Option<FileIo>,
    pub compute_content_md5: bool,
    pub tls_enabled: bool,
    pub enable_s3express: bool,
    pub out_of_order: Option<bool>,
    /// `AWS_CRT_S3_ORDERED_DELIVERY` was set when the client was made.
    pub ordered_by_environment: bool,
    pub instance_type: String,
    pub(super) features: Vec<Feature>,
    pub(super) first_request_made: AtomicBool,
    /// What most meta requests call themselves.
    pub(super) usual_user_agent: OnceLock<Bytes>,
}

impl Settings {
    /// Connections for a meta request with this limit and file options (`aws_s3_client_get_max_active_connections`).
    pub fn max_active(&self, request_override: u32, request_io: Option<FileIo>) -> u32 {
        let mut most = self.ideal_connections;
        for cap in [self.max_active_override, request_override] {
            if cap > 0 {
                most = most.min(cap);
            }
        }
        let streams = |io: &FileIo| io.should_stream && io.disk_throughput_gbps > 0.0;
        match request_io.filter(streams).or(self.file_io.filter(streams)) {
            Some(io) => connections_for(io.disk_throughput_gbps).min(most),
            None => most,
        }
    }

    /// The largest known length that goes up as one request.
    pub fn single_upload_limit(
        &self,
        request_threshold: u64,
        request_part_size: u64,
        final_part_bytes: u64,
    ) -> u64 {
        match (request_threshold, request_part_size, self.multipart_upload_threshold) {
            (threshold @ 1.., ..) => threshold,
            (0, 1.., _) => final_part_bytes,
            (0, 0, threshold @ 1..) => threshold,
            (0, 0, 0) => self.part_bytes.max(MIN_UPLOAD_PART_BYTES),
        }
    }

    /// Joins what the request, the client and the environment say about the order of delivery.
    pub fn order(&self, request: Option<bool>) -> Order {
        let environment = self.ordered_by_environment.then_some(false);
        match request.or(self.out_of_order).or(environment) {
            None => Order::Unstated,
            Some(false) => Order::InOrder,
            Some(true) => Order::OutOfOrder,
        }
    }

    /// The `User-Agent` of the next meta request, from the caller's own words and the features that it has besides
    /// those of the client. Only the first one of a client carries the first mark.
    pub fn user_agent(&self, caller: &[u8], own: &[Feature]) -> UserAgent {
        let made = &self.first_request_made;
        let first = !made.load(Ordering::Acquire) && !made.swap(true, Ordering::AcqRel);
        if caller.is_empty() && own.is_empty() && !first {
            let make = || user_agent(caller, &self.instance_type, &self.features);
            return UserAgent::plain(self.usual_user_agent.get_or_init(make).clone());
        }
        let mut features = self.features.clone();
        features.extend_from_slice(own);
        features.extend(first.then_some(Feature::FirstRequest));
        UserAgent::new(caller, &self.instance_type, &features)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn settings(ideal: u32, cap: u32, file_io: Option<FileIo>) -> Settings {
        Settings {
            region: Bytes::new(),
            signing: Arc::default(),
            part_bytes: 8 << 20,
            part_size_is_set: false,
            max_part_bytes: 1 << 30,
            multipart_upload_threshold: 0,
            throughput_target_gbps: 10.0,
            ideal_connections: ideal,
            max_active_override: cap,
            file_io,
            compute_content_md5: false,
            tls_enabled: true,
            enable_s3express: false,
            out_of_order: None,
            ordered_by_environment: false,
            instance_type: String::new(),
            features: Vec::new(),
            first_request_made: AtomicBool::new(false),
            usual_user_agent: OnceLock::new(),
        }
    }

    #[test]
    fn caps_lower_and_never_raise() {
        for (cap, most) in [(0, 100), (3, 3), (100_000, 100)] {
            assert_eq!(settings(100, cap, None).max_active(0, None), most);
        }
        for (cap, most) in [(0, 5), (2, 2), (100, 5)] {
            assert_eq!(settings(100, 5, None).max_active(cap, None), most);
        }
    }

    #[test]
    fn a_slow_disk_may_leave_one_connection() {
        let disk =
            |gbps| FileIo { should_stream: true, disk_throughput_gbps: gbps, direct_io: false };
        assert_eq!(settings(100, 0, None).max_active(0, Some(disk(0.3))), 1);
        assert_eq!(settings(100, 0, Some(disk(4.0))).max_active(0, None), 10);
        assert_eq!(settings(100, 5, Some(disk(4.0))).max_active(0, None), 5);
    }

    #[test]
    fn thresholds() {
        let mut client = settings(10, 0, None);
        assert_eq!(client.single_upload_limit(20, 10, 10), 20);
        assert_eq!(client.single_upload_limit(0, 10, 16), 16);
        assert_eq!(client.single_upload_limit(0, 0, 0), 8 << 20);
        client.multipart_upload_threshold = 15;
        assert_eq!(client.single_upload_limit(0, 0, 0), 15);
    }

    #[test]
    fn the_request_outranks_client_and_environment() {
        let mut client = settings(10, 0, None);
        assert_eq!(client.order(None), Order::Unstated);
        client.ordered_by_environment = true;
        assert_eq!(client.order(None), Order::InOrder);
        client.out_of_order = Some(true);
        assert_eq!(client.order(None), Order::OutOfOrder);
        assert_eq!(client.order(Some(false)), Order::InOrder);
    }

    #[test]
    fn the_first_mark_is_given_once() {
        let client = settings(10, 0, None);
        let made = |caller: &[u8], features: &[Feature]| user_agent(caller, "", features);
        assert_eq!(client.user_agent(b"", &[]).next(), made(b"", &[Feature::FirstRequest]));
        for (caller, own) in [(&b""[..], &[][..]), (b"a", &[]), (b"", &[Feature::FilePath])] {
            for _ in 0..2 {
                assert_eq!(client.user_agent(caller, own).next(), made(caller, own));
            }
        }
    }
}

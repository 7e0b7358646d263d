//! What is known of the machine: the EC2 instance type and the throughput its family is built for.
//!
//! The table is that of `s3_platform_info.c: s_ec2_instance_type_table` (aws-c-s3 v1.5.1). Detection reads what the
//! firmware says (DMI); only an EC2 machine whose firmware names no product is asked through its metadata service.
//! Whatever is found, or not found, is remembered for the life of the process.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use once_cell::sync::OnceCell;

/// A family of instance types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Family {
    pub name: &'static str,
    /// Network bandwidth of its largest size.
    pub gbps: f64,
    /// Processors of its largest size.
    pub vcpus: u32,
    pub recommended: bool,
}

const fn family(name: &'static str, gbps: f64, vcpus: u32, recommended: bool) -> Family {
    Family { name, gbps, vcpus, recommended }
}

/// Instance types that are tuned for this client, in the order in which they are listed to callers.
pub const RECOMMENDED: [&str; 9] = [
    "trn1n.32xlarge",
    "trn1.32xlarge",
    "p6-b300.48xlarge",
    "p6-b200.48xlarge",
    "p5en.48xlarge",
    "p5e.48xlarge",
    "p5.48xlarge",
    "p4de.24xlarge",
    "p4d.24xlarge",
];

#[rustfmt::skip] // one family a line
const FAMILIES: [Family; 102] = [
    family("trn1n", 800.0, 128, true),
    family("c8in", 600.0, 384, false),
    family("c8gn", 600.0, 192, false),
    family("trn1", 600.0, 128, true),
    family("c8ib", 400.0, 384, false),
    family("p5", 400.0, 192, true),
    family("c8gb", 400.0, 192, false),
    family("g6e", 400.0, 192, false),
    family("p4de", 400.0, 96, true),
    family("p4d", 400.0, 96, true),
    family("dl1", 400.0, 96, false),
    family("p6-b300", 350.0, 192, true),
    family("p6-b200", 200.0, 192, true),
    family("c6in", 200.0, 128, false),
    family("m6in", 200.0, 128, false),
    family("m6idn", 200.0, 128, false),
    family("r6in", 200.0, 128, false),
    family("r6idn", 200.0, 128, false),
    family("c7gn", 200.0, 64, false),
    family("c8id", 100.0, 384, false),
    family("c8i", 100.0, 384, false),
    family("p5en", 100.0, 192, true),
    family("p5e", 100.0, 192, true),
    family("c9gd", 100.0, 192, false),
    family("c9g", 100.0, 192, false),
    family("g6", 100.0, 192, false),
    family("g5", 100.0, 192, false),
    family("inf2", 100.0, 192, false),
    family("x2iedn", 100.0, 128, false),
    family("x2idn", 100.0, 128, false),
    family("m5dn", 100.0, 96, false),
    family("m5n", 100.0, 96, false),
    family("r5dn", 100.0, 96, false),
    family("r5n", 100.0, 96, false),
    family("i3en", 100.0, 96, false),
    family("g4dn", 100.0, 96, false),
    family("inf1", 100.0, 96, false),
    family("c5n", 100.0, 72, false),
    family("c6gn", 100.0, 64, false),
    family("im4gn", 100.0, 64, false),
    family("m5zn", 100.0, 48, false),
    family("x2iezn", 100.0, 48, false),
    family("c8a", 75.0, 192, false),
    family("m8a", 75.0, 192, false),
    family("i4i", 75.0, 128, false),
    family("c8ine", 75.0, 48, false),
    family("d3en", 75.0, 48, false),
    family("c8gd", 50.0, 192, false),
    family("c8g", 50.0, 192, false),
    family("c7i", 50.0, 192, false),
    family("c7a", 50.0, 192, false),
    family("c6a", 50.0, 192, false),
    family("m8g", 50.0, 192, false),
    family("m7i", 50.0, 192, false),
    family("m7a", 50.0, 192, false),
    family("m6a", 50.0, 192, false),
    family("r7i", 50.0, 192, false),
    family("r7a", 50.0, 192, false),
    family("r6a", 50.0, 192, false),
    family("c6id", 50.0, 128, false),
    family("c6i", 50.0, 128, false),
    family("m6id", 50.0, 128, false),
    family("m6i", 50.0, 128, false),
    family("r7iz", 50.0, 128, false),
    family("r6id", 50.0, 128, false),
    family("r6i", 50.0, 128, false),
    family("is4gen", 50.0, 32, false),
    family("c7gd", 30.0, 64, false),
    family("c7g", 30.0, 64, false),
    family("m7g", 30.0, 64, false),
    family("r7g", 30.0, 64, false),
    family("x1e", 25.0, 128, false),
    family("x1", 25.0, 128, false),
    family("c5d", 25.0, 96, false),
    family("c5", 25.0, 96, false),
    family("m5d", 25.0, 96, false),
    family("m5", 25.0, 96, false),
    family("r5d", 25.0, 96, false),
    family("r5", 25.0, 96, false),
    family("c6gd", 25.0, 64, false),
    family("c6g", 25.0, 64, false),
    family("m6gd", 25.0, 64, false),
    family("m6g", 25.0, 64, false),
    family("r6gd", 25.0, 64, false),
    family("r6g", 25.0, 64, false),
    family("i3", 25.0, 64, false),
    family("h1", 25.0, 64, false),
    family("g5g", 25.0, 64, false),
    family("d3", 25.0, 32, false),
    family("c5ad", 20.0, 96, false),
    family("c5a", 20.0, 96, false),
    family("m5ad", 20.0, 96, false),
    family("m5a", 20.0, 96, false),
    family("r5ad", 20.0, 96, false),
    family("r5a", 20.0, 96, false),
    family("c8i-flex", 15.0, 64, false),
    family("c7i-flex", 12.5, 64, false),
    family("m7i-flex", 12.5, 64, false),
    family("t4g", 5.0, 8, false),
    family("t3a", 5.0, 8, false),
    family("t3", 5.0, 8, false),
    family("t2", 1.0, 8, false),
];

/// The family of an instance type: the part before the dot, byte for byte.
pub fn family_of(instance_type: &str) -> Option<&'static Family> {
    let (name, _) = instance_type.split_once('.')?;
    FAMILIES.iter().find(|family| family.name == name)
}

/// The instance type of this machine, empty when it is none or not known. `cached_only` never looks, it repeats what
/// an earlier look found.
pub fn instance_type(cached_only: bool) -> String {
    static DETECTED: OnceCell<String> = OnceCell::new();
    if cached_only {
        return DETECTED.get().cloned().unwrap_or_default();
    }
    DETECTED.get_or_init(detect).clone()
}

/// What this machine's network is expected to carry; 0 when nothing is known.
pub fn detected_gbps() -> f64 {
    family_of(&instance_type(false)).map_or(0.0, |family| share(family, online_processors()))
}

/// The part of a family's bandwidth that a size with so many processors has.
fn share(family: &Family, processors: u32) -> f64 {
    (family.gbps / f64::from(family.vcpus) * f64::from(processors)).min(family.gbps)
}

/// As the operating system counts them, whatever a container is limited to.
fn online_processors() -> u32 {
    let online = fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let count = |range: &str| -> Option<u32> {
        let (first, last) = range.trim().split_once('-').unwrap_or((range.trim(), range.trim()));
        Some(last.parse::<u32>().ok()? - first.parse::<u32>().ok()? + 1)
    };
    online.split(',').map(count).sum::<Option<u32>>().unwrap_or(1).max(1)
}

fn detect() -> String {
    let dmi = |name: &str| {
        let text = fs::read_to_string(format!("/sys/devices/virtual/dmi/id/{name}"));
        text.unwrap_or_default().trim().to_string()
    };
    if !dmi("sys_vendor").eq_ignore_ascii_case("amazon ec2") {
        return String::new();
    }
    match dmi("product_name") {
        name if !name.is_empty() => name,
        _ => from_metadata_service().unwrap_or_default(),
    }
}

/// Two short requests to the instance metadata service (IMDSv2), each bounded by a second.
fn from_metadata_service() -> Option<String> {
    let token = imds("PUT /latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60")?;
    let header = format!("X-aws-ec2-metadata-token: {token}");
    imds("GET /latest/meta-data/instance-type", &header)
}

fn imds(request: &str, header: &str) -> Option<String> {
    const SECOND: Duration = Duration::from_secs(1);
    const MOST_BYTES: u64 = 16 * 1024;
    let address = SocketAddr::from((Ipv4Addr::new(169, 254, 169, 254), 80));
    let mut stream = TcpStream::connect_timeout(&address, SECOND).ok()?;
    stream.set_read_timeout(Some(SECOND)).ok()?;
    let head = format!("{request} HTTP/1.1\r\nHost: 169.254.169.254\r\n{header}\r\n");
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.take(MOST_BYTES).read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.split(' ').nth(1).filter(|status| *status == "200")?;
    Some(body.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_matched_up_to_the_dot() {
        let gbps = |name| family_of(name).map(|family| family.gbps);
        assert_eq!(gbps("c5n.18xlarge"), Some(100.0));
        assert_eq!(gbps("p5.48xlarge"), Some(400.0));
        assert_eq!(gbps("c5n"), None);
        assert_eq!(gbps("C5N.large"), None);
        assert_eq!(gbps("non-existent"), None);
        assert_eq!(FAMILIES.iter().filter(|family| family.recommended).count(), 9);
    }

    #[test]
    fn the_recommended_types_belong_to_recommended_families() {
        for name in RECOMMENDED {
            assert!(family_of(name).is_some_and(|family| family.recommended), "{name}");
        }
    }

    #[test]
    fn smaller_sizes_get_their_share() {
        let of = |name, processors| share(family_of(name).expect("listed"), processors);
        assert!((of("c5.xlarge", 4) - 1.0417).abs() < 0.001);
        assert!((of("c5n.9xlarge", 36) - 50.0).abs() < 0.001);
        assert_eq!(of("p5.48xlarge", 400), 400.0);
    }

    #[test]
    fn there_is_a_processor() {
        assert!(online_processors() >= 1);
    }
}

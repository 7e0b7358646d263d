//! What the host name of an S3 endpoint says: whose it is, which of the service's doors it is, and in which region.
//!
//! Names of the service end in one of its domains and have a label for the door: `s3`, `s3-accesspoint`,
//! `s3express-use1-az4`. What stands before that label is the bucket or the access point, what stands behind it the
//! region.

/// Name of a partition, the domain of its endpoints, and the region that answers where none is named.
const PARTITIONS: [(&str, &str, &str); 8] = [
    ("aws", "amazonaws.com", "us-east-1"),
    ("aws-cn", "amazonaws.com.cn", "cn-northwest-1"),
    ("aws-eusc", "amazonaws.eu", "eusc-de-east-1"),
    ("aws-iso", "c2s.ic.gov", "us-iso-east-1"),
    ("aws-iso-b", "sc2s.sgov.gov", "us-isob-east-1"),
    ("aws-iso-e", "cloud.adc-e.uk", "eu-isoe-west-1"),
    ("aws-iso-f", "csp.hci.ic.gov", "us-isof-south-1"),
    ("aws-us-gov", "amazonaws.com", "us-gov-west-1"),
];

/// The domain of a partition's endpoints.
pub(super) fn domain_of_partition(partition: &str) -> Option<&'static str> {
    PARTITIONS.iter().find(|(name, ..)| *name == partition).map(|(_, domain, _)| *domain)
}

/// Which requests an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// Buckets, before the host name or in the path.
    Buckets,
    /// Buckets that have acceleration switched on.
    Accelerate,
    AccessPoints,
    MultiRegion,
    /// Directory buckets of one zone.
    Express,
    Outposts,
    /// Anything else.
    Other,
}

/// An endpoint of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Endpoint<'a> {
    /// What stands before the label of the door; empty where the bucket is named by the path.
    pub prefix: &'a str,
    pub door: Door,
    /// The name from the label of the door on.
    pub rest: &'a str,
    pub fips: bool,
    pub dual_stack: bool,
    /// The endpoint of a private network, by its id.
    pub vpce: Option<&'a str>,
    /// Empty where the name tells none.
    pub region: &'a str,
    pub domain: &'static str,
}

impl<'a> Endpoint<'a> {
    /// `None` for hosts that are not the service's. `host` comes without port.
    pub fn of(host: &'a str) -> Option<Self> {
        let in_domain = |domain: &str| {
            host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.')).is_some()
        };
        let domain = PARTITIONS.iter().find(|(_, domain, _)| in_domain(domain))?.1;
        let labels = &host[..host.len() - domain.len() - 1];
        let at = last_label(labels, |label| {
            label == "s3" || label.starts_with("s3-") || label.starts_with("s3express-")
        })?;
        let (prefix, behind) = (labels[..at].trim_end_matches('.'), &labels[at..]);
        let mut behind = behind.split('.');
        let service = behind.next()?;
        let mut region = behind.next().unwrap_or_default();
        let dual_stack = region == "dualstack";
        if dual_stack {
            region = behind.next().unwrap_or_default();
        }
        let in_vpc = behind.next() == Some("vpce");
        let mut fips = service.contains("-fips");
        let door = match service {
            "s3" | "s3-fips" => Door::Buckets,
            "s3-accelerate" => Door::Accelerate,
            "s3-accesspoint" | "s3-accesspoint-fips" => Door::AccessPoints,
            "s3-global" => Door::MultiRegion,
            "s3-outposts" => Door::Outposts,
            "s3-control" | "s3-control-fips" | "s3-object-lambda" | "s3-object-lambda-fips" => {
                Door::Other
            }
            "s3-external-1" if region.is_empty() => {
                region = "us-east-1";
                Door::Buckets
            }
            express if express.starts_with("s3express-") => Door::Express,
            // Of old, the region stood behind a hyphen.
            old if region.is_empty() => {
                fips = old.starts_with("s3-fips-");
                region = old.trim_start_matches("s3-").trim_start_matches("fips-");
                Door::Buckets
            }
            _ => Door::Other,
        };
        let vpce = in_vpc.then(|| last_label(prefix, |label| label.starts_with("vpce-")));
        let vpce = vpce.flatten().map(|at| &prefix[at..]);
        let door = match vpce {
            Some(id) if prefix.trim_end_matches(id).ends_with("accesspoint.") => Door::AccessPoints,
            _ => door,
        };
        let rest = &host[at..];
        Some(Self { prefix, door, rest, fips, dual_stack, vpce, region, domain })
    }

    /// The region that this endpoint is in, or else `known`, or else the one that answers for all.
    pub fn region_or<'b>(&self, known: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let fallback = PARTITIONS.iter().find(|(_, domain, _)| *domain == self.domain);
        match (self.region, is_region(known)) {
            ("", true) => known,
            ("", false) => fallback.map_or("us-east-1", |(_, _, region)| region),
            (region, _) => region,
        }
    }

    /// Name of a door beside this one, in a region: for the same partition, by the same kind of addresses.
    pub fn beside(&self, door: &str, region: &str) -> String {
        let fips = if self.fips { "-fips" } else { "" };
        let dual_stack = if self.dual_stack { ".dualstack" } else { "" };
        format!("{door}{fips}{dual_stack}.{region}.{}", self.domain)
    }
}

/// Whether this can be the name of one region.
pub(super) fn is_region(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Where the last label begins that is of a kind.
fn last_label(name: &str, is_it: impl Fn(&str) -> bool) -> Option<usize> {
    let mut end = name.len();
    loop {
        let begin = name[..end].rfind('.').map_or(0, |dot| dot + 1);
        if is_it(&name[begin..end]) {
            return Some(begin);
        }
        end = begin.checked_sub(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Door::*;

    /// Host, and what stands before its door; the door, the region, and the name from the door on.
    type Row = (&'static str, &'static str, Door, &'static str, &'static str);
    const ROWS: &[Row] = &[
        ("s3.us-west-2.amazonaws.com", "", Buckets, "us-west-2", "s3.us-west-2.amazonaws.com"),
        ("b.s3.eu-west-1.amazonaws.com", "b", Buckets, "eu-west-1", "s3.eu-west-1.amazonaws.com"),
        (
            "a.s3.c.s3.cn-north-1.amazonaws.com.cn",
            "a.s3.c",
            Buckets,
            "cn-north-1",
            "s3.cn-north-1.amazonaws.com.cn",
        ),
        ("b.s3.amazonaws.com", "b", Buckets, "", "s3.amazonaws.com"),
        ("b.s3-us-west-2.amazonaws.com", "b", Buckets, "us-west-2", "s3-us-west-2.amazonaws.com"),
        ("s3-external-1.amazonaws.com", "", Buckets, "us-east-1", "s3-external-1.amazonaws.com"),
        (
            "b.s3.dualstack.us-east-1.amazonaws.com",
            "b",
            Buckets,
            "us-east-1",
            "s3.dualstack.us-east-1.amazonaws.com",
        ),
        (
            "b.s3-fips.us-gov-west-1.amazonaws.com",
            "b",
            Buckets,
            "us-gov-west-1",
            "s3-fips.us-gov-west-1.amazonaws.com",
        ),
        ("b.s3-accelerate.amazonaws.com", "b", Accelerate, "", "s3-accelerate.amazonaws.com"),
        (
            "p-1.s3-accesspoint.us-east-1.amazonaws.com",
            "p-1",
            AccessPoints,
            "us-east-1",
            "s3-accesspoint.us-east-1.amazonaws.com",
        ),
        (
            "m.mrap.accesspoint.s3-global.amazonaws.com",
            "m.mrap.accesspoint",
            MultiRegion,
            "",
            "s3-global.amazonaws.com",
        ),
        (
            "b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
            "b--use1-az4--x-s3",
            Express,
            "us-east-1",
            "s3express-use1-az4.us-east-1.amazonaws.com",
        ),
        (
            "p-1.op-2.s3-outposts.us-west-2.amazonaws.com",
            "p-1.op-2",
            Outposts,
            "us-west-2",
            "s3-outposts.us-west-2.amazonaws.com",
        ),
        (
            "b.bucket.vpce-1-x.s3.us-east-1.vpce.amazonaws.com",
            "b.bucket.vpce-1-x",
            Buckets,
            "us-east-1",
            "s3.us-east-1.vpce.amazonaws.com",
        ),
        (
            "p-1.accesspoint.vpce-1-x.s3.us-east-1.vpce.amazonaws.com",
            "p-1.accesspoint.vpce-1-x",
            AccessPoints,
            "us-east-1",
            "s3.us-east-1.vpce.amazonaws.com",
        ),
    ];

    #[test]
    fn names_of_the_service() {
        for (host, prefix, door, region, rest) in ROWS {
            let found = Endpoint::of(host).expect(host);
            let facts = (found.prefix, found.door, found.region, found.rest);
            assert_eq!(facts, (*prefix, *door, *region, *rest), "{host}");
            assert_eq!(found.vpce, host.contains("vpce-").then_some("vpce-1-x"), "{host}");
        }
        for other in [
            "127.0.0.1",
            "localhost",
            "b.s3.example.com",
            "sts.us-east-1.amazonaws.com",
            "amazonaws.com",
            ".amazonaws.com",
            "xamazonaws.com",
            "",
        ] {
            assert_eq!(Endpoint::of(other), None, "{other}");
        }
    }

    #[test]
    fn doors_beside() {
        let beside =
            |host: &str| Endpoint::of(host).expect(host).beside("s3-accesspoint", "eu-west-1");
        assert_eq!(
            beside("b.s3.us-east-1.amazonaws.com"),
            "s3-accesspoint.eu-west-1.amazonaws.com"
        );
        assert_eq!(
            beside("b.s3-fips.dualstack.us-east-1.amazonaws.com"),
            "s3-accesspoint-fips.dualstack.eu-west-1.amazonaws.com"
        );
    }

    #[test]
    fn regions() {
        let region = |host: &'static str, known: &'static str| {
            Endpoint::of(host).expect(host).region_or(known).to_owned()
        };
        assert_eq!(region("s3.eu-west-1.amazonaws.com", "us-east-2"), "eu-west-1");
        assert_eq!(region("s3.amazonaws.com", "us-east-2"), "us-east-2");
        assert_eq!(region("m.mrap.accesspoint.s3-global.amazonaws.com", "*"), "us-east-1");
        for (text, is_one) in [
            ("us-east-1", true),
            ("x", true),
            ("", false),
            ("*", false),
            ("a.b", false),
            ("a/b", false),
            ("-a", false),
        ] {
            assert_eq!(is_region(text), is_one, "{text}");
        }
    }
}

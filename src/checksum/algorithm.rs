//! The table of algorithms: every name, header and length that belongs to one of them is written down here once.

/// Prefix of every header that carries a checksum value, and of a few that only speak about checksums.
const HEADER_PREFIX: &[u8] = b"x-amz-checksum-";

/// Suffixes of `x-amz-checksum-` headers that do not carry a value.
const NOT_VALUES: [&[u8]; 3] = [b"type", b"mode", b"algorithm"];

/// A checksum algorithm that this library can compute; the numbers are those of `enum aws_s3_checksum_algorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum Algorithm {
    Crc32c = 1,
    Crc32 = 2,
    Sha1 = 3,
    Sha256 = 4,
    Crc64Nvme = 5,
    Sha512 = 6,
    XxHash64 = 7,
    XxHash3 = 8,
    XxHash128 = 9,
}

/// Which algorithm decides when several could: strongest and cheapest first. Holds each algorithm exactly once.
pub const PRIORITY: [Algorithm; 9] = [
    Algorithm::XxHash128,
    Algorithm::XxHash3,
    Algorithm::Crc64Nvme,
    Algorithm::Crc32c,
    Algorithm::Crc32,
    Algorithm::XxHash64,
    Algorithm::Sha512,
    Algorithm::Sha256,
    Algorithm::Sha1,
];

struct Row {
    algorithm: Algorithm,
    name: &'static str,
    header: &'static str,
    element: &'static str,
    digest_len: usize,
    combinable: bool,
}

const fn row(
    algorithm: Algorithm,
    name: &'static str,
    header: &'static str,
    element: &'static str,
    digest_len: usize,
    combinable: bool,
) -> Row {
    Row { algorithm, name, header, element, digest_len, combinable }
}

/// In the order of the enum's numbers, so that `number - 1` is the index.
#[rustfmt::skip]
const TABLE: [Row; 9] = [
    row(Algorithm::Crc32c,    "CRC32C",    "x-amz-checksum-crc32c",    "ChecksumCRC32C",    4,  true),
    row(Algorithm::Crc32,     "CRC32",     "x-amz-checksum-crc32",     "ChecksumCRC32",     4,  true),
    row(Algorithm::Sha1,      "SHA1",      "x-amz-checksum-sha1",      "ChecksumSHA1",      20, false),
    row(Algorithm::Sha256,    "SHA256",    "x-amz-checksum-sha256",    "ChecksumSHA256",    32, false),
    row(Algorithm::Crc64Nvme, "CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", 8,  true),
    row(Algorithm::Sha512,    "SHA512",    "x-amz-checksum-sha512",    "ChecksumSHA512",    64, false),
    row(Algorithm::XxHash64,  "XXHASH64",  "x-amz-checksum-xxhash64",  "ChecksumXXHASH64",  8,  false),
    row(Algorithm::XxHash3,   "XXHASH3",   "x-amz-checksum-xxhash3",   "ChecksumXXHASH3",   8,  false),
    row(Algorithm::XxHash128, "XXHASH128", "x-amz-checksum-xxhash128", "ChecksumXXHASH128", 16, false),
];

impl Algorithm {
    fn row(self) -> &'static Row {
        &TABLE[self as usize - 1]
    }

    /// The algorithm behind a C enumerator; None for `AWS_SCA_NONE`, `AWS_SCA_UNKNOWN` and anything out of range.
    pub fn from_number(number: u32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        TABLE.get(index).map(|row| row.algorithm)
    }

    /// The algorithm whose value header has this name, in any letter case.
    pub fn from_header_name(name: &[u8]) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.header.as_bytes().eq_ignore_ascii_case(name))
            .map(|row| row.algorithm)
    }

    /// The algorithm that `x-amz-checksum-algorithm` names, in any letter case.
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let row = TABLE.iter().find(|row| row.name.as_bytes().eq_ignore_ascii_case(name));
        row.map(|row| row.algorithm)
    }

    /// Value of `x-amz-checksum-algorithm`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Name of the header or trailer that carries the value.
    pub fn header(self) -> &'static str {
        self.row().header
    }

    /// XML element of a part in CompleteMultipartUpload and ListParts.
    pub fn element(self) -> &'static str {
        self.row().element
    }

    pub fn digest_len(self) -> usize {
        self.row().digest_len
    }

    /// Length of the base64 text of a digest, padding included.
    pub fn base64_len(self) -> usize {
        self.row().digest_len.div_ceil(3) * 4
    }

    /// Whether digests of neighbouring blocks fold into the digest of both.
    pub fn combinable(self) -> bool {
        self.row().combinable
    }
}

/// Whether a header carries a checksum value of a known or unknown algorithm.
pub fn is_checksum_value_header_name(name: &[u8]) -> bool {
    value_header_suffix(name).is_some()
}

/// The algorithm part of the name of a value header, as spelled there.
pub(super) fn value_header_suffix(name: &[u8]) -> Option<&[u8]> {
    let (prefix, suffix) = name.split_at_checked(HEADER_PREFIX.len())?;
    let is_value = prefix.eq_ignore_ascii_case(HEADER_PREFIX)
        && !NOT_VALUES.iter().any(|word| word.eq_ignore_ascii_case(suffix));
    is_value.then_some(suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_consistent() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.algorithm as usize, index + 1);
            assert_eq!(Algorithm::from_number(index as u32 + 1), Some(row.algorithm));
            assert_eq!(row.header, format!("x-amz-checksum-{}", row.name.to_lowercase()));
            assert_eq!(row.element, format!("Checksum{}", row.name));
            assert_eq!(
                Algorithm::from_header_name(row.header.to_uppercase().as_bytes()),
                Some(row.algorithm)
            );
        }
        for number in [0, 10, 11, u32::MAX] {
            assert_eq!(Algorithm::from_number(number), None);
        }
    }

    #[test]
    fn priority_holds_each_algorithm_once() {
        let mut sorted = PRIORITY;
        sorted.sort();
        assert_eq!(sorted, TABLE.each_ref().map(|row| row.algorithm));
        assert_eq!(PRIORITY[0], Algorithm::XxHash128);
        assert_eq!(PRIORITY[8], Algorithm::Sha1);
    }

    #[test]
    fn base64_lengths() {
        let lengths = TABLE.each_ref().map(|row| row.algorithm.base64_len());
        assert_eq!(lengths, [8, 8, 28, 44, 12, 88, 12, 12, 24]);
    }

    #[test]
    fn value_headers() {
        for (name, expected) in [
            ("x-amz-checksum-crc32", true),
            ("X-AMZ-Checksum-MD5", true),
            ("x-amz-checksum-", true),
            ("x-amz-checksum-type", false),
            ("x-amz-checksum-MODE", false),
            ("x-amz-checksum-algorithm", false),
            ("x-amz-checksum", false),
            ("x-amz-sdk-checksum-algorithm", false),
            ("etag", false),
        ] {
            assert_eq!(is_checksum_value_header_name(name.as_bytes()), expected, "{name}");
        }
        assert_eq!(Algorithm::from_header_name(b"x-amz-checksum-md5"), None);
    }
}

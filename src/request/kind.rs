//! The table of S3 operations that the library knows by name.

use std::borrow::Cow;

/// The name of an operation, which is one of the table's as a rule.
pub type Operation = Cow<'static, str>;

/// `enum aws_s3_request_type`; the numbers are ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum RequestKind {
    Unknown = 0,
    HeadObject = 1,
    GetObject = 2,
    ListParts = 3,
    CreateMultipartUpload = 4,
    UploadPart = 5,
    AbortMultipartUpload = 6,
    CompleteMultipartUpload = 7,
    UploadPartCopy = 8,
    CopyObject = 9,
    PutObject = 10,
    CreateSession = 11,
}

const NAMES: [(RequestKind, &str); 11] = [
    (RequestKind::HeadObject, "HeadObject"),
    (RequestKind::GetObject, "GetObject"),
    (RequestKind::ListParts, "ListParts"),
    (RequestKind::CreateMultipartUpload, "CreateMultipartUpload"),
    (RequestKind::UploadPart, "UploadPart"),
    (RequestKind::AbortMultipartUpload, "AbortMultipartUpload"),
    (RequestKind::CompleteMultipartUpload, "CompleteMultipartUpload"),
    (RequestKind::UploadPartCopy, "UploadPartCopy"),
    (RequestKind::CopyObject, "CopyObject"),
    (RequestKind::PutObject, "PutObject"),
    (RequestKind::CreateSession, "CreateSession"),
];

impl RequestKind {
    /// The canonical operation name; empty for [`RequestKind::Unknown`].
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Looks a name up, ignoring letter case.
    pub fn from_name(name: &[u8]) -> Self {
        let found = NAMES.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name));
        found.map_or(Self::Unknown, |(kind, _)| *kind)
    }

    pub fn from_number(number: u32) -> Self {
        let found = NAMES.iter().find(|(kind, _)| *kind as u32 == number);
        found.map_or(Self::Unknown, |(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_round_trip() {
        for (index, (kind, name)) in NAMES.iter().enumerate() {
            assert_eq!(*kind as usize, index + 1);
            assert_eq!(kind.name(), *name);
            assert_eq!(RequestKind::from_name(name.to_uppercase().as_bytes()), *kind);
            assert_eq!(RequestKind::from_number(index as u32 + 1), *kind);
        }
        assert_eq!(RequestKind::Unknown.name(), "");
        assert_eq!(RequestKind::from_name(b"RestoreObject"), RequestKind::Unknown);
        assert_eq!(RequestKind::from_number(12), RequestKind::Unknown);
    }
}

//! What the caller's checksum configuration and message headers ask for together.

use bytes::Bytes;

use crate::error::{Code, Error, Result};

use super::algorithm::value_header_suffix;
use super::{Algorithm, Chunked, Selection};

/// `enum aws_s3_checksum_location`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Location {
    #[default]
    None = 0,
    Header = 1,
    Trailer = 2,
}

impl Location {
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::None, Self::Header, Self::Trailer].into_iter().find(|it| *it as u32 == number)
    }
}

/// `enum aws_s3_checksum_validation_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValidationMode {
    #[default]
    Default = 0,
    RequestOnly = 1,
    FullObject = 2,
}

impl ValidationMode {
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::Default, Self::RequestOnly, Self::FullObject]
            .into_iter()
            .find(|it| *it as u32 == number)
    }
}

/// The algorithm of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WantedAlgorithm {
    #[default]
    None,
    Known(Algorithm),
    /// From a message header that this library cannot compute; the text is its suffix in upper case.
    Unknown(Bytes),
}

impl WantedAlgorithm {
    pub fn known(&self) -> Option<Algorithm> {
        match self {
            Self::Known(algorithm) => Some(*algorithm),
            _ => None,
        }
    }

    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// The checksum that a download as a whole must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub algorithm: Algorithm,
    pub base64: Bytes,
}

/// `struct aws_s3_checksum_config` in terms of this room, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub location: Location,
    pub algorithm: Option<Algorithm>,
    pub validate_response: bool,
    /// None when the caller gave no list; members that are no algorithm are left out of it.
    pub validate_algorithms: Option<Selection>,
    pub mode: ValidationMode,
    /// Text and number, as given; both empty when not used.
    pub expected_base64: Bytes,
    pub expected_algorithm: u32,
    pub has_full_object_callback: bool,
}

/// How responses are examined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// Ask the service for checksums (`x-amz-checksum-mode: enabled`).
    pub ask: bool,
    /// Algorithms looked for in single responses; empty when these are not examined.
    pub selection: Selection,
    pub mode: ValidationMode,
    pub expected: Option<Expected>,
    /// The caller asked to validate responses, not merely gave an expected checksum.
    pub wanted: bool,
}

/// What will be done about checksums, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub algorithm: WantedAlgorithm,
    pub location: Location,
    /// Value of the message's own checksum header: the checksum of the whole object.
    pub full_object: Option<Bytes>,
    pub full_object_callback: bool,
    pub validation: Validation,
}

impl Settings {
    /// Joins the configuration with the headers of the message. `is_get_object` says whether this is a download in
    /// the sense of an expected checksum. Every refusal is `INVALID_ARGUMENT`.
    pub fn resolve<'a>(
        wanted: &Wanted,
        headers: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone,
        is_get_object: bool,
    ) -> Result<Self> {
        let refused = || Error::new(Code::INVALID_ARGUMENT);
        if wanted.location == Location::Trailer && is_aws_chunked(headers.clone()) {
            return Err(refused());
        }
        if wanted.location != Location::None && wanted.algorithm.is_none() {
            return Err(refused());
        }
        let mut settings = Self {
            algorithm: wanted.algorithm.map_or(WantedAlgorithm::None, WantedAlgorithm::Known),
            location: wanted.location,
            full_object: None,
            full_object_callback: wanted.has_full_object_callback,
            validation: validation(wanted, is_get_object)?,
        };
        settings.adopt_headers(headers)?;
        Ok(settings)
    }

    /// Where parts of a multipart upload carry their checksum. A whole-object value in the message does not excuse
    /// the parts from having one.
    pub fn part_location(&self) -> Location {
        match (&self.algorithm, &self.full_object) {
            (WantedAlgorithm::Known(_), Some(_)) => Location::Trailer,
            _ => self.location,
        }
    }

    fn adopt_headers<'a>(
        &mut self,
        headers: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone,
    ) -> Result<()> {
        let mut values =
            headers.filter_map(|(name, value)| Some((value_header_suffix(name)?, name, value)));
        let known: Vec<_> = values
            .clone()
            .filter_map(|(_, name, value)| Some((Algorithm::from_header_name(name)?, value)))
            .collect();
        let Some((suffix, ..)) = values.next() else { return Ok(()) };
        if known.len() > 1 || self.full_object_callback {
            return Err(Error::new(Code::INVALID_ARGUMENT));
        }
        self.location = Location::None;
        match known.first() {
            Some((algorithm, value)) => {
                self.algorithm = WantedAlgorithm::Known(*algorithm);
                self.full_object = Some(Bytes::copy_from_slice(value));
            }
            None => self.algorithm = WantedAlgorithm::Unknown(suffix.to_ascii_uppercase().into()),
        }
        Ok(())
    }
}

fn validation(wanted: &Wanted, is_get_object: bool) -> Result<Validation> {
    let expected = expected(wanted, is_get_object)?;
    let all_if_wanted = if wanted.validate_response { Selection::ALL } else { Selection::NONE };
    let ask = wanted.validate_response || expected.is_some();
    // A list alone switches nothing on.
    let selection =
        if ask { wanted.validate_algorithms.unwrap_or(all_if_wanted) } else { Selection::NONE };
    Ok(Validation { ask, selection, mode: wanted.mode, expected, wanted: wanted.validate_response })
}

fn expected(wanted: &Wanted, is_get_object: bool) -> Result<Option<Expected>> {
    if wanted.expected_base64.is_empty() && wanted.expected_algorithm == 0 {
        return Ok(None);
    }
    Algorithm::from_number(wanted.expected_algorithm)
        .filter(|algorithm| wanted.expected_base64.len() == algorithm.base64_len())
        .filter(|_| is_get_object && wanted.mode != ValidationMode::RequestOnly)
        .map(|algorithm| Some(Expected { algorithm, base64: wanted.expected_base64.clone() }))
        .ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))
}

fn is_aws_chunked<'a>(mut headers: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> bool {
    let chunked = Chunked::CONTENT_ENCODING.as_bytes();
    headers
        .find(|(name, _)| name.eq_ignore_ascii_case(b"content-encoding"))
        .is_some_and(|(_, value)| value.windows(chunked.len()).any(|window| window == chunked))
}

#[cfg(test)]
mod tests {
    use super::super::PRIORITY;
    use super::*;

    type Headers = &'static [(&'static str, &'static str)];

    fn resolve(wanted: &Wanted, headers: Headers, is_get_object: bool) -> Result<Settings, Code> {
        let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        Settings::resolve(wanted, headers, is_get_object).map_err(|error| error.code())
    }

    fn trailer(algorithm: Option<Algorithm>) -> Wanted {
        Wanted { location: Location::Trailer, algorithm, ..Wanted::default() }
    }

    #[test]
    fn numbers() {
        assert_eq!(Location::from_number(2), Some(Location::Trailer));
        assert_eq!(Location::from_number(3), None);
        assert_eq!(ValidationMode::from_number(1), Some(ValidationMode::RequestOnly));
        assert_eq!(ValidationMode::from_number(3), None);
        assert_eq!(Selection::ALL, Selection::of(PRIORITY));
        assert!(Selection::NONE.is_empty());
    }

    #[test]
    fn refused_configurations() {
        let crc32 = trailer(Some(Algorithm::Crc32));
        let with_callback = Wanted { has_full_object_callback: true, ..crc32.clone() };
        let cases: [(&Wanted, Headers); 6] = [
            (&crc32, &[("Content-Encoding", "gzip, aws-chunked")]),
            (&trailer(None), &[]),
            (&Wanted { location: Location::Header, ..Wanted::default() }, &[]),
            (&crc32, &[("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-sha1", "x")]),
            (&with_callback, &[("x-amz-checksum-crc32", "AAAAAA==")]),
            (&with_callback, &[("x-amz-checksum-md5", "AAAAAA==")]),
        ];
        for (wanted, headers) in cases {
            assert_eq!(resolve(wanted, headers, false), Err(Code::INVALID_ARGUMENT), "{headers:?}");
        }
    }

    #[test]
    fn accepted_configurations() {
        let crc32 = trailer(Some(Algorithm::Crc32));
        let settings = resolve(&crc32, &[("content-encoding", "AWS-CHUNKED")], false).unwrap();
        assert_eq!(settings.location, Location::Trailer);
        assert_eq!(settings.part_location(), Location::Trailer);
        assert_eq!(settings.algorithm.known(), Some(Algorithm::Crc32));

        let plain =
            resolve(&Wanted::default(), &[("x-amz-checksum-type", "FULL_OBJECT")], false).unwrap();
        assert_eq!(plain, Settings::default());
    }

    #[test]
    fn a_header_overrides_the_configuration() {
        let crc32 = trailer(Some(Algorithm::Crc32));
        let settings = resolve(&crc32, &[("X-Amz-Checksum-Sha256", "abc")], false).unwrap();
        assert_eq!(settings.algorithm.known(), Some(Algorithm::Sha256));
        assert_eq!(settings.location, Location::None);
        assert_eq!(settings.part_location(), Location::Trailer);
        assert_eq!(settings.full_object, Some(Bytes::from_static(b"abc")));

        let unknown: Headers = &[("x-amz-checksum-md5", "abc"), ("x-amz-checksum-foo", "x")];
        let settings = resolve(&crc32, unknown, false).unwrap();
        assert_eq!(settings.algorithm, WantedAlgorithm::Unknown(Bytes::from_static(b"MD5")));
        assert_eq!(settings.part_location(), Location::None);
        assert_eq!(settings.full_object, None);

        let mixed: Headers =
            &[("x-amz-checksum-md5", "abc"), ("x-amz-checksum-crc32c", "AAAAAA==")];
        assert_eq!(
            resolve(&crc32, mixed, false).unwrap().algorithm.known(),
            Some(Algorithm::Crc32c)
        );
    }

    #[test]
    fn which_responses_are_examined() {
        let crc = Selection::of([Algorithm::Crc32]);
        let cases = [
            (false, None, false, Selection::NONE),
            (false, Some(crc), false, Selection::NONE),
            (true, None, true, Selection::ALL),
            (true, Some(crc), true, crc),
            (true, Some(Selection::NONE), true, Selection::NONE),
        ];
        for (validate_response, validate_algorithms, ask, selection) in cases {
            let wanted = Wanted { validate_response, validate_algorithms, ..Wanted::default() };
            let validation = resolve(&wanted, &[], true).unwrap().validation;
            assert_eq!((validation.ask, validation.selection), (ask, selection), "{wanted:?}");
        }
    }

    #[test]
    fn expected_checksums() {
        let expecting = |text: &'static str, number| Wanted {
            expected_base64: Bytes::from_static(text.as_bytes()),
            expected_algorithm: number,
            ..Wanted::default()
        };
        let good = expecting("AAAAAA==", 2);
        let validation = resolve(&good, &[], true).unwrap().validation;
        assert!(validation.ask && validation.selection.is_empty() && !validation.wanted);
        assert_eq!(validation.expected.map(|it| it.algorithm), Some(Algorithm::Crc32));

        let listed = Wanted { validate_algorithms: Some(Selection::ALL), ..good.clone() };
        assert_eq!(resolve(&listed, &[], true).unwrap().validation.selection, Selection::ALL);

        assert!(resolve(&good, &[], false).is_err());
        for bad in [
            expecting("", 2),
            expecting("AAAAAA==", 0),
            expecting("AAAAAA==", 10),
            expecting("AAAAAA==-2", 2),
            expecting("AAAAAA==", 4),
            Wanted { mode: ValidationMode::RequestOnly, ..good.clone() },
        ] {
            assert_eq!(resolve(&bad, &[], true), Err(Code::INVALID_ARGUMENT), "{bad:?}");
        }
    }
}

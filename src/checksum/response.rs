//! Which checksum of a response is compared.

use super::{Algorithm, PRIORITY, Selection};

type Field<'a> = (&'a [u8], &'a [u8]);

/// The checksum that a response announces of its own body.
///
/// Fields count one by one, as they arrive: of several that name a selected algorithm in lower case and have a value of
/// its length, the last one decides. Others, such as a composite of parts (`...==-3`), are passed over.
pub fn of_body<'a>(
    selection: Selection,
    fields: impl Iterator<Item = Field<'a>>,
) -> Option<(Algorithm, &'a [u8])> {
    let usable = fields.filter_map(|(name, value)| {
        let algorithm = Algorithm::from_header_name(name)?;
        let fits = name == algorithm.header().as_bytes() && value.len() == algorithm.base64_len();
        (fits && selection.contains(algorithm)).then_some((algorithm, value))
    });
    usable.last()
}

/// The checksum of the whole object in the response that describes it.
///
/// The first selected algorithm, in order of priority, that has a header in any letter case decides. A value of an
/// unusual length means that nothing is compared, not that the next algorithm gets a chance.
pub fn of_object<'a>(
    selection: Selection,
    fields: impl Iterator<Item = Field<'a>> + Clone,
) -> Option<(Algorithm, &'a [u8])> {
    PRIORITY
        .into_iter()
        .filter(|algorithm| selection.contains(*algorithm))
        .find_map(|algorithm| {
            let wanted = algorithm.header().as_bytes();
            let same = |(name, _): &Field<'a>| name.eq_ignore_ascii_case(wanted);
            let (_, value) = fields.clone().find(same)?;
            Some((algorithm, value))
        })
        .filter(|(algorithm, value)| value.len() == algorithm.base64_len())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers = [(&'static str, &'static str)];

    /// What is taken as the checksum of the body, and what as that of the object.
    fn found(selection: Selection, headers: &Headers) -> [Option<Algorithm>; 2] {
        let fields = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        [of_body(selection, fields.clone()), of_object(selection, fields)]
            .map(|found| found.map(|(algorithm, _)| algorithm))
    }

    const CRC32: (&str, &str) = ("x-amz-checksum-crc32", "AAAAAA==");
    const CRC64: (&str, &str) = ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=");

    #[test]
    fn the_last_one_is_of_the_body_and_the_strongest_of_the_object() {
        use Algorithm::{Crc32, Crc64Nvme, Sha1};
        let all = Selection::ALL;
        assert_eq!(found(all, &[CRC64, CRC32]), [Some(Crc32), Some(Crc64Nvme)]);
        assert_eq!(found(all, &[CRC32, CRC64]), [Some(Crc64Nvme); 2]);
        let only = Selection::of([Crc32, Sha1]);
        assert_eq!(found(only, &[CRC32, CRC64]), [Some(Crc32); 2]);
        assert_eq!(found(Selection::NONE, &[CRC32, CRC64]), [None; 2]);
        assert_eq!(found(all, &[("etag", "x")]), [None; 2]);
    }

    #[test]
    fn the_last_value_of_one_algorithm_is_of_the_body() {
        let twice = [CRC32, ("x-amz-checksum-crc32", "AQAAAA==")];
        let fields = twice.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let value = of_body(Selection::ALL, fields).map(|(_, value)| value);
        assert_eq!(value, Some(&b"AQAAAA=="[..]));
    }

    #[test]
    fn a_composite_value_is_never_compared() {
        let composite = ("x-amz-checksum-crc32c", "AAAAAA==-2");
        assert_eq!(found(Selection::ALL, &[composite]), [None; 2]);
        for both in [[composite, CRC32], [CRC32, composite]] {
            assert_eq!(found(Selection::ALL, &both), [Some(Algorithm::Crc32), None], "{both:?}");
        }
    }

    #[test]
    fn letter_case() {
        let upper = [("X-Amz-Checksum-CRC32", "AAAAAA==")];
        assert_eq!(found(Selection::ALL, &upper), [None, Some(Algorithm::Crc32)]);
    }
}

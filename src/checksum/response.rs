//! Which checksum of a response is compared with its body.

use super::{Algorithm, PRIORITY, Selection};

/// How header names of a response are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Lower case only, as every single response is examined.
    Exact,
    /// Any letter case, as the response that describes the whole object is examined.
    AnyCase,
}

/// Finds the checksum that a response advertises about its own content.
///
/// The first selected algorithm, in order of priority, that has a header decides. A value of an unusual length (a
/// composite of parts, `...==-3`) means that nothing is compared, not that the next algorithm gets a chance.
pub fn advertised<'a>(
    selection: Selection,
    names: Names,
    headers: impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone,
) -> Option<(Algorithm, &'a [u8])> {
    PRIORITY
        .into_iter()
        .filter(|algorithm| selection.contains(*algorithm))
        .find_map(|algorithm| {
            let wanted = algorithm.header().as_bytes();
            let same = |name: &[u8]| match names {
                Names::Exact => name == wanted,
                Names::AnyCase => name.eq_ignore_ascii_case(wanted),
            };
            let (_, value) = headers.clone().find(|(name, _)| same(name))?;
            Some((algorithm, value))
        })
        .filter(|(algorithm, value)| value.len() == algorithm.base64_len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(
        selection: Selection,
        names: Names,
        headers: &[(&'static str, &'static str)],
    ) -> Option<Algorithm> {
        let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        advertised(selection, names, headers).map(|(algorithm, _)| algorithm)
    }

    #[test]
    fn the_strongest_selected_one_decides() {
        let both =
            [("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")];
        assert_eq!(find(Selection::ALL, Names::Exact, &both), Some(Algorithm::Crc64Nvme));
        let only = Selection::of([Algorithm::Crc32, Algorithm::Sha1]);
        assert_eq!(find(only, Names::Exact, &both), Some(Algorithm::Crc32));
        assert_eq!(find(Selection::NONE, Names::Exact, &both), None);
        assert_eq!(find(Selection::ALL, Names::Exact, &[("etag", "x")]), None);
    }

    #[test]
    fn a_composite_value_ends_the_search() {
        let composite =
            [("x-amz-checksum-crc32c", "AAAAAA==-2"), ("x-amz-checksum-crc32", "AAAAAA==")];
        assert_eq!(find(Selection::ALL, Names::Exact, &composite), None);
    }

    #[test]
    fn letter_case() {
        let upper = [("X-Amz-Checksum-CRC32", "AAAAAA==")];
        assert_eq!(find(Selection::ALL, Names::Exact, &upper), None);
        assert_eq!(find(Selection::ALL, Names::AnyCase, &upper), Some(Algorithm::Crc32));
    }
}

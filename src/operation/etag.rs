//! In how many parts an object was stored, guessed from its ETag.

/// The number of parts that an ETag of the form `hash-N` names, 1 without a dash, `None` for anything else.
pub fn stored_parts(etag: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(etag).ok()?.trim_matches(|c| c == '"' || c == ' ');
    if text.is_empty() {
        return None;
    }
    let Some((_, count)) = text.split_once('-') else { return Some(1) };
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    count.parse().ok().filter(|parts| (1..=10_000).contains(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let table: [(&str, Option<u32>); 12] = [
            ("\"0123-2\"", Some(2)),
            (" \"0123-10000\" ", Some(10_000)),
            ("0123", Some(1)),
            ("\"0123\"", Some(1)),
            ("", None),
            ("\"\"", None),
            ("a-0", None),
            ("a-10001", None),
            ("a-b-2", None),
            ("a-2-3", None),
            ("a-", None),
            ("a-x", None),
        ];
        for (etag, parts) in table {
            assert_eq!(stored_parts(etag.as_bytes()), parts, "{etag}");
        }
    }
}

//! What is read out of targets and header values.

/// Whether the query has a parameter named exactly `partNumber`.
pub(super) fn has_part_number(target: &[u8]) -> bool {
    let Some(mark) = target.iter().position(|byte| *byte == b'?') else { return false };
    let mut parameters = target[mark + 1..].split(|byte| *byte == b'&');
    parameters.any(|it| it.split(|byte| *byte == b'=').next() == Some(b"partNumber"))
}

/// Plain digits that fit 64 bits.
pub(super) fn decimal(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_numbers_in_queries() {
        for with in ["/k?partNumber=1", "/k?a=b&partNumber=2", "/k?partNumber"] {
            assert!(has_part_number(with.as_bytes()), "{with}");
        }
        for without in ["/partNumber=1", "/k?partnumber=1", "/k?xpartNumber=1", "/k"] {
            assert!(!has_part_number(without.as_bytes()), "{without}");
        }
    }

    #[test]
    fn decimals() {
        assert_eq!(decimal(b"0"), Some(0));
        assert_eq!(decimal(b"18446744073709551615"), Some(u64::MAX));
        for broken in ["", "+1", "-1", "1 ", "0x1", "18446744073709551616"] {
            assert_eq!(decimal(broken.as_bytes()), None, "{broken}");
        }
    }
}

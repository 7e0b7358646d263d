//! Where the records of a TLS connection end, for an engine that does not say whether it holds the beginning of one.

use super::offer::RECORD_HEADER as HEADER;

/// What has been seen of the record that is under way.
#[derive(Default)]
pub struct Records {
    header: [u8; HEADER],
    known: usize,
    /// Of its content.
    missing: usize,
}

impl Records {
    /// So much has come.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.known < HEADER {
                let (head, rest) = bytes.split_at(bytes.len().min(HEADER - self.known));
                self.header[self.known..][..head.len()].copy_from_slice(head);
                self.known += head.len();
                bytes = rest;
                if self.known == HEADER {
                    let [.., high, low] = self.header;
                    self.missing = usize::from(u16::from_be_bytes([high, low]));
                }
            } else {
                let (content, rest) = bytes.split_at(bytes.len().min(self.missing));
                self.missing -= content.len();
                bytes = rest;
            }
            if self.known == HEADER && self.missing == 0 {
                self.known = 0;
            }
        }
    }

    /// Whether a record has begun and not ended.
    pub fn is_within(&self) -> bool {
        self.known > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = &[23, 3, 3, 0, 4, 1, 2, 3, 4, 21, 3, 3, 0, 0, 22, 3, 3, 0, 1, 9];
    const ENDS: [usize; 3] = [9, 14, 20];

    #[test]
    fn records_end_where_their_lengths_say() {
        for cut in 0..=STREAM.len() {
            let mut records = Records::default();
            records.feed(&STREAM[..cut]);
            assert_eq!(records.is_within(), cut > 0 && !ENDS.contains(&cut), "{cut}");
            records.feed(&STREAM[cut..]);
            assert!(!records.is_within(), "{cut}");
        }
    }

    #[test]
    fn bytes_may_come_one_by_one() {
        let mut records = Records::default();
        for (index, byte) in STREAM.iter().enumerate() {
            records.feed(&[*byte]);
            assert_eq!(records.is_within(), !ENDS.contains(&(index + 1)), "{index}");
        }
    }
}

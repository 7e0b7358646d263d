//! What the synthetic server remembers of uploads: the sizes of their parts, and whether the list at their end named
//! all of them. It answers `GET /_report/BUCKET/KEY` with a line about one.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub struct Uploads(Mutex<HashMap<String, Upload>>);

/// The latest upload of a key.
#[derive(Default)]
struct Upload {
    parts: BTreeMap<u32, u64>,
    /// The list at the end named every part once and in order.
    is_complete: bool,
}

impl Uploads {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn begin(&self, path: &str) {
        self.lock().insert(path.to_owned(), Upload::default());
    }

    pub fn part(&self, path: &str, number: u32, bytes: u64) {
        if let Some(upload) = self.lock().get_mut(path) {
            upload.parts.insert(number, bytes);
        }
    }

    pub fn complete(&self, path: &str, list: &str) {
        let numbers = list.split("<PartNumber>").skip(1).map(|rest| rest.split('<').next());
        let named: Vec<Option<u32>> =
            numbers.map(|number| number.and_then(|digits| digits.parse().ok())).collect();
        if let Some(upload) = self.lock().get_mut(path) {
            let known: Vec<Option<u32>> = upload.parts.keys().copied().map(Some).collect();
            let counted: Vec<Option<u32>> = (1..=known.len() as u32).map(Some).collect();
            upload.is_complete = named == known && known == counted;
        }
    }

    pub fn abort(&self, path: &str) {
        self.lock().remove(path);
    }

    /// `complete=1 bytes=N parts=COUNTxBYTES,...`, with equal sizes that follow each other taken together.
    pub fn report(&self, path: &str) -> String {
        let uploads = self.lock();
        let Some(upload) = uploads.get(path) else { return "none".to_owned() };
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for bytes in upload.parts.values() {
            match runs.last_mut().filter(|run| run.1 == *bytes) {
                Some(run) => run.0 += 1,
                None => runs.push((1, *bytes)),
            }
        }
        let sum: u64 = upload.parts.values().sum();
        let mut text = format!("complete={} bytes={sum} parts=", u8::from(upload.is_complete));
        for (place, (count, bytes)) in runs.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(text, "{comma}{count}x{bytes}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_and_compared_with_the_list() {
        let uploads = Uploads::default();
        assert_eq!(uploads.report("/b/k"), "none");
        uploads.begin("/b/k");
        for (number, bytes) in [(2, 8), (1, 8), (3, 5)] {
            uploads.part("/b/k", number, bytes);
        }
        let list = |numbers: &[u32]| {
            numbers.iter().map(|it| format!("<PartNumber>{it}</PartNumber>")).collect::<String>()
        };
        for wrong in [&[1, 2][..], &[1, 2, 3, 4], &[2, 1, 3], &[1, 2, 2, 3]] {
            uploads.complete("/b/k", &list(wrong));
            assert_eq!(uploads.report("/b/k"), "complete=0 bytes=21 parts=2x8,1x5");
        }
        uploads.complete("/b/k", &list(&[1, 2, 3]));
        assert_eq!(uploads.report("/b/k"), "complete=1 bytes=21 parts=2x8,1x5");
        uploads.abort("/b/k");
        assert_eq!(uploads.report("/b/k"), "none");
    }
}

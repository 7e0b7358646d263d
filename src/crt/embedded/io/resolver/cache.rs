//! What is known about one host: its addresses by record type, those that work apart from those that failed.
//!
//! Addresses are handed out in turn, least recently used first. One that failed to connect is set aside until it
//! expires, however often it is answered meanwhile; after that it is as good as new. It is taken back earlier only when
//! nothing else is left.

use std::collections::VecDeque;

/// An answer of a name server, or of the caller's function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub text: Vec<u8>,
    pub record: Record,
    pub expiry_ns: u64,
    pub uses: usize,
    pub failures: usize,
    pub weight: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    A,
    Aaaa,
}

/// The addresses of one host.
#[derive(Debug, Default)]
pub struct Cache {
    a: Records,
    aaaa: Records,
}

#[derive(Debug, Default)]
struct Records {
    good: VecDeque<Address>,
    failed: VecDeque<Address>,
}

impl Cache {
    fn records(&mut self, record: Record) -> &mut Records {
        match record {
            Record::A => &mut self.a,
            Record::Aaaa => &mut self.aaaa,
        }
    }

    /// Takes in new answers, forgets expired ones, and falls back on failed ones where nothing else is left.
    pub fn update(&mut self, answers: Vec<Address>, now_ns: u64) {
        for answer in answers {
            self.records(answer.record).add(answer);
        }
        for records in [&mut self.a, &mut self.aaaa] {
            records.expire(now_ns);
        }
    }

    /// The next address of each record type, IPv6 first; empty when none is usable.
    pub fn next(&mut self) -> Vec<Address> {
        [&mut self.aaaa, &mut self.a].into_iter().filter_map(Records::next).collect()
    }

    pub fn record_failure(&mut self, record: Record, text: &[u8]) {
        let records = self.records(record);
        if let Some(index) = records.good.iter().position(|address| address.text == text) {
            records.failed.extend(records.good.remove(index));
        }
        if let Some(address) = records.failed.iter_mut().find(|address| address.text == text) {
            address.failures += 1;
        }
    }

    pub fn usable(&self, record: Record) -> usize {
        match record {
            Record::A => self.a.good.len(),
            Record::Aaaa => self.aaaa.good.len(),
        }
    }
}

impl Records {
    fn add(&mut self, answer: Address) {
        if let Some(known) = self.good.iter_mut().find(|address| address.text == answer.text) {
            known.expiry_ns = answer.expiry_ns;
        } else if !self.failed.iter().any(|address| address.text == answer.text) {
            self.good.push_back(answer);
        }
    }

    /// Called when the name servers have been asked: if every good address is out of date, they do not answer, and
    /// one of them stays to try with.
    fn expire(&mut self, now_ns: u64) {
        let mut left = self.good.len();
        self.good.retain(|address| {
            let stays = address.expiry_ns >= now_ns || left == 1;
            left -= usize::from(!stays);
            stays
        });
        self.failed.retain(|address| address.expiry_ns > now_ns);
        if self.good.is_empty() {
            self.good.extend(self.failed.pop_front());
        }
    }

    fn next(&mut self) -> Option<Address> {
        let mut address = self.good.pop_front()?;
        let handed_out = address.clone();
        address.uses += 1;
        self.good.push_back(address);
        Some(handed_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str, expiry_ns: u64) -> Address {
        let record = if text.contains(':') { Record::Aaaa } else { Record::A };
        Address { text: text.into(), record, expiry_ns, uses: 0, failures: 0, weight: 0 }
    }

    fn next(cache: &mut Cache) -> Vec<String> {
        cache.next().into_iter().map(|a| String::from_utf8(a.text).unwrap()).collect()
    }

    #[test]
    fn addresses_take_turns_in_each_record_type() {
        let mut cache = Cache::default();
        assert!(cache.next().is_empty());
        let answers = ["1.1.1.1", "::1", "2.2.2.2", "::2", "3.3.3.3"];
        cache.update(answers.map(|text| address(text, 10)).to_vec(), 0);
        assert_eq!(next(&mut cache), ["::1", "1.1.1.1"]);
        assert_eq!(next(&mut cache), ["::2", "2.2.2.2"]);
        assert_eq!(next(&mut cache), ["::1", "3.3.3.3"]);
        assert_eq!(cache.next()[1].uses, 1);
        assert_eq!((cache.usable(Record::A), cache.usable(Record::Aaaa)), (3, 2));
    }

    #[test]
    fn failed_addresses_are_set_aside_until_nothing_else_is_left() {
        let mut cache = Cache::default();
        cache.update(vec![address("1.1.1.1", 10), address("2.2.2.2", 10)], 0);
        cache.record_failure(Record::A, b"1.1.1.1");
        cache.record_failure(Record::A, b"unknown");
        cache.update(vec![address("1.1.1.1", 20)], 0);
        assert_eq!(cache.usable(Record::A), 1);
        assert_eq!(next(&mut cache), ["2.2.2.2"]);
        assert_eq!(next(&mut cache), ["2.2.2.2"]);
        cache.record_failure(Record::A, b"2.2.2.2");
        assert!(cache.next().is_empty());
        cache.update(vec![], 5);
        assert_eq!(cache.next()[0].text, b"1.1.1.1");
        assert_eq!(cache.next()[0].failures, 1);
    }

    #[test]
    fn a_failed_address_is_forgiven_when_its_time_is_over() {
        let mut cache = Cache::default();
        cache.update(vec![address("1.1.1.1", 10), address("2.2.2.2", 10)], 0);
        cache.record_failure(Record::A, b"1.1.1.1");
        for now_ns in 1..=9 {
            let answers = vec![address("1.1.1.1", now_ns + 10), address("2.2.2.2", now_ns + 10)];
            cache.update(answers, now_ns);
            assert_eq!(next(&mut cache), ["2.2.2.2"]);
        }
        cache.update(vec![address("1.1.1.1", 20), address("2.2.2.2", 20)], 10);
        cache.update(vec![address("1.1.1.1", 21), address("2.2.2.2", 21)], 11);
        assert_eq!(cache.usable(Record::A), 2);
    }

    #[test]
    fn the_last_address_outlives_name_servers_that_do_not_answer() {
        let mut cache = Cache::default();
        cache.update(vec![address("1.1.1.1", 10), address("2.2.2.2", 10)], 0);
        cache.update(vec![address("::1", 10)], 0);
        cache.update(vec![], 11);
        assert_eq!(next(&mut cache), ["::1", "2.2.2.2"]);
        cache.update(vec![], 99);
        assert_eq!(next(&mut cache), ["::1", "2.2.2.2"]);
        cache.update(vec![address("3.3.3.3", 200)], 100);
        assert_eq!(next(&mut cache), ["::1", "3.3.3.3"]);
    }

    #[test]
    fn answers_expire_unless_repeated() {
        let mut cache = Cache::default();
        cache.update(vec![address("1.1.1.1", 10), address("2.2.2.2", 10)], 0);
        cache.update(vec![address("2.2.2.2", 20)], 11);
        assert_eq!(next(&mut cache), ["2.2.2.2"]);
    }
}

//! What clients have stored, and what they were put through: the server's side of every claim that a test makes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::plan::{Plan, Stage};
use super::wire::Request;

/// Parts of uploads are cut at multiples of this.
const UPLOAD_PART_BYTES: u64 = 5 * 1024 * 1024;

#[derive(Default)]
pub struct Store {
    /// How often each request has come.
    attempts: HashMap<String, u32>,
    /// How many requests of a key met its fault.
    faults: HashMap<String, u32>,
    stored: HashSet<String>,
    /// What a client sent for a key that it should not have sent.
    wrong: HashMap<String, String>,
    uploads: HashMap<String, BTreeMap<u32, u64>>,
    /// Bodies of a key that were accepted before they were read.
    owed: HashMap<String, u32>,
}

/// What a request is for.
pub enum Purpose {
    Get { first: u64, last: Option<u64> },
    Put,
    Create,
    Part { number: u32, upload: String },
    Complete { upload: String },
    Abort,
    Unknown,
}

impl Purpose {
    pub fn of(request: &Request) -> Self {
        let upload = || request.query("uploadId").unwrap_or_default().to_owned();
        let number = request.query("partNumber").and_then(|number| number.parse().ok());
        match (request.method.as_str(), number) {
            ("GET", _) => {
                let (first, last) = request.range().unwrap_or((0, None));
                Self::Get { first, last }
            }
            ("PUT", None) => Self::Put,
            ("PUT", Some(number)) => Self::Part { number, upload: upload() },
            ("POST", _) if request.query("uploads").is_some() => Self::Create,
            ("POST", _) => Self::Complete { upload: upload() },
            ("DELETE", _) => Self::Abort,
            _ => Self::Unknown,
        }
    }

    pub fn stage(&self, plan: &Plan) -> Stage {
        match self {
            Self::Get { first: 0, .. } | Self::Put | Self::Create => Stage::First,
            Self::Get { last: Some(last), .. } if last.saturating_add(1) < plan.size => {
                Stage::Later
            }
            Self::Part { .. } => Stage::Later,
            Self::Get { .. } | Self::Complete { .. } => Stage::Last,
            Self::Abort | Self::Unknown => Stage::All,
        }
    }

    /// Where in the object the body of the request begins.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Part { number, .. } => u64::from(number.saturating_sub(1)) * UPLOAD_PART_BYTES,
            _ => 0,
        }
    }
}

impl Store {
    /// Counts a request; says how often it had come before, and whether it meets its fault now.
    pub fn arrived(&mut self, request: &Request, purpose: &Purpose, plan: &Plan) -> (u32, bool) {
        let attempts = self.attempts.entry(request.identity()).or_default();
        let before = *attempts;
        *attempts += 1;
        let meets = plan.meets(purpose.stage(plan), before);
        if meets && !matches!(purpose, Purpose::Abort) {
            *self.faults.entry(request.key().to_owned()).or_default() += 1;
        }
        (before, meets)
    }

    /// Whether bodies of a key are still to be read that were accepted already.
    pub fn owes(&self, key: &str) -> bool {
        self.owed.get(key).is_some_and(|bodies| *bodies > 0)
    }

    /// Notes that a body was accepted early, or (a negative number) that it was read.
    pub fn owe(&mut self, key: &str, bodies: i32) {
        let owed = self.owed.entry(key.to_owned()).or_default();
        *owed = owed.saturating_add_signed(bodies);
    }

    /// Notes what a client got wrong.
    pub fn accuse(&mut self, key: &str, of: String) {
        self.wrong.entry(key.to_owned()).or_insert(of);
    }

    pub fn create(&mut self) -> String {
        let upload = format!("upload-{}", self.uploads.len() + 1);
        self.uploads.insert(upload.clone(), BTreeMap::new());
        upload
    }

    /// A part whose content was right.
    pub fn part(&mut self, key: &str, plan: &Plan, upload: &str, number: u32, bytes: u64) {
        let begin = u64::from(number.saturating_sub(1)) * UPLOAD_PART_BYTES;
        let wanted = plan.size.saturating_sub(begin).min(UPLOAD_PART_BYTES);
        if bytes != wanted {
            self.accuse(key, format!("part {number} has {bytes} bytes, not {wanted}"));
        }
        match self.uploads.get_mut(upload) {
            Some(parts) => drop(parts.insert(number, bytes)),
            None => self.accuse(key, format!("no upload {upload}")),
        }
    }

    pub fn put(&mut self, key: &str, plan: &Plan, bytes: u64) {
        if bytes == plan.size {
            self.stored.insert(key.to_owned());
        } else {
            self.accuse(key, format!("{bytes} bytes of {}", plan.size));
        }
    }

    /// The list of parts must name all of them in order, by the tags they were given.
    pub fn complete(&mut self, key: &str, plan: &Plan, upload: &str, list: &str) {
        let Some(parts) = self.uploads.get(upload) else {
            return self.accuse(key, format!("no upload {upload} to complete"));
        };
        let numbers = list.split("<PartNumber>").skip(1).map(|rest| rest.split('<').next());
        let named: Vec<Option<u32>> =
            numbers.map(|number| number.and_then(|digits| digits.parse().ok())).collect();
        let known: Vec<Option<u32>> = parts.keys().map(|number| Some(*number)).collect();
        let tags = parts.keys().all(|number| list.contains(&format!("part-{number}<")));
        let bytes: u64 = parts.values().sum();
        let contiguous = known.iter().zip(1..).all(|(number, place)| *number == Some(place));
        if named == known && contiguous && tags && bytes == plan.size {
            self.stored.insert(key.to_owned());
        } else {
            self.accuse(key, format!("completes {named:?} of {known:?}, {bytes} bytes"));
        }
    }

    /// One line about a key.
    pub fn report(&self, key: &str) -> String {
        let faults = self.faults.get(key).copied().unwrap_or(0);
        let wrong = self.wrong.get(key).map_or("", String::as_str);
        format!("stored={} faults={faults} wrong={wrong}", u8::from(self.stored.contains(key)))
    }
}

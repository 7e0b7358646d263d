//! What clients have stored, and what they were put through: the server's side of every claim that a test makes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::plan::{Fault, Plan, Stage};
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
    uploads: HashMap<String, Upload>,
    /// How often a client wanted an upload of a key to be aborted.
    aborts: HashMap<String, u32>,
    /// Bodies of a key that were accepted before they were read.
    owed: HashMap<String, u32>,
}

/// An upload in parts.
#[derive(Default)]
struct Upload {
    key: String,
    parts: BTreeMap<u32, u64>,
    /// Its client has been told of it, whole and in good order.
    is_told: bool,
    /// It was completed or aborted.
    is_over: bool,
    /// Whoever asked last which parts there are was not told: it may be kept for those who ask again.
    is_unlisted: bool,
}

/// What a request is for.
pub enum Purpose {
    Get {
        first: u64,
        last: Option<u64>,
    },
    Head,
    Put,
    Copy,
    Create,
    Part {
        number: u32,
        upload: String,
    },
    CopyPart {
        number: u32,
        upload: String,
    },
    Complete {
        upload: String,
    },
    /// Which parts there are.
    List {
        upload: String,
    },
    Abort {
        upload: String,
    },
    Unknown,
}

impl Purpose {
    pub fn of(request: &Request) -> Self {
        let upload = || request.decoded_query("uploadId");
        let number = request.query("partNumber").and_then(|number| number.parse().ok());
        match (request.method.as_str(), number) {
            ("GET", _) if request.query("uploadId").is_some() => Self::List { upload: upload() },
            ("GET", _) => {
                let (first, last) = request.range().unwrap_or((0, None));
                Self::Get { first, last }
            }
            ("HEAD", _) => Self::Head,
            ("PUT", None) if request.copied_range().is_some() => Self::Copy,
            ("PUT", Some(number)) if request.copied_range().is_some() => {
                Self::CopyPart { number, upload: upload() }
            }
            ("PUT", None) => Self::Put,
            ("PUT", Some(number)) => Self::Part { number, upload: upload() },
            ("POST", _) if request.query("uploads").is_some() => Self::Create,
            ("POST", _) => Self::Complete { upload: upload() },
            ("DELETE", _) => Self::Abort { upload: upload() },
            _ => Self::Unknown,
        }
    }

    pub fn stage(&self, plan: &Plan) -> Stage {
        match self {
            Self::Get { first: 0, .. } | Self::Put | Self::Create | Self::List { .. } => {
                Stage::First
            }
            Self::Get { last: Some(last), .. } if last.saturating_add(1) < plan.size => {
                Stage::Later
            }
            Self::Part { .. } | Self::CopyPart { .. } => Stage::Later,
            Self::Get { .. } | Self::Complete { .. } => Stage::Last,
            Self::Abort { .. } => Stage::Clearing,
            Self::Head | Self::Copy | Self::Unknown => Stage::All,
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
        if matches!(purpose, Purpose::Abort { .. }) {
            *self.aborts.entry(request.key().to_owned()).or_default() += 1;
        } else if meets && plan.fault != Fault::Some {
            *self.faults.entry(request.key().to_owned()).or_default() += 1;
        }
        (before, meets)
    }

    /// Counts a request that met its fault by chance.
    pub fn hit(&mut self, key: &str) {
        *self.faults.entry(key.to_owned()).or_default() += 1;
    }

    /// The parts of an upload that is under way, as a service lists them.
    pub fn list(&self, id: &str) -> Option<String> {
        let upload = self.uploads.get(id).filter(|upload| !upload.is_over)?;
        let parts = upload.parts.iter().map(|(number, bytes)| {
            format!(
                "<Part><PartNumber>{number}</PartNumber><ETag>\"part-{number}\"</ETag>\
                 <Size>{bytes}</Size></Part>"
            )
        });
        Some(format!("<ListPartsResult>{}</ListPartsResult>", parts.collect::<String>()))
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

    pub fn create(&mut self, key: &str) -> String {
        // As services have them: with characters that mean something in queries.
        let id = format!("2~upload+{}/==", self.uploads.len() + 1);
        self.uploads.insert(id.clone(), Upload { key: key.to_owned(), ..Upload::default() });
        id
    }

    /// The client knows of this upload from now on.
    pub fn tell(&mut self, id: &str) {
        if let Some(upload) = self.uploads.get_mut(id) {
            upload.is_told = true;
        }
    }

    /// Somebody who goes on with this upload learns which parts there are, or does not.
    pub fn tell_parts(&mut self, id: &str, told: bool) {
        if let Some(upload) = self.uploads.get_mut(id) {
            upload.is_unlisted = !told;
        }
    }

    pub fn abort(&mut self, key: &str, id: &str) {
        match self.uploads.get_mut(id) {
            Some(upload) => upload.is_over = true,
            None => self.accuse(key, format!("no upload {id} to abort")),
        }
    }

    /// A part whose content was right.
    pub fn part(&mut self, key: &str, plan: &Plan, upload: &str, number: u32, bytes: u64) {
        let begin = u64::from(number.saturating_sub(1)) * UPLOAD_PART_BYTES;
        let wanted = plan.size.saturating_sub(begin).min(UPLOAD_PART_BYTES);
        if bytes != wanted {
            self.accuse(key, format!("part {number} has {bytes} bytes, not {wanted}"));
        }
        match self.uploads.get_mut(upload) {
            Some(upload) => drop(upload.parts.insert(number, bytes)),
            None => self.accuse(key, format!("no upload {upload}")),
        }
    }

    /// A part that the service fetched itself.
    pub fn copy_part(&mut self, key: &str, upload: &str, number: u32, bytes: u64) {
        match self.uploads.get_mut(upload) {
            Some(upload) => drop(upload.parts.insert(number, bytes)),
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
    pub fn complete(&mut self, key: &str, plan: &Plan, id: &str, list: &str) {
        let Some(upload) = self.uploads.get_mut(id) else {
            return self.accuse(key, format!("no upload {id} to complete"));
        };
        let parts = &upload.parts;
        let numbers = list.split("<PartNumber>").skip(1).map(|rest| rest.split('<').next());
        let named: Vec<Option<u32>> =
            numbers.map(|number| number.and_then(|digits| digits.parse().ok())).collect();
        let known: Vec<Option<u32>> = parts.keys().map(|number| Some(*number)).collect();
        let tags = parts.keys().all(|number| list.contains(&format!("part-{number}<")));
        let bytes: u64 = parts.values().sum();
        let contiguous = known.iter().zip(1..).all(|(number, place)| *number == Some(place));
        if named == known && contiguous && tags && bytes == plan.size {
            upload.is_over = true;
            self.stored.insert(key.to_owned());
        } else {
            self.accuse(key, format!("completes {named:?} of {known:?}, {bytes} bytes"));
        }
    }

    /// One line about a key: whether it is stored, how many requests met a fault, how many uploads that the client knew
    /// of were left behind after how many attempts to abort, and what the client got wrong.
    pub fn report(&self, key: &str) -> String {
        let uploads = self.uploads.values().filter(|upload| upload.key == key);
        let left = uploads
            .filter(|upload| upload.is_told && !upload.is_over && !upload.is_unlisted)
            .count();
        let aborts = self.aborts.get(key).copied().unwrap_or(0);
        let faults = self.faults.get(key).copied().unwrap_or(0);
        let wrong = self.wrong.get(key).map_or("", String::as_str);
        let stored = u8::from(self.stored.contains(key));
        format!("stored={stored} faults={faults} left={left} aborts={aborts} wrong={wrong}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(store: &Store) -> bool {
        store.report("key").contains(" left=1 ")
    }

    #[test]
    fn uploads_that_are_left_behind() {
        let mut store = Store::default();
        let id = store.create("key");
        assert!(!left(&store), "its client does not know of it");
        store.tell(&id);
        assert!(left(&store) && store.report("other").contains(" left=0 "));
        store.abort("key", &id);
        assert!(!left(&store));
        let id = store.create("key");
        store.tell(&id);
        store.tell_parts(&id, false);
        assert!(!left(&store), "its parts may be asked for once more");
        store.tell_parts(&id, true);
        assert!(left(&store));
        let plan = Plan::of_key("none.1.all.5.0").expect("a plan");
        store.part("key", &plan, &id, 1, 5);
        store.complete("key", &plan, &id, "<PartNumber>1</PartNumber><ETag>part-2</ETag>");
        assert!(left(&store), "not by a list that is wrong");
        store.complete("key", &plan, &id, "<PartNumber>1</PartNumber><ETag>part-1</ETag>");
        assert!(!left(&store) && store.report("key").starts_with("stored=1 "));
    }
}

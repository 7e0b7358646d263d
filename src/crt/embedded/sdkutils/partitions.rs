//! The partitions of the cloud: which regions there are in each, and what their endpoints are called.

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::error::Code;

/// Versions of the document that are understood.
const VERSIONS: [&str; 2] = ["1.0", "1.1"];
/// The partition of a region that nobody knows.
const USUAL: &str = "aws";

pub(super) struct Partitions(Vec<Partition>);

struct Partition {
    id: String,
    /// What its regions are called; those that are not known by name count, too.
    pattern: Regex,
    outputs: Map<String, Value>,
    regions: Map<String, Value>,
}

impl Partitions {
    pub fn read(document: &[u8]) -> Result<Self, Code> {
        let failed = Code::SDKUTILS_PARTITIONS_PARSE_FAILED;
        let document: Value = serde_json::from_slice(document).map_err(|_| failed)?;
        if !document["version"].as_str().is_some_and(|version| VERSIONS.contains(&version)) {
            return Err(Code::SDKUTILS_PARTITIONS_UNSUPPORTED);
        }
        let partitions = document["partitions"].as_array().ok_or(failed)?;
        let read = |partition: &Value| {
            Some(Partition {
                id: partition["id"].as_str()?.to_owned(),
                pattern: Regex::new(partition["regionRegex"].as_str()?).ok()?,
                outputs: partition["outputs"].as_object()?.clone(),
                regions: partition["regions"].as_object()?.clone(),
            })
        };
        let partitions: Option<Vec<Partition>> = partitions.iter().map(read).collect();
        partitions.map(Self).ok_or(failed)
    }

    /// What is known of the partition of a region.
    pub fn of(&self, region: &str) -> Option<Value> {
        let by_name = self.0.iter().find(|partition| partition.regions.contains_key(region));
        let by_pattern = || self.0.iter().find(|partition| partition.pattern.is_match(region));
        let usual = || self.0.iter().find(|partition| partition.id == USUAL);
        let found = by_name.or_else(by_pattern).or_else(usual)?;
        let mut outputs = found.outputs.clone();
        outputs.insert("name".to_owned(), Value::String(found.id.clone()));
        if let Some(own) = found.regions.get(region).and_then(Value::as_object) {
            outputs.extend(own.clone());
        }
        Some(Value::Object(outputs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_of_regions() {
        let document = r#"{"version":"1.1","partitions":[
            {"id":"aws","regionRegex":"^us\\-\\w+\\-\\d+$","outputs":{"dnsSuffix":"a"},
             "regions":{"global":{"dnsSuffix":"g"}}},
            {"id":"aws-cn","regionRegex":"^cn\\-\\w+\\-\\d+$","outputs":{"dnsSuffix":"c"},"regions":{}}]}"#;
        let partitions = Partitions::read(document.as_bytes()).expect("partitions");
        for (region, name, suffix) in [
            ("us-east-1", "aws", "a"),
            ("global", "aws", "g"),
            ("cn-north-9", "aws-cn", "c"),
            ("elsewhere", "aws", "a"),
        ] {
            let found = partitions.of(region).expect("a partition");
            assert_eq!(
                (&found["name"], &found["dnsSuffix"]),
                (&name.into(), &suffix.into()),
                "{region}"
            );
        }
        let none = Partitions::read(br#"{"version":"1.1","partitions":[]}"#).expect("partitions");
        assert_eq!(none.of("us-east-1"), None);
    }

    #[test]
    fn documents_that_are_none() {
        for (document, code) in [
            ("", Code::SDKUTILS_PARTITIONS_PARSE_FAILED),
            (r#"{"version":"2.0"}"#, Code::SDKUTILS_PARTITIONS_UNSUPPORTED),
            (r#"{"version":"1.1"}"#, Code::SDKUTILS_PARTITIONS_PARSE_FAILED),
            (
                r#"{"version":"1.1","partitions":[{"id":"a","regionRegex":"(","outputs":{},"regions":{}}]}"#,
                Code::SDKUTILS_PARTITIONS_PARSE_FAILED,
            ),
        ] {
            assert_eq!(Partitions::read(document.as_bytes()).err(), Some(code), "{document}");
        }
    }
}

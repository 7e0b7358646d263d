//! Every C struct and enumerator written in Rust has the layout and the number that C gives it.
//!
//! `tests/abi/layouts.json` is what the headers of aws-c-s3 v1.5.1 and its siblings were measured
//! to say. The Rust side is measured here and compared with it; `tests_c/layout.c` asserts the same
//! numbers in C, for `tests_c/headers/check.py` to compile against any set of headers.
//!
//! The list of structs and the C file follow the sources; after a change there,
//! `UPDATE_LAYOUTS=1 cargo test --test layouts` writes both (run it twice: the first run cannot
//! measure what it has just listed).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::{env, fs};

use aws_c_s3::abi::*;
use aws_c_s3::crt::sys::*;
use serde_json::Value;

struct Measured {
    name: &'static str,
    size: usize,
    align: usize,
    /// Name, offset and size.
    fields: Vec<(&'static str, usize, usize)>,
}

macro_rules! measure {
    ($($name:ident { $($field:ident)* })*) => {
        fn measured() -> Vec<Measured> {
            vec![$(Measured {
                name: stringify!($name),
                size: size_of::<$name>(),
                align: align_of::<$name>(),
                fields: vec![$((
                    stringify!($field).trim_start_matches("r#"),
                    offset_of!($name, $field),
                    size_behind(|object: &$name| &raw const object.$field),
                )),*],
            }),*]
        }
    };
}

fn size_behind<Object, Field>(_: fn(&Object) -> *const Field) -> usize {
    size_of::<Field>()
}

include!("abi/structs.in");

/// Structs that are unnamed in C, where they stand inside another one, and unions.
const WITHOUT_NAME_IN_C: [&str; 3] = [
    "aws_s3_client_config_retry_config",
    "aws_task_abi_extension",
    "aws_http_proxy_negotiator_strategy_vtable",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn recorded() -> Value {
    let text = fs::read_to_string(root().join("tests/abi/layouts.json")).expect("readable");
    serde_json::from_str(&text).expect("JSON")
}

/// Where some structs are laid out in another way than on x86-64 with glibc, and how C tells that it is there. What
/// they hold of the system's own, such as locks, has other sizes.
const ELSEWHERE: [(&str, &str, bool); 1] = [(
    "aarch64-linux-gnu",
    "defined(__aarch64__) && defined(__GLIBC__)",
    cfg!(all(target_arch = "aarch64", target_env = "gnu")),
)];

fn structs_of(recorded: &Value, place: &str) -> serde_json::Map<String, Value> {
    recorded[format!("structs of {place}")].as_object().expect("an object").clone()
}

/// The structs as they are for the target of this build.
fn structs_here(recorded: &Value) -> serde_json::Map<String, Value> {
    let mut structs = recorded["structs"].as_object().expect("an object").clone();
    for (place, _, is_here) in ELSEWHERE {
        if is_here {
            structs.extend(structs_of(recorded, place));
        }
    }
    structs
}

/// The sources that mirror C headers.
fn mirrors() -> Vec<String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["src/abi", "src/abi/s3_client", "src/crt/sys"] {
        let entries = fs::read_dir(root().join(folder)).expect("readable");
        files.extend(entries.map(|entry| entry.expect("readable").path()));
    }
    files.sort();
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    files.map(|path| fs::read_to_string(path).expect("readable")).collect()
}

/// Structs with public fields, and those fields, as the sources write them.
fn written_structs() -> BTreeMap<String, Vec<String>> {
    let mut structs = BTreeMap::new();
    for text in mirrors() {
        let mut current: Option<(String, Vec<String>)> = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                current = Some((first_word(rest), Vec::new()));
            } else if let (Some((_, fields)), Some(rest)) =
                (&mut current, line.strip_prefix("    pub "))
            {
                fields.push(rest.split(':').next().unwrap_or_default().to_string());
            } else if line == "}"
                && let Some((name, fields)) = current.take()
                && !fields.is_empty()
                && !WITHOUT_NAME_IN_C.contains(&name.as_str())
            {
                structs.insert(name, fields);
            }
        }
    }
    structs
}

/// Enumerators and their numbers: constants of `crt::sys`, and the variants of our own enums.
fn written_enumerators() -> BTreeMap<String, i64> {
    let mut numbers = BTreeMap::new();
    for text in mirrors() {
        let mut next: Option<i64> = None;
        for line in text.lines() {
            let constant = line.strip_prefix("pub const ").and_then(|rest| rest.split_once(": "));
            if let Some((name, rest)) = constant {
                let number =
                    rest.split("= ").nth(1).and_then(|n| n.trim_end_matches(';').parse().ok());
                if let Some(number) = number {
                    numbers.insert(name.to_string(), number);
                }
            } else if line.starts_with("pub enum ") {
                next = Some(0);
            } else if line == "}" {
                next = None;
            } else if let (Some(number), Some(variant)) = (next, line.strip_suffix(','))
                && !line.trim_start().starts_with("//")
            {
                let (name, number) = match variant.split_once(" = ") {
                    Some((name, given)) => (name, given.parse().expect("a number")),
                    None => (variant, number),
                };
                numbers.insert(name.trim().to_string(), number);
                next = Some(number + 1);
            }
        }
    }
    numbers
}

fn first_word(text: &str) -> String {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default().to_string()
}

fn updating() -> bool {
    env::var_os("UPDATE_LAYOUTS").is_some()
}

#[test]
fn every_struct_is_measured() {
    let mut list = String::from("// Written by tests/layouts.rs.\n\nmeasure! {\n");
    for (name, fields) in written_structs() {
        writeln!(list, "    {name} {{ {} }}", fields.join(" ")).expect("strings grow");
    }
    list += "}\n";
    let path = root().join("tests/abi/structs.in");
    if updating() {
        fs::write(&path, &list).expect("written");
    }
    assert_eq!(fs::read_to_string(path).expect("readable"), list, "see UPDATE_LAYOUTS");
}

#[test]
fn structs_have_the_recorded_layout() {
    let recorded = recorded();
    let structs = structs_here(&recorded);
    let measured = measured();
    assert_eq!(measured.len(), structs.len());
    for ours in measured {
        let theirs = &structs[ours.name];
        assert_eq!(theirs["size"], ours.size, "size of {}", ours.name);
        assert_eq!(theirs["align"], ours.align, "alignment of {}", ours.name);
        let fields: Vec<Value> =
            ours.fields.iter().map(|field| serde_json::to_value(field).expect("plain")).collect();
        assert_eq!(theirs["fields"], Value::from(fields), "fields of {}", ours.name);
    }
}

#[test]
fn the_retry_settings_lie_as_if_they_had_no_name() {
    type Retry = aws_s3_client_config_retry_config;
    let at = offset_of!(aws_s3_client_config, retry_config);
    let offsets = [
        offset_of!(Retry, max_retries),
        offset_of!(Retry, backoff_scale_factor_ms),
        offset_of!(Retry, max_backoff_secs),
        offset_of!(Retry, jitter_mode),
        offset_of!(Retry, initial_bucket_capacity),
        offset_of!(Retry, retry_mode),
        offset_of!(Retry, fast_fail_if_no_token),
    ];
    assert_eq!(at, 112);
    assert_eq!(offsets, [0, 8, 12, 16, 24, 32, 36]);
    assert_eq!(size_of::<Retry>(), 40);
}

#[test]
fn enumerators_have_the_recorded_numbers() {
    let recorded = recorded();
    let numbers = written_enumerators();
    let second_names = [
        "AWS_SCA_INIT",
        "AWS_SCA_END",
        "AWS_ERROR_S3_INTERNAL_PART_SIZE_MISMATCH_RETRYING_WITH_RANGE",
        "AWS_S3_REQUEST_TYPE_DEFAULT",
    ];
    for (name, theirs) in recorded["enums"].as_object().expect("an object") {
        for (enumerator, number) in theirs["values"].as_object().expect("an object") {
            if !second_names.contains(&enumerator.as_str()) {
                assert_eq!(
                    numbers.get(enumerator),
                    number.as_i64().as_ref(),
                    "{name}.{enumerator}"
                );
            }
        }
    }
    let (first, last) = (AWS_SCA_INIT, AWS_SCA_END);
    assert_eq!((first as u32, last as u32), (1, 9));
    let range = AWS_ERROR_S3_INTERNAL_PART_SIZE_MISMATCH_RETRYING_WITH_RANGE;
    assert_eq!((range as u32, AWS_S3_REQUEST_TYPE_DEFAULT as u32), (14365, 0));
}

#[test]
fn the_error_table_names_the_enumerators() {
    let recorded = recorded();
    let errors = recorded["enums"]["aws_s3_errors"]["values"].as_object().expect("an object");
    for (number, name, _) in aws_c_s3::error::S3_ERRORS {
        assert_eq!(errors.get(*name).and_then(Value::as_i64), Some(i64::from(*number)), "{name}");
    }
    let subjects = recorded["enums"]["aws_s3_subject"]["values"].as_object().expect("an object");
    for (number, name) in aws_c_s3::log::S3_SUBJECTS {
        let known = subjects.values().any(|value| value.as_i64() == Some(i64::from(*number)));
        assert!(known, "{name}");
    }
}

/// One line for the size of a struct, and one for each field.
fn facts<'a>(name: &str, size: u64, fields: impl Iterator<Item = (&'a str, u64)>) -> String {
    let mut text = format!("STRUCT({name}, {size});\n");
    for (field, at) in fields {
        // Bit-fields have no offset in C.
        if (name, field) != ("aws_signing_config_aws", "flags") {
            writeln!(text, "FIELD({name}, {field}, {at});").expect("strings grow");
        }
    }
    text
}

fn recorded_facts(name: &str, theirs: &Value) -> String {
    let fields = theirs["fields"].as_array().expect("a list").iter();
    let fields = fields
        .map(|field| (field[0].as_str().expect("a name"), field[1].as_u64().expect("an offset")));
    facts(name, theirs["size"].as_u64().expect("a size"), fields)
}

/// What Rust believes, for a C compiler to check: one line per fact.
fn assertions() -> String {
    let recorded = recorded();
    let mut headers: Vec<&str> = Vec::new();
    for kind in ["structs", "enums"] {
        let entries = recorded[kind].as_object().expect("an object").values();
        headers.extend(entries.filter_map(|entry| entry["header"].as_str()));
    }
    headers.sort_unstable();
    headers.dedup();

    let elsewhere: Vec<_> =
        ELSEWHERE.iter().map(|(place, test, _)| (*test, structs_of(&recorded, place))).collect();
    let mut text = String::from(
        "/* SPDX-License-Identifier: Apache-2.0 */\n\
         /* Written by tests/layouts.rs: what the library believes about C. Compiled by headers/check.py. */\n\
         #include <stddef.h>\n\n",
    );
    for header in headers {
        writeln!(text, "#include <{header}>").expect("strings grow");
    }
    text += "\n#define STRUCT(name, bytes) _Static_assert(sizeof(struct name) == (bytes), #name)\n\
             #define FIELD(name, field, at) _Static_assert(offsetof(struct name, field) == (at), #name \".\" #field)\n\
             #define VALUE(name, number) _Static_assert((name) == (number), #name)\n\n";
    for ours in measured() {
        let others: Vec<_> = elsewhere
            .iter()
            .filter_map(|(test, structs)| Some((*test, structs.get(ours.name)?)))
            .collect();
        if others.is_empty() {
            let fields = ours.fields.iter().map(|(field, at, _)| (*field, *at as u64));
            text += &facts(ours.name, ours.size as u64, fields);
            continue;
        }
        for (at, (test, theirs)) in others.iter().enumerate() {
            let word = if at == 0 { "if" } else { "elif" };
            text += &format!("#{word} {test}\n{}", recorded_facts(ours.name, theirs));
        }
        let usual = recorded_facts(ours.name, &recorded["structs"][ours.name]);
        text += &format!("#else\n{usual}#endif\n");
    }
    let numbers = written_enumerators();
    for theirs in recorded["enums"].as_object().expect("an object").values() {
        for enumerator in theirs["values"].as_object().expect("an object").keys() {
            if let Some(number) = numbers.get(enumerator) {
                writeln!(text, "VALUE({enumerator}, {number});").expect("strings grow");
            }
        }
    }
    text + "\nint main(void) {\n    return 0;\n}\n"
}

#[test]
fn the_c_assertions_are_current() {
    let path = root().join("tests_c/layout.c");
    let text = assertions();
    if updating() {
        fs::write(&path, &text).expect("written");
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "see UPDATE_LAYOUTS");
}

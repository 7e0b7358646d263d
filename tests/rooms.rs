//! The floors of the library: a room uses what stands below it, and rooms on one floor do not know
//! each other.

mod source;

use source::{Source, files, words};

/// The rooms of each floor, from the ground up.
const FLOORS: &[&[&str]] = &[
    &["os"],
    &["error", "log", "clock", "backoff", "sync"],
    &["abi", "crt"],
    &["pool", "net", "schedule"],
    &["body", "checksum", "sign", "xml"],
    &["request"],
    &["operation"],
    &["client"],
    &["ffi"],
];

/// Who may use a room of the same floor, and what of it: to hash while copying, and because our C
/// types are made of theirs.
const NEIGHBOURS: &[(&str, &str)] = &[("body", "checksum"), ("abi", "crt::sys")];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn allowed(room: &str, used: &str) -> bool {
    let target = used.split("::").next().unwrap_or(used);
    if target == room {
        return true;
    }
    let neighbour = NEIGHBOURS.iter().any(|(who, what)| {
        let below =
            used.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        *who == room && below
    });
    match (floor(target), floor(room)) {
        (Some(target), Some(own)) => target < own || neighbour,
        // Not a room: an item at the root of the crate, such as a macro.
        (None, _) => !target.chars().all(|c| c.is_ascii_lowercase()),
        (_, None) => false,
    }
}

/// The room of `src/room/…` and `src/room.rs`; None for the root of the crate.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let name = inside.split('/').next()?;
    let room = name.strip_suffix(".rs").unwrap_or(name);
    (room != "lib").then_some(room)
}

/// Every path that starts at the root of the crate, without `crate::`; groups are spelt out.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        if let Some(rest) = code[at..].strip_prefix("crate::") {
            spell_out(String::new(), rest, &mut found);
        }
    }
    found
}

/// Reads one path, or each path of a group, and returns what stands behind.
fn spell_out<'a>(prefix: String, code: &'a str, found: &mut Vec<String>) -> &'a str {
    let mut code = code.trim_start();
    if let Some(inside) = code.strip_prefix('{') {
        code = inside.trim_start();
        while !code.is_empty() && !code.starts_with('}') {
            code = spell_out(prefix.clone(), code, found).trim_start();
            // A new name for an import is no part of its path.
            let end = code.find([',', '{', '}']).unwrap_or(code.len());
            code = code[end..].trim_start_matches(',').trim_start();
        }
        return code.get(1..).unwrap_or_default();
    }
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    let (name, rest) = code.split_at(end);
    let path = format!("{prefix}{name}");
    match rest.strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '{') => {
            spell_out(format!("{path}::"), rest, found)
        }
        _ => {
            found.push(path);
            rest
        }
    }
}

/// The uses in `source` that the floors do not allow.
fn offences(source: &Source) -> Vec<String> {
    let Some(room) = room_of(&source.path) else { return Vec::new() };
    let uses = paths(&source.code()).into_iter().filter(|used| !allowed(room, used));
    uses.map(|used| format!("{} uses {used}", source.path)).collect()
}

#[test]
fn every_file_belongs_to_a_room() {
    for source in files("src") {
        if let Some(room) = room_of(&source.path) {
            assert!(floor(room).is_some(), "{} is in no room", source.path);
        }
    }
}

#[test]
fn rooms_use_only_what_stands_below() {
    let offences: Vec<_> = files("src").iter().flat_map(offences).collect();
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn the_map_lists_the_rooms_from_the_ground_up() {
    let all = files("src");
    let map = all.iter().find(|source| source.path == "src/lib.rs").expect("the root");
    let listed: Vec<_> = map
        .code()
        .lines()
        .filter_map(|line| line.split("mod ").nth(1)?.strip_suffix(';'))
        .map(|room| floor(room).unwrap_or_else(|| panic!("{room} is on no floor")))
        .collect();
    assert!(listed.is_sorted(), "not in floor order");
    assert_eq!(listed.len(), FLOORS.concat().len());
}

#[test]
fn nobody_imports_the_embedded_crt() {
    for source in files("src") {
        if source.path.starts_with("src/crt/embedded/") {
            continue;
        }
        let code = source.code();
        let named = words(&code, "embedded").filter(|at| !code[..*at].ends_with("mod ")).count();
        assert_eq!(named, 0, "{} names crt::embedded", source.path);
    }
}

#[test]
fn the_rule_itself_holds_good_uses_from_bad() {
    let spelt =
        paths("use crate::{error::{Code, Result as R}, log, a::b::{self, c}}; crate::x::<T>()");
    assert_eq!(spelt, ["error::Code", "error::Result", "log", "a::b::self", "a::b::c", "x"]);
    for (room, used) in [
        ("net", "crt::TlsSettings"),
        ("net", "net::Origin"),
        ("body", "checksum::Hasher"),
        ("abi", "crt::sys::aws_allocator"),
        ("ffi", "client::Client"),
    ] {
        assert!(allowed(room, used), "{room} -> {used}");
    }
    for (room, used) in [
        ("crt", "pool::Pool"),
        ("net", "pool::Ticket"),
        ("checksum", "body::Source"),
        ("abi", "crt::Allocator"),
        ("abi", "crt::system"),
        ("error", "log::write"),
        ("net", "nowhere::Thing"),
    ] {
        assert!(!allowed(room, used), "{room} -> {used}");
    }
}

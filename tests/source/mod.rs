//! The library's source as text, for tests about how it is written.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// From the root of the repository, with `/` between names.
    pub path: String,
    pub text: String,
}

impl Source {
    /// The text with comments and the insides of literals blanked out; lines stay where they are.
    pub fn code(&self) -> String {
        code_of(&self.text)
    }
}

/// Every Rust file below `folder`, sorted by path.
pub fn files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no source in {folder}");
    paths.iter().map(|path| read(root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a readable file");
    let relative = path.strip_prefix(root).expect("a path below the root");
    let path = relative.to_string_lossy().replace('\\', "/");
    Source { path, text }
}

/// Blanks out comments and the insides of string and character literals.
fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let length = hidden(&bytes[at..], at > 0 && is_word(bytes[at - 1]));
        for byte in &bytes[at..at + length.max(1)] {
            let shown = *byte == b'\n' || (length == 0 && byte.is_ascii());
            code.push(if shown { char::from(*byte) } else { ' ' });
        }
        at += length.max(1);
    }
    code
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many bytes from here on are comment or literal; none when this is code.
fn hidden(rest: &[u8], within_word: bool) -> usize {
    match rest {
        [b'/', b'/', ..] => find(rest, b"\n", 2).unwrap_or(rest.len()),
        [b'/', b'*', ..] => find(rest, b"*/", 2).map_or(rest.len(), |end| end + 2),
        [b'"', ..] => literal(rest, b'"'),
        [b'r', b'"' | b'#', ..] if !within_word => raw(rest),
        // A character, and not a lifetime.
        [b'\'', b'\\', ..] => literal(rest, b'\''),
        [b'\'', _, b'\'', ..] => 3,
        [b'\'', first, ..] if !first.is_ascii() => literal(rest, b'\''),
        _ => 0,
    }
}

fn find(rest: &[u8], end: &[u8], from: usize) -> Option<usize> {
    (from..rest.len()).find(|at| rest[*at..].starts_with(end))
}

fn literal(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let mut end = vec![b'"'];
    end.resize(1 + hashes, b'#');
    find(rest, &end, 2 + hashes).map_or(rest.len(), |at| at + end.len())
}

/// Where `word` stands in `code` as a word of its own.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let bytes = code.as_bytes();
        let starts = *at == 0 || !is_word(bytes[at - 1]);
        let ends = bytes.get(at + word.len()).is_none_or(|byte| !is_word(*byte));
        starts && ends
    })
}

#[test]
fn comments_and_literals_are_not_code() {
    let text = "a // b\n/* c */ \"d \\\" e\" r#\"f\"# '\\'' 'g' <'h> r#i r b\"j\" \u{fc}";
    let code = code_of(text);
    let left: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(left, "a <'h> r#i r b");
    assert_eq!(code.lines().count(), 2);
    assert_eq!(words("an fn fn_a a.fn(", "fn").collect::<Vec<_>>(), [3, 13]);
}

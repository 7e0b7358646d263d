//! House rules that no compiler knows.

mod source;

use source::{Source, files, words};

/// Code is held to 100 by rustfmt; this is for prose, which it leaves alone.
const COLUMNS: usize = 120;
const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 600;

/// Folders and files that are tables: long lines and many of them are their nature.
const TABLES: &[&str] = &["src/abi/", "src/crt/sys/", "src/crt/host.rs", "src/error/code.rs"];

/// The rooms that touch C, and the system.
const UNSAFE_ROOMS: &[&str] = &["src/ffi/", "src/crt/", "src/pool/", "src/os/"];

/// Rust that is read to print C headers and never compiled.
const TEMPLATES: &[&str] = &["src/abi/headers/"];

/// Names that say nothing, and where upstream's names are kept all the same.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "shared"];
const UPSTREAM_NAMES: &[&str] = &["src/crt/embedded/", "src/crt/sys/"];

/// How far above an `unsafe` its reason may begin.
const REASON_LINES: usize = 10;

fn is_below(source: &Source, folders: &[&str]) -> bool {
    folders.iter().any(|folder| source.path.starts_with(folder))
}

fn all() -> Vec<Source> {
    let mut all = files("src");
    all.extend(files("tests"));
    all
}

/// Fails with every offence that `find` sees, as `path:line what`.
fn check(sources: Vec<Source>, find: impl Fn(&Source) -> Vec<(usize, String)>) {
    let offences: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            let found = find(source).into_iter();
            found.map(|(line, what)| format!("{}:{line} {what}", source.path))
        })
        .collect();
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn wide_prose(source: &Source) -> Vec<(usize, String)> {
    let lines = source.text.lines().enumerate();
    let prose = lines.filter(|(_, line)| line.trim_start().starts_with("//"));
    prose
        .map(|(index, line)| (index + 1, line.chars().count()))
        .filter(|(_, columns)| *columns > COLUMNS)
        .map(|(line, columns)| (line, format!("has {columns} columns")))
        .collect()
}

/// Relies on rustfmt: a function ends at the first brace that stands where its line began.
fn long_functions(source: &Source) -> Vec<(usize, String)> {
    let code = source.code();
    let lines: Vec<_> = code.lines().collect();
    let mut long = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let declares = words(line, "fn").any(|at| !line[at..].starts_with("fn("));
        if !declares {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = format!("{indent}}}");
        // A declaration without a body ends with a semicolon, a short function on its own line.
        let rest = lines[first..].iter().position(|line| {
            line.trim_end() == end
                || line.trim_end().ends_with(';')
                    && line.starts_with(indent)
                    && !line[indent.len()..].starts_with(' ')
        });
        let length = rest.map_or(1, |rest| rest + 1);
        if length > FUNCTION_LINES {
            long.push((first + 1, format!("begins a function of {length} lines")));
        }
    }
    long
}

fn undocumented_unsafe(source: &Source) -> Vec<(usize, String)> {
    let lines: Vec<_> = source.text.lines().collect();
    let code = source.code();
    let mut found = Vec::new();
    for at in words(&code, "unsafe") {
        let rest = code[at + "unsafe".len()..].trim_start();
        if !rest.starts_with('{') && !rest.starts_with("impl") {
            continue;
        }
        let line = line_of(&code, at);
        let above = &lines[line.saturating_sub(REASON_LINES)..line];
        if !above.iter().any(|line| line.contains("SAFETY: ")) {
            found.push((line, "has an unsafe block without a reason".to_owned()));
        }
    }
    found
}

fn stray_unsafe(source: &Source) -> Vec<(usize, String)> {
    if is_below(source, UNSAFE_ROOMS) {
        return Vec::new();
    }
    let code = source.code();
    let places = words(&code, "unsafe").filter(|at| !is_pointer_type(&code[*at..]));
    places.map(|at| (line_of(&code, at), "is unsafe in a safe room".to_owned())).collect()
}

/// Naming the type of a C function is safe: `unsafe extern "C" fn(…)`, without a name.
fn is_pointer_type(code: &str) -> bool {
    let mut words = code.split_whitespace().skip(1);
    words.next() == Some("extern") && words.next().is_some_and(|word| word.starts_with("fn("))
}

/// Written in two halves, so that this file has none itself.
fn unfinished(source: &Source) -> Vec<(usize, String)> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let places = marks.iter().flat_map(|mark| words(&source.text, mark));
    places.map(|at| (line_of(&source.text, at), "is not finished".to_owned())).collect()
}

fn empty_names(source: &Source) -> Vec<(usize, String)> {
    let names = source.path.trim_end_matches(".rs").split('/');
    let empty = names.filter(|name| EMPTY_NAMES.contains(name));
    empty.map(|name| (1, format!("is called {name}"))).collect()
}

/// A callback in such a function may ask the thread to end, which unwinds through it.
fn closed_exports(source: &Source) -> Vec<(usize, String)> {
    let code = source.text.as_str();
    let exports = code.match_indices("#[unsafe(no_mangle)]");
    let ends = exports.filter_map(|(at, _)| {
        let head = code[at..].split_once("fn aws_")?.0;
        (!head.contains("\"C-unwind\""))
            .then(|| (line_of(code, at), "lets no thread end".to_owned()))
    });
    ends.collect()
}

#[test]
fn a_thread_can_end_in_every_exported_function() {
    check(files("src/ffi"), closed_exports);
}

#[test]
fn prose_is_not_too_wide() {
    check(all().into_iter().filter(|source| !is_below(source, TABLES)).collect(), wide_prose);
}

#[test]
fn functions_fit_on_a_page() {
    // Mirrors of C types have no functions, only fields that are called so.
    check(all().into_iter().filter(|source| !is_below(source, TABLES)).collect(), long_functions);
}

#[test]
fn files_are_not_too_long() {
    check(all().into_iter().filter(|source| !is_below(source, TABLES)).collect(), |source| {
        let lines = source.text.lines().count();
        if lines > FILE_LINES { vec![(1, format!("has {lines} lines"))] } else { Vec::new() }
    });
}

#[test]
fn unsafe_stays_in_its_rooms() {
    let compiled = files("src").into_iter().filter(|source| !is_below(source, TEMPLATES));
    check(compiled.collect(), stray_unsafe);
}

#[test]
fn every_unsafe_block_has_its_reason() {
    check(all(), undocumented_unsafe);
}

#[test]
fn nothing_is_left_for_later() {
    check(all(), unfinished);
}

#[test]
fn names_say_something() {
    let ours = files("src").into_iter().filter(|source| !is_below(source, UPSTREAM_NAMES));
    check(ours.collect(), empty_names);
}

#[test]
fn every_file_begins_with_what_it_is() {
    check(all(), |source| {
        let said = source.text.starts_with("//!");
        if said { Vec::new() } else { vec![(1, "does not say what it is".to_owned())] }
    });
}

#[test]
fn the_rules_find_what_they_look_for() {
    let source =
        |text: &str| Source { path: "src/net/common.rs".to_owned(), text: text.to_owned() };
    let body = "    x;\n".repeat(FUNCTION_LINES);
    assert_eq!(long_functions(&source(&format!("\nfn a() {{\n{body}}}\n")))[0].0, 2);
    assert!(long_functions(&source(&format!("fn a();\nmod b {{\n{body}}}\n"))).is_empty());
    assert_eq!(undocumented_unsafe(&source("\nunsafe { x() };"))[0].0, 2);
    assert!(undocumented_unsafe(&source("// SAFETY: y.\nunsafe { x() };")).is_empty());
    assert_eq!(stray_unsafe(&source("// unsafe\nunsafe fn a() {}")).len(), 1);
    assert!(stray_unsafe(&source("#![forbid(unsafe_code)]")).is_empty());
    assert!(stray_unsafe(&source("type A = unsafe extern \"C\" fn(u8);")).is_empty());
    assert_eq!(stray_unsafe(&source("unsafe extern \"C\" fn a(b: u8) {}")).len(), 1);
    assert_eq!(unfinished(&source(concat!("// TO", "DO: more"))).len(), 1);
    assert_eq!(empty_names(&source("")).len(), 1);
    assert_eq!(wide_prose(&source(&format!("// {}", "x".repeat(COLUMNS)))).len(), 1);
}

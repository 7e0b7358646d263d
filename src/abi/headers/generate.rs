//! Renders the public C headers of aws-c-s3.
//!
//! One cbindgen run prints every type of `src/abi` and every prototype of `src/ffi` (and of
//! `pending`, for functions without implementation yet). The output is cut into items, and each
//! item goes to the template line `@name@`. The templates are plain C: guard, includes, forward
//! declarations, order and headings; nothing but the items comes from Rust. What cbindgen cannot
//! say is changed here, item by item.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Header names, without ".h". Each has a template "<name>.h.in".
const HEADERS: [&str; 11] = [
    "exports",
    "private/s3_auto_ranged_put",
    "private/s3_copy_object",
    "private/s3_list_objects",
    "private/s3_paginator",
    "s3",
    "s3_buffer_pool",
    "s3_client",
    "s3_endpoint_resolver",
    "s3_ext",
    "s3express_credentials_provider",
];

/// Second names of enumerators, and the enumerator that each follows (true) or precedes (false) in
/// its enum.
const ALIASES: [(&str, bool, &str); 4] = [
    ("AWS_SCA_INIT", false, "AWS_SCA_CRC32C"),
    ("AWS_SCA_END", true, "AWS_SCA_XXHASH3_128"),
    (
        "AWS_ERROR_S3_INTERNAL_PART_SIZE_MISMATCH_RETRYING_WITH_RANGE",
        true,
        "AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT",
    ),
    ("AWS_S3_REQUEST_TYPE_DEFAULT", true, "AWS_S3_REQUEST_TYPE_MAX"),
];

/// Structs that C writes without a name inside the one that holds them.
const UNNAMED: [&str; 1] = ["aws_s3_client_config_retry_config"];

/// Parameters that C declares `const` although they are passed by value: item, parameter.
const CONST_BY_VALUE: [(&str, &str); 2] = [
    ("aws_s3_meta_request_receive_body_callback_ex_fn", "info"),
    ("aws_s3_init_default_signing_config", "region"),
];

/// Functions that a macro of the CRT declares in the header.
const DECLARED_BY_MACRO: &str = "aws_future_s3_buffer_ticket_";

/// Columns of a line of C.
const WIDTH: usize = 120;

/// What a C name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Struct,
    Enum,
    Callback,
    Number,
    Ignored,
}

/// Path below the package root, and text, of every header.
pub fn headers(root: &Path, scratch: &Path) -> Vec<(String, String)> {
    let mut items = items(root, scratch);
    let rendered = HEADERS.map(|name| {
        let template = root.join(format!("src/abi/headers/{name}.h.in"));
        let template = fs::read_to_string(template).expect("each header has a template");
        (format!("include/aws/s3/{name}.h"), pour(&template, &mut items))
    });
    let unplaced: Vec<_> = items.keys().collect();
    assert!(unplaced.is_empty(), "no template has a line for {unplaced:?}");
    rendered.to_vec()
}

/// Names of all functions that the headers declare, those of the future macro included.
pub fn functions(root: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for path in function_sources(root) {
        let text = fs::read_to_string(path).expect("source is readable");
        let mut exported = false;
        for line in text.lines().map(str::trim) {
            exported |= line.contains("no_mangle");
            let declared = line.strip_prefix("pub fn aws_").or_else(|| {
                line.split_once("extern \"C-unwind\" fn aws_")
                    .map(|(_, rest)| rest)
                    .filter(|_| exported)
            });
            if let Some(rest) = declared {
                names.push(format!("aws_{}", identifier(rest)));
                exported = false;
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Replaces each line `@name@` of a template by that item, which is used up.
fn pour(template: &str, items: &mut BTreeMap<String, String>) -> String {
    let mut header = String::new();
    for line in template.lines() {
        match line.strip_prefix('@').and_then(|line| line.strip_suffix('@')) {
            Some(name) => {
                let item = items.remove(name);
                header += &item.unwrap_or_else(|| panic!("nothing in Rust declares {name}"));
            }
            None => header += line,
        }
        header += "\n";
    }
    header
}

/// All items by name, as C.
fn items(root: &Path, scratch: &Path) -> BTreeMap<String, String> {
    let types = sources(&root.join("src/abi"));
    let ours = kinds(&types);
    let mut foreign = kinds(&sources(&root.join("src/crt/sys")));
    foreign.extend(kinds(&sources(&root.join("src/abi/headers/pending"))));
    let merged = scratch.join("headers.rs");
    let text: String =
        types.iter().chain(&function_sources(root)).map(|path| without_modules(path)).collect();
    fs::write(&merged, text).expect("the scratch folder is writable");

    let text = printed(&root.join("src/abi/headers/cbindgen.toml"), &merged, &ours, &foreign);
    let callbacks: Vec<&str> = ours
        .iter()
        .chain(&foreign)
        .filter(|(_, kind)| **kind == Kind::Callback)
        .map(|(name, _)| name.as_str())
        .collect();
    let mut items = BTreeMap::new();
    for item in cut(&text) {
        let (comment, declaration) = parted(&item);
        let name = declared_name(declaration);
        let is_function = declaration.ends_with(");") && !declaration.starts_with("typedef ");
        let wanted = if is_function {
            !name.starts_with(DECLARED_BY_MACRO)
        } else {
            is_type_or_constant(&name, &ours, &types)
        };
        if !wanted {
            continue;
        }
        let declaration = const_parameters(&name, &function_types(declaration, &callbacks));
        let export = if is_function { "AWS_S3_API\n" } else { "" };
        let declaration = declaration.strip_prefix("extern ").unwrap_or(&declaration);
        let comment = without_safety_section(comment);
        let item = spaced(&format!("{comment}{export}{}", wrapped(declaration)));
        // Implementations come first. One without text of its own has it in `pending` still.
        match items.entry(name) {
            Entry::Vacant(place) => drop(place.insert(item)),
            Entry::Occupied(mut first) if !first.get().starts_with("/**") => {
                first.insert(spaced(&comment) + "\n" + first.get());
            }
            Entry::Occupied(first) => panic!("{} is described twice", first.key()),
        }
    }
    unname(&mut items);
    alias(&mut items);
    items
}

/// Runs cbindgen over the merged sources.
fn printed(
    settings: &Path,
    merged: &Path,
    ours: &BTreeMap<String, Kind>,
    foreign: &BTreeMap<String, Kind>,
) -> String {
    let mut config =
        cbindgen::Config::from_file(settings.to_str().expect("UTF-8")).expect("settings parse");
    for (name, kind) in foreign.iter().chain(ours) {
        let tag = match kind {
            Kind::Struct | Kind::Ignored => "struct",
            Kind::Enum => "enum",
            Kind::Callback | Kind::Number => continue,
        };
        if *kind == Kind::Ignored || !ours.contains_key(name) {
            config.export.rename.insert(name.clone(), format!("{tag} {name}"));
        }
    }
    config.export.include = ours.keys().cloned().collect();
    let mut text = Vec::new();
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(merged)
        .generate()
        .expect("the declarations parse")
        .write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
}

/// Rust files below a folder, in order of their paths, without those of the generator.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in list(&folder).expect("the folder is readable") {
            if path.is_dir() && !path.ends_with("abi/headers") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The files that declare functions: implementations, and prototypes that still wait for one.
fn function_sources(root: &Path) -> Vec<PathBuf> {
    let mut files = sources(&root.join("src/ffi"));
    // Declared in headers of the embedded CRT.
    files.retain(|file| !file.to_string_lossy().contains("/ffi/embedded_"));
    files.extend(sources(&root.join("src/abi/headers/pending")));
    files
}

/// A file's text, fit to stand behind another one's: cbindgen must not follow modules, for they are
/// all listed.
fn without_modules(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("source is readable");
    let keeps = |line: &&str| {
        let line = line.trim_start();
        let declares_module = line.ends_with(';')
            && ["mod ", "pub mod ", "pub(crate) mod "].iter().any(|word| line.starts_with(word));
        !(declares_module || line.starts_with("//!") || line.starts_with("#!["))
    };
    text.lines().filter(keeps).flat_map(|line| [line, "\n"]).collect()
}

/// The types that files declare, recognised by their first line.
fn kinds(files: &[PathBuf]) -> BTreeMap<String, Kind> {
    let mut kinds = BTreeMap::new();
    for path in files {
        let text = fs::read_to_string(path).expect("source is readable");
        let mut ignored = false;
        for line in text.lines() {
            ignored |= line.contains("cbindgen:ignore");
            let Some((word, rest)) = line.strip_prefix("pub ").and_then(|l| l.split_once(' '))
            else {
                continue;
            };
            let name = identifier(rest);
            let kind = match word {
                "struct" | "union" if ignored => Kind::Ignored,
                "struct" | "union" => Kind::Struct,
                "enum" => Kind::Enum,
                "type" if name.ends_with("_t") => Kind::Number,
                "type" if rest.ends_with("= u32;") || rest.ends_with("= i32;") => Kind::Enum,
                "type" => Kind::Callback,
                _ => continue,
            };
            ignored = false;
            kinds.insert(name.to_string(), kind);
        }
    }
    kinds
}

/// Whether an item is a type or constant of `src/abi` (the sources of functions have constants of
/// their own).
fn is_type_or_constant(name: &str, ours: &BTreeMap<String, Kind>, types: &[PathBuf]) -> bool {
    let constant = format!("pub const {name}:");
    ours.contains_key(name)
        || types
            .iter()
            .any(|path| fs::read_to_string(path).expect("source is readable").contains(&constant))
}

/// Cuts cbindgen's output into items: blank lines stand between them, and nowhere else.
fn cut(text: &str) -> Vec<String> {
    let items = text.split("\n\n").map(|item| item.trim().to_string());
    items.filter(|item| !item.is_empty()).collect()
}

/// An item's own comment, with its line end, and the declaration.
fn parted(item: &str) -> (&str, &str) {
    let end = if item.starts_with("/**") { item.find("\n */\n").map_or(0, |at| at + 5) } else { 0 };
    item.split_at(end)
}

/// The name that a declaration declares.
fn declared_name(declaration: &str) -> String {
    let mut words = declaration.split_whitespace();
    let first = words.next().unwrap_or_default();
    let aggregate = ["struct", "enum"].contains(&first)
        && declaration
            .lines()
            .next()
            .is_some_and(|line| line.ends_with('{') || !line.contains('('));
    if aggregate || first == "#define" {
        return identifier(words.next().unwrap_or_default()).to_string();
    }
    let named = declaration.strip_prefix("typedef ").and_then(|rest| rest.split_once("(*"));
    if let Some((_, rest)) = named {
        return identifier(rest).to_string();
    }
    let head = declaration.split('(').next().unwrap_or_default();
    head.rsplit(|c: char| !is_word(c)).next().unwrap_or_default().to_string()
}

/// Puts the parameters of what is too long for one line on lines of their own.
fn wrapped(declaration: &str) -> String {
    let wrap = |line: &str| {
        let is_comment = line.trim_start().starts_with(['*', '/']);
        let list = line.rfind("(").filter(|_| line.len() > WIDTH && !is_comment);
        let Some(start) = list else {
            return line.to_string();
        };
        let indent = " ".repeat(line.len() - line.trim_start().len());
        let inside = line[start + 1..].trim_end_matches(");");
        let separator = format!(",\n{indent}    ");
        let parameters = inside.split(", ").collect::<Vec<_>>().join(&separator);
        format!("{}(\n{indent}    {parameters});", &line[..start])
    };
    declaration.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

/// Sets members apart by blank lines, and puts comments of one line on one line.
fn spaced(item: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in item.lines() {
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        let begun = lines.len() >= 2 && lines[lines.len() - 2].trim() == "/**";
        let last = lines.last().map_or("", |line| line.trim());
        if text == "*/" && begun && line.len() + last.len() + 3 <= WIDTH {
            let comment = format!("{}/** {} */", &indent[1..], last.trim_start_matches("* "));
            lines.truncate(lines.len() - 2);
            lines.push(comment);
            continue;
        }
        if text == "/**" && !(last.is_empty() || last.ends_with('{')) {
            lines.push(String::new());
        }
        lines.push(line.to_string());
    }
    lines.join("\n")
}

/// Documentation for implementers in Rust ends where C programmers stop reading.
fn without_safety_section(item: &str) -> String {
    match item.find("\n * # Safety") {
        Some(start) => {
            let end = item[start..].find("\n */").map_or(item.len(), |end| start + end);
            item[..start].trim_end_matches(['\n', ' ', '*']).to_string() + &item[end..]
        }
        None => item.to_string(),
    }
}

/// The CRT names function types, cbindgen only pointers to functions.
fn function_types(item: &str, callbacks: &[&str]) -> String {
    let line = |line: &str| {
        if line.trim_start().starts_with(['*', '/']) {
            return line.to_string();
        }
        callbacks.iter().fold(line.to_string(), |line, name| {
            let line = line.replace(&format!("(*{name})("), &format!("({name})("));
            let mut rest = line.as_str();
            let mut out = String::new();
            while let Some(at) = rest.find(&format!("{name} ")) {
                let whole = !rest[..at].ends_with(is_word);
                let end = at + name.len() + 1;
                out += &rest[..end];
                out += if whole { "*" } else { "" };
                rest = &rest[end..];
            }
            out + rest
        })
    };
    item.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn const_parameters(name: &str, item: &str) -> String {
    CONST_BY_VALUE.iter().filter(|(item, _)| *item == name).fold(
        item.to_string(),
        |item, (_, parameter)| {
            let end = item.rfind(&format!(" {parameter}")).expect("the parameter exists");
            let start = item[..end].rfind("struct ").expect("it is a struct");
            format!("{}const {}", &item[..start], &item[start..])
        },
    )
}

/// Moves the body of an unnamed struct to the field that has its type.
fn unname(items: &mut BTreeMap<String, String>) {
    for name in UNNAMED {
        let item = items.remove(name).expect("the struct exists");
        let head = format!("struct {name} {{");
        let start = item.find(&head).expect("it is a struct") + head.len();
        let body: String = item[start..item.rfind('}').expect("it ends")]
            .lines()
            .skip(1)
            .map(|line| if line.is_empty() { "\n".to_string() } else { format!("    {line}\n") })
            .collect();
        let field = format!("struct {name} ");
        let holder = items.values_mut().find(|holder| holder.contains(&field));
        let holder = holder.expect("a struct has a field of that type");
        *holder = holder.replace(&field, &format!("struct {{\n{body}    }} "));
    }
}

/// Moves second names of enumerators, which cbindgen prints as macros, into their enums.
fn alias(items: &mut BTreeMap<String, String>) {
    for (name, follows, other) in ALIASES {
        let item = items.remove(name).expect("the constant exists");
        let (comment, define) = item.rsplit_once("#define ").expect("it is a macro");
        let target = define.split_whitespace().nth(1).expect("it has a value");
        let comment: String = comment.lines().map(|line| format!("    {line}\n")).collect();
        let is_other = |line: &str| identifier(line.trim()) == other && line.ends_with(',');
        let holder = items
            .values_mut()
            .find(|item| item.contains("enum ") && item.lines().any(is_other))
            .expect("an enum has the enumerator");
        let mut lines: Vec<String> = holder.lines().map(str::to_string).collect();
        let at = lines.iter().position(|line| is_other(line)).expect("found above");
        // What precedes comes first with the number of its target, which has not been declared yet.
        if follows {
            let line = format!("    {name} = {target},");
            let line = if line.len() <= WIDTH { line } else { line.replace(" = ", " =\n        ") };
            lines.insert(at + 1, format!("\n{comment}{line}"));
        } else {
            let number = lines[..at].iter().filter(|line| line.ends_with(',')).count();
            lines[at] = format!("    {other} = {name},");
            let comments = |line: &String| line.trim_start().starts_with("/**");
            let begin = lines[..at].iter().rposition(comments).unwrap_or(at);
            lines.insert(begin, format!("{comment}    {name} = {number},\n"));
        }
        *holder = lines.join("\n");
    }
}

fn identifier(text: &str) -> &str {
    text.split(|c: char| !is_word(c)).next().unwrap_or_default()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_to_its_line() {
        let mut items = BTreeMap::from([("a".to_string(), "int a(void);".to_string())]);
        assert_eq!(
            pour("before\n@a@\nafter @a@\n", &mut items),
            "before\nint a(void);\nafter @a@\n"
        );
        assert!(items.is_empty());
    }

    #[test]
    fn every_kind_of_declaration_has_a_name() {
        let names = [
            ("struct a {\n    int b;\n};", "a"),
            ("enum a {\n    B,\n};", "a"),
            ("struct a;", "a"),
            ("#define A 1", "A"),
            ("typedef struct b *(*a)(int c);", "a"),
            ("extern struct b *a(struct c *d);", "a"),
            ("const char *a(enum b c);", "a"),
        ];
        for (declaration, name) in names {
            assert_eq!(declared_name(declaration), name, "{declaration}");
        }
    }

    #[test]
    fn callbacks_are_function_types() {
        let callbacks = ["on_fn"];
        assert_eq!(
            function_types("typedef int (*on_fn)(int a);", &callbacks),
            "typedef int (on_fn)(int a);"
        );
        assert_eq!(function_types("    on_fn on;", &callbacks), "    on_fn *on;");
        assert_eq!(function_types("    not_on_fn on;", &callbacks), "    not_on_fn on;");
        assert_eq!(function_types(" * on_fn says", &callbacks), " * on_fn says");
    }

    #[test]
    fn implementers_read_on() {
        let comment = "/**\n * Text.\n *\n * # Safety\n *\n * More.\n */\n";
        assert_eq!(without_safety_section(comment), "/**\n * Text.\n */\n");
        assert_eq!(without_safety_section("/**\n * Text.\n */\n"), "/**\n * Text.\n */\n");
    }

    #[test]
    fn what_is_too_long_is_wrapped() {
        let long = format!("int {}(int a, int b);", "a".repeat(WIDTH));
        assert!(wrapped(&long).ends_with("(\n    int a,\n    int b);"));
        assert_eq!(wrapped("int a(int b);"), "int a(int b);");
    }

    #[test]
    fn members_stand_apart() {
        let item = "struct a {\n    /**\n     * B.\n     */\n    int b;\n    /**\n     * C.\n     */\n    int c;\n};";
        let spaced_out = "struct a {\n    /** B. */\n    int b;\n\n    /** C. */\n    int c;\n};";
        assert_eq!(spaced(item), spaced_out);
    }

    #[test]
    fn second_names_stand_in_their_enum() {
        let mut items: BTreeMap<String, String> = ALIASES
            .iter()
            .map(|(name, ..)| (name.to_string(), format!("/** A. */\n#define {name} TARGET")))
            .collect();
        let names = "AWS_SCA_CRC32C AWS_SCA_XXHASH3_128 AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT AWS_S3_REQUEST_TYPE_MAX";
        let body: String = names.split(' ').map(|name| format!("    {name},\n")).collect();
        items.insert("e".to_string(), format!("enum e {{\n    NONE,\n{body}}};"));
        alias(&mut items);
        assert_eq!(items.len(), 1);
        let text = &items["e"];
        assert!(
            text.contains("    AWS_SCA_INIT = 1,\n\n    AWS_SCA_CRC32C = AWS_SCA_INIT,\n"),
            "{text}"
        );
        assert!(
            text.contains("    AWS_SCA_XXHASH3_128,\n\n    /** A. */\n    AWS_SCA_END = TARGET,\n"),
            "{text}"
        );
    }
}

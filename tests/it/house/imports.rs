//! Modules import only those that the map in `lib.rs` lists above them, so there is no circle.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{ROOT, sources};

/// The modules in the order of the map, the lowest first.
fn map() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    let map = lib
        .split("```text")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let lines = map.expect("a map in lib.rs").lines();
    let names = lines.filter_map(|line| line.strip_prefix("//! ")?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// What a file may not hide behind: its tests and its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\n#[expect").next().unwrap();
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// `crate::input::Chunk` names the module `input`.
fn modules_named(code: &str) -> impl Iterator<Item = &str> {
    let starts = code.match_indices("crate::");
    starts.map(|(at, word)| {
        let rest = &code[at + word.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn each_module_stands_once_in_the_map() {
    let lib = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    let declared = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    let mut declared: Vec<_> = declared
        .map(|name| name.trim_end_matches(';').to_owned())
        .collect();
    let mut listed = map();
    declared.sort();
    listed.sort();
    assert_eq!(listed, declared);
}

#[test]
fn modules_import_only_what_stands_above_them_in_the_map() {
    let order: BTreeMap<String, usize> = map().into_iter().zip(0..).collect();
    let mut wrong = Vec::new();
    for path in sources() {
        let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let Some(own) = order.get(first.trim_end_matches(".rs")) else {
            assert!(["lib.rs", "main.rs"].contains(&first), "{first}");
            continue;
        };
        if inside.iter().any(|part| part == "tests")
            || inside.ends_with("tests.rs")
            || inside.ends_with("laws.rs")
        {
            continue;
        }
        for module in modules_named(&code(&path)) {
            match order.get(module) {
                Some(used) if used <= own => {}
                _ => wrong.push(format!("{} imports {module}", inside.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

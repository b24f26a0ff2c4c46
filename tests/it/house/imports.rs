//! Modules import only those that the map in `lib.rs` lists above them, so there is no circle; and
//! the circles between files within a module can only become fewer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{ROOT, sources};

/// Files that import each other by some way. No circle may be added: split the file or move what
/// both need to a third one. Whoever removes one takes it from this list.
const CIRCLES: &[&[&str]] = &[
    &[
        "delivery/claims",
        "delivery/facts",
        "delivery/flow",
        "delivery/queue",
        "delivery/step",
    ],
    &[
        "input/boundary",
        "input/chunk",
        "input/csv_rows",
        "input/damage",
        "input/dialect",
        "input/header",
        "input/json_rows",
        "input/rejects",
    ],
    &[
        "ledger/claim",
        "ledger/judge",
        "ledger/memory",
        "ledger/seen",
        "ledger/source",
    ],
    &[
        "ledger/error",
        "ledger/files",
        "ledger/lock",
        "ledger/mounts",
    ],
];

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
    for (path, imports) in imports() {
        let own = order[&path[0]];
        for import in imports {
            match order.get(&import[0]) {
                Some(used) if *used <= own => {}
                _ => wrong.push(format!("{} imports {}", path.join("::"), import.join("::"))),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn circles_between_files_only_become_fewer() {
    let files = graph();
    let mut found = BTreeSet::new();
    for file in files.keys() {
        let with: BTreeSet<_> = reached(&files, file)
            .into_iter()
            .filter(|other| reached(&files, other).contains(file))
            .map(|other| other.join("/"))
            .collect();
        if with.len() > 1 {
            found.insert(with);
        }
    }
    let is_known = |circle: &BTreeSet<String>| {
        CIRCLES
            .iter()
            .any(|known| circle.iter().all(|file| known.contains(&file.as_str())))
    };
    found.retain(|circle| !is_known(circle));
    assert!(found.is_empty(), "{found:#?}");
}

/// A file by its place among the modules: `mapping/guess/mod.rs` is `[mapping, guess]`.
type Module = Vec<String>;

fn module(path: &Path) -> Module {
    let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap();
    let names = inside.iter().map(|name| name.to_str().unwrap());
    names
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .filter(|name| name != "mod")
        .collect()
}

/// The files, and all that they import from this crate as absolute paths; without tests.
fn imports() -> Vec<(Module, Vec<Module>)> {
    let is_test = |path: &PathBuf| {
        let module = module(path);
        let names = ["tests", "laws", "kit"];
        module.iter().any(|name| names.contains(&name.as_str()))
    };
    let is_top = |path: &PathBuf| path.ends_with("src/lib.rs") || path.ends_with("src/main.rs");
    sources()
        .into_iter()
        .filter(|path| !is_test(path) && !is_top(path))
        .map(|path| (module(&path), imported(&path)))
        .collect()
}

fn imported(path: &Path) -> Vec<Module> {
    let own = module(path);
    let code = code(path);
    let mut paths = Vec::new();
    for (word, base) in [("crate::", &own[..0]), ("super::", &own[..own.len() - 1])] {
        for (at, _) in code.match_indices(word) {
            let is_word =
                !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            if is_word {
                expand(base, &code[at + word.len()..], &mut paths);
            }
        }
    }
    paths.retain(|path| !path.is_empty());
    paths
}

/// `a::{b, c::d}` behind `base`: a path for each name.
fn expand(base: &[String], rest: &str, paths: &mut Vec<Module>) {
    let rest = rest.trim_start();
    if let Some(list) = rest.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    expand(base, &list[start..at], paths);
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let mut path = base.to_vec();
    match name {
        "" | "self" => {}
        "super" => {
            path.pop();
        }
        name => path.push(name.to_owned()),
    }
    match rest.strip_prefix("::") {
        Some(rest) => expand(&path, rest, paths),
        None => paths.push(path),
    }
}

/// A file's code: its tests and its comments may import what they like.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    let mut code = lines.collect::<Vec<_>>().join("\n") + "\n";
    for tests in ["#[cfg(test)]\n#[expect", "#[cfg(test)]\nmod tests {"] {
        code.truncate(code.find(tests).unwrap_or(code.len()));
    }
    code
}

/// Which file imports which. A folder's own file and the files in it are one family: that they
/// name each other is no circle.
fn graph() -> BTreeMap<Module, BTreeSet<Module>> {
    let imports = imports();
    let files: BTreeSet<Module> = imports.iter().map(|(file, _)| file.clone()).collect();
    let file_of = |path: &Module| {
        let prefixes = (1..=path.len()).rev().map(|length| path[..length].to_vec());
        prefixes.into_iter().find(|prefix| files.contains(prefix))
    };
    let is_family = |one: &Module, other: &Module| one.starts_with(other) || other.starts_with(one);
    let mut graph = BTreeMap::new();
    for (file, imports) in &imports {
        let used = imports.iter().filter_map(file_of);
        let used = used.filter(|used| !is_family(file, used)).collect();
        graph.insert(file.clone(), used);
    }
    graph
}

fn reached(graph: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        for used in &graph[file] {
            if reached.insert(used.clone()) {
                next.push(used);
            }
        }
    }
    reached
}

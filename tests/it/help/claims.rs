//! Each sentence of the README, and each row of its tables, has what shows it, by name: see
//! `claims.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const README: &str = include_str!("../../../README.md");
const CLAIMS: &str = include_str!("claims.txt");

/// The first words of sentences, and what shows them.
fn shown() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut all = BTreeMap::new();
    let mut words = "";
    for line in CLAIMS.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(proof) => all.entry(words).or_insert_with(Vec::new).push(proof),
            None => words = line,
        }
    }
    all
}

/// The README's sentences outside of its headings and commands, one for each row of a table.
fn sentences() -> Vec<String> {
    let mut all = Vec::new();
    for prose in README.split("```").step_by(2) {
        let rows = prose.lines().filter(|line| line.starts_with("| "));
        let is_head = |row: &str| prose.contains(&format!("{row}\n|---"));
        all.extend(rows.filter(|row| !is_head(row)).map(str::to_owned));
        let is_other = |line: &str| line.starts_with(['|', '#']) || line.starts_with("![");
        let lines = prose
            .lines()
            .map(|line| if is_other(line) { "" } else { line.trim_end() });
        let text = lines.collect::<Vec<_>>().join("\n").replace("\n- ", "\n\n");
        for paragraph in text.split("\n\n") {
            let words = paragraph.split_whitespace().collect::<Vec<_>>();
            all.extend(parts(&words.join(" ")));
        }
    }
    all
}

/// A paragraph at its full stops; what goes on in small letters is the same sentence.
fn parts(paragraph: &str) -> Vec<String> {
    let mut all = Vec::<String>::new();
    for part in paragraph.split_inclusive(". ") {
        let goes_on = part.starts_with(|c: char| c.is_lowercase());
        match all.last_mut() {
            Some(last) if goes_on => last.push_str(part),
            _ => all.push(part.to_owned()),
        }
    }
    all.retain(|part| !part.is_empty());
    all
}

/// Every test of the program, behind the name of its file.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut all) = (vec![root.join("tests"), root.join("src")], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let file = path.file_stem().unwrap().to_string_lossy();
                let source = std::fs::read_to_string(&path).unwrap();
                for test in source.split("#[test]\n").skip(1) {
                    let name = test.split("fn ").nth(1).unwrap_or_default();
                    let name = name.split('(').next().unwrap_or_default();
                    all.insert(format!("{file}::{name}"));
                }
            }
        }
    }
    all
}

#[test]
fn every_claim_of_the_readme_has_what_shows_it() {
    let (shown, sentences, tests) = (shown(), sentences(), tests());
    let is_there = |proof: &str| {
        let is_test = |test: &String| test == proof || test.split("::").nth(1) == Some(proof);
        let is_file = || Path::new(env!("CARGO_MANIFEST_DIR")).join(proof).is_file();
        proof.starts_with("- ") || tests.iter().any(is_test) || is_file()
    };
    let mut wrong = String::new();
    for (words, proofs) in &shown {
        let count = sentences
            .iter()
            .filter(|all| all.starts_with(words))
            .count();
        if count != 1 {
            let _ = writeln!(wrong, "{count} sentences of the README begin: {words}");
        }
        for proof in proofs.iter().filter(|proof| !is_there(proof)) {
            let _ = writeln!(wrong, "there is no {proof}");
        }
    }
    for sentence in &sentences {
        if !shown.keys().any(|words| sentence.starts_with(words)) {
            let _ = writeln!(wrong, "nothing shows: {sentence}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_sentence_that_is_added_is_found() {
    assert_eq!(
        parts("One is there. Two. three goes on `a.b`. **Four.** Is one."),
        [
            "One is there. ",
            "Two. three goes on `a.b`. ",
            "**Four.** Is one."
        ]
    );
}

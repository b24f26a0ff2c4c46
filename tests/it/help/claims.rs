//! Each sentence of the README, and each row of its tables, has what shows it, by name: see
//! `claims.txt`.

use std::collections::BTreeMap;
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

/// What is wrong with a proof: `file::test` below `tests/` or `src/`, a file, or a reason.
fn fault(proof: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some((file, name)) = proof.rsplit_once("::") else {
        let is_there = proof.starts_with("- ") || root.join(proof).is_file();
        return (!is_there).then(|| format!("no such file: {proof}"));
    };
    let folder = if file.starts_with("src/") {
        ""
    } else {
        "tests"
    };
    let path = root.join(folder).join(format!("{file}.rs"));
    let source = std::fs::read_to_string(path).unwrap_or_default();
    let before = source.split(&format!("fn {name}()")).next().unwrap_or("");
    let lines = before.lines().rev().map(str::trim);
    let mut attributes = lines
        .skip_while(|line| line.is_empty())
        .take_while(|line| line.starts_with("#["));
    let is_test = attributes.any(|line| line == "#[test]");
    (!is_test).then(|| format!("no such test: {proof}"))
}

#[test]
fn every_claim_of_the_readme_has_what_shows_it() {
    let (shown, sentences) = (shown(), sentences());
    let mut wrong = String::new();
    for (words, proofs) in &shown {
        let count = sentences
            .iter()
            .filter(|all| all.starts_with(words))
            .count();
        if count != 1 {
            let _ = writeln!(wrong, "{count} sentences of the README begin: {words}");
        }
        for fault in proofs.iter().filter_map(|proof| fault(proof)) {
            let _ = writeln!(wrong, "{fault}");
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

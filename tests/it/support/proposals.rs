//! Every command and every option that a run proposes is one that the program takes.
//!
//! Commands run as they stand there, in a copy of the folder and against a stand-in for Tenjin, so
//! that a test goes on with what it had.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use clap::Arg;
use serde_json::Value;
use tempfile::TempDir;

use super::stand_in::StandIn;

/// Usage, configuration or input: what is proposed must be none of these.
const MISUSE: i32 = 2;
/// After that it has begun, which is all that is asked.
const LONGEST: Duration = Duration::from_secs(20);

/// What only the user knows, and an upload asks for: which keys there are (`validate` needs none, and
/// those of tests are made up), what identifies rows that have neither id nor time, and which of the rows in
/// doubt have arrived.
const ASKED: [&str; 6] = [
    "no SDK key",
    "one SDK key, but",
    "key file ",
    "no app has a key",
    "it has no column _answer",
    "rows could not be recognised when they come again: map one",
];

/// What a person puts in the place of what is asked for.
const ANSWERS: &[(&str, &str)] = &[
    ("YOUR_TABLE.csv", "users.csv"),
    ("YOUR_MAPPING.toml", "mapping.toml"),
    ("YOUR_PLATFORM", "android"),
    ("YOUR_CURRENCY", "USD"),
    ("YOUR_PRODUCT_ID", "gems"),
    ("YOUR_EVENT", "something"),
    ("YOUR_ZONE", "UTC"),
    ("YOUR_TIME_FORMAT", "%Y-%m-%d"),
    (" presets NAME ", " presets appsflyer "),
];

/// A column, and a place of a key, that nobody has: what asks for them cannot be run.
const NOT_THERE: [&str; 2] = ["YOUR_COLUMN", "YOUR_PLACE_OF_THE_KEY"];

/// The commands, options and variables of the program.
struct Words {
    commands: Vec<String>,
    options: HashSet<String>,
    variables: HashSet<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let command = tenjin_s2s::cli::command();
    let names = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned());
    let mut words = Words {
        commands: names.collect(),
        options: HashSet::from(["--help", "--version"].map(str::to_owned)),
        variables: HashSet::new(),
    };
    words.add(&command);
    words
});

impl Words {
    fn add(&mut self, command: &clap::Command) {
        let long = command.get_arguments().filter_map(Arg::get_long);
        self.options.extend(long.map(|long| format!("--{long}")));
        let variables = command.get_arguments().filter_map(Arg::get_env);
        let variables = variables.map(|name| name.to_string_lossy().into_owned());
        self.variables.extend(variables);
        command.get_subcommands().for_each(|sub| self.add(sub));
    }
}

static SERVER: LazyLock<StandIn> = LazyLock::new(StandIn::well);

/// Fills in what a proposal asks the user for.
pub fn answered(command: &str) -> String {
    let mut command = command.to_owned();
    for (asked, answer) in ANSWERS {
        command = command.replace(asked, answer);
    }
    for platform in ["", "IOS_", "ANDROID_", "AMAZON_", "ANDROID_OTHER_"] {
        command = command.replace(&format!("YOUR_{platform}BUNDLE_ID"), "com.example.sample");
        command = command.replace(&format!("YOUR_{platform}OS_VERSION"), "17");
    }
    assert!(!command.contains("YOUR_"), "{command}");
    command
}

/// The lines of a mapping file that are proposed with a command.
pub fn lines_of_mapping(said: &str) -> String {
    // The advice above them speaks of [fields], too.
    let is_first = |line: &&str| matches!(*line, "  [fields]" | "  [[filter]]");
    let lines = said.lines().skip_while(|line| !is_first(line));
    let lines = lines.take_while(|line| !line.starts_with("  tenjin-s2s "));
    lines.flat_map(|line| [line.trim(), "\n"]).collect()
}

/// Checks what these streams propose to the one who has typed `after`.
#[track_caller]
pub fn check(after: &Command, streams: [&str; 2]) {
    let Some(folder) = after.get_current_dir().filter(|_| !is_about_itself(after)) else {
        return;
    };
    let mut proposals = BTreeSet::new();
    for text in streams.into_iter().flat_map(texts) {
        has_only_our_options(&text, after);
        proposals.extend(commands(&text));
    }
    for proposal in proposals {
        works(&proposal, folder, (after, streams));
    }
}

/// Help and the like name files that are nowhere; their examples have a test of their own.
fn is_about_itself(command: &Command) -> bool {
    let words = command.get_args().map(OsStr::to_string_lossy);
    let words: Vec<String> = words.flat_map(|word| split(&word)).collect();
    let itself = [
        "-h",
        "--help",
        "man",
        "guide",
        "fields",
        "presets",
        "completions",
    ];
    let is_itself = |word: &String| itself.contains(&word.as_str());
    words.iter().any(is_itself) || words.last().is_none_or(|word| word == "tenjin-s2s")
}

fn split(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// What a stream says: its lines, or the texts of its JSON.
fn texts(stream: &str) -> Vec<String> {
    let mut found = Vec::new();
    let whole = serde_json::from_str(stream).ok();
    let documents = whole.map_or_else(
        || {
            stream
                .lines()
                .map(|line| serde_json::from_str(line).ok())
                .collect()
        },
        |document| vec![Some(document)],
    );
    let plain = stream.lines().zip(&documents);
    let plain = plain.filter(|(_, document)| !matches!(document, Some(Value::Object(_))));
    found.push(plain.map(|(line, _)| line).collect::<Vec<_>>().join("\n"));
    documents
        .iter()
        .flatten()
        .for_each(|document| add_texts(document, &mut found));
    found
}

fn add_texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| add_texts(value, found)),
        Value::Object(values) => values.values().for_each(|value| add_texts(value, found)),
        _ => {}
    }
}

/// The commands in a text: on a line of their own, behind a colon, in backticks or in brackets.
fn commands(text: &str) -> Vec<String> {
    let text = text.replace("\\\n", "");
    let found = text.match_indices("tenjin-s2s ").filter_map(|(at, _)| {
        let before = &text[..at];
        let line = text[at..].lines().next()?;
        let command = match before.chars().next_back() {
            Some('`') => line.split('`').next()?,
            Some('(') => line.split(')').next()?,
            _ if before.ends_with("Usage: ") => return None,
            _ if before.ends_with(": ") || before.lines().next_back().is_none_or(is_blank) => {
                // What it is for may stand behind it, apart.
                line.split("   ").next()?
            }
            _ => return None,
        };
        let name = command.split(' ').nth(1)?;
        let is_command = WORDS.commands.iter().any(|known| known == name);
        (is_command || name.starts_with('-')).then(|| command.trim_end().to_owned())
    });
    found.collect()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Options that nobody has typed are ours.
#[track_caller]
fn has_only_our_options(text: &str, after: &Command) {
    let typed: Vec<_> = after.get_args().map(OsStr::to_string_lossy).collect();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let options = words.filter(|word| word.len() > 2 && word.starts_with("--"));
    for option in options.filter(|option| option[2..].starts_with(|c: char| c.is_ascii_lowercase()))
    {
        let is_typed = typed.iter().any(|word| word.contains(option));
        let is_ours = WORDS.options.contains(option.trim_end_matches('-'));
        assert!(is_typed || is_ours, "there is no option {option}:\n{text}");
    }
}

/// Runs it as it would be typed there and then. An input that could not be read, as the run before
/// has said, cannot be read again.
#[track_caller]
fn works(proposal: &str, folder: &Path, (after, [said, before]): (&Command, [&str; 2])) {
    if NOT_THERE.iter().any(|asked| proposal.contains(asked)) {
        return;
    }
    let copy = copied(folder);
    if proposal.contains("YOUR_TABLE") {
        let id = "3f9dda78c8a14c8b8d880305ee6a3ca9";
        let ids = "advertising_id,developer_device_id,analytics_installation_id";
        let users = format!("customer_user_id,{ids}\nu-1,{id},{id},{id}\n");
        std::fs::write(copy.path().join("users.csv"), users).unwrap();
    }
    if proposal.contains("YOUR_MAPPING") {
        std::fs::write(copy.path().join("mapping.toml"), lines_of_mapping(said)).unwrap();
    }
    let moved =
        |text: &str| text.replace(&*folder.to_string_lossy(), &copy.path().to_string_lossy());
    let line = to_stand_in(&moved(&answered(proposal)));
    let mut command = super::shell::bash_in(copy.path(), &line);
    for (name, value) in after.get_envs() {
        let name = name.to_string_lossy();
        // A variable that no option has is a mistake of its own, unless it is the place of a key.
        let is_known = WORDS.variables.contains(&*name) || line.contains(&*name);
        let counts = !name.starts_with("TENJIN_S2S_") || is_known;
        if let Some(value) = value.filter(|_| counts && name != "PATH") {
            command.env(&*name, moved(&value.to_string_lossy()));
        }
    }
    command.env("TENJIN_SDK_KEY", super::KEY);
    command.env("TENJIN_S2S_RATE", "unlimited");
    if !line.contains("--sandbox") {
        command.env("TENJIN_S2S_ENDPOINT_URL", SERVER.url());
    }
    let (code, said) = begun(command, &copy.path().join(".said"));
    let is_asked = ASKED.iter().any(|about| said.contains(about));
    let is_as_before = errors(&said).any(|error| before.contains(error));
    assert!(
        code != Some(MISUSE) || is_asked || is_as_before,
        "proposed: {proposal}\nafter: {after:?}\nit says:\n{said}"
    );
}

/// A copy of the folder, in which a proposal may do what it does.
fn copied(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let mut cp = Command::new("cp");
    cp.arg("-a").arg(folder.join(".")).arg(copy.path());
    // Sockets and files that come and go are not copied, and what is not there is not proposed.
    cp.stderr(Stdio::null()).status().unwrap();
    copy
}

/// Runs it for a while: its exit code, 0 if it goes on, and what both its streams say.
fn begun(mut command: Command, out: &Path) -> (Option<i32>, String) {
    let file = File::create(out).unwrap();
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file);
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let code = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if start.elapsed() > LONGEST => break child.kill().ok().map(|()| 0),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let said = std::fs::read_to_string(out).unwrap_or_default();
    drop(child.wait());
    (code, said)
}

/// What is wrong, line by line.
fn errors(said: &str) -> impl Iterator<Item = &str> {
    said.lines().filter_map(|line| line.strip_prefix("error: "))
}

/// The line with the stand-in in the place of the server that it names.
fn to_stand_in(line: &str) -> String {
    let mut words = split(line);
    for at in 0..words.len() {
        if words[at] == "--endpoint-url" && at + 1 < words.len() {
            words[at + 1] = SERVER.url();
        } else if words[at].starts_with("--endpoint-url=") {
            words[at] = format!("--endpoint-url={}", SERVER.url());
        }
    }
    words.join(" ")
}

//! Every example of every help runs, and so do the README's.

#![allow(clippy::print_stderr, reason = "it says what it leaves out")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use clap::Command;

use super::prepared::{RUN, answers, earlier_run, earlier_run_at, scene};
use crate::support::shell::{bash, run};
use crate::support::{Scene, StandIn, eventually};

const README: &str = include_str!("../../../README.md");

/// Every command by its words, the program itself first.
fn commands() -> Vec<String> {
    fn below(command: &Command, path: &str, all: &mut Vec<String>) {
        all.push(path.to_owned());
        for sub in command.get_subcommands() {
            below(sub, format!("{path} {}", sub.get_name()).trim(), all);
        }
    }
    let mut all = Vec::new();
    below(&tenjin_s2s::cli::command(), "", &mut all);
    all
}

/// The lines of the examples in a help.
fn examples(help: &str) -> Vec<String> {
    let (_, after) = help.split_once("\nExamples:\n").unwrap_or_default();
    let lines = after.lines().take_while(|line| line.starts_with("  "));
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn every_example_of_every_command_runs() {
    let mut ran = Vec::new();
    for command in commands() {
        for help in ["-h", "--help"] {
            let page = scene().run(&format!("{command} {help}")).prints().exits(0);
            let lines = examples(&page.stdout);
            assert!(!lines.is_empty(), "{command} {help} has no example");
            for line in lines {
                assert!(line.contains("tenjin-s2s "), "{line}");
                if !ran.contains(&line) {
                    runs(&line);
                    ran.push(line);
                }
            }
        }
    }
    assert!(ran.len() > 30, "{ran:#?}");
}

/// Runs a line as it stands; only the id of a run and the places of rows are some that are there.
fn runs(line: &str) {
    let scene = scene();
    if line.starts_with("tenjin-s2s sandbox") {
        return listens(&scene, line);
    }
    let mut line = line.to_owned();
    let is_compared = line.contains("reconcile");
    if is_compared {
        let day = |hours| {
            let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
            time.strftime("%Y-%m-%d").to_string()
        };
        line = line
            .replace("2026-11-01", &day(-24))
            .replace("2026-11-30", &day(24));
    }
    let stand_in = StandIn::with(if is_compared { "lost=100%" } else { "" });
    if line.contains("ledger") || line.contains("reconcile") {
        let id = if is_compared {
            earlier_run_at(&scene, &stand_in.url(), 1)
        } else {
            earlier_run(&scene, !line.contains("forget"))
        };
        line = line.replace(RUN, &id);
        if line.contains("--from reports/") {
            answers(&scene);
        }
        if line.contains("--as dropped") {
            let release = format!("ledger resolve --run {id} --as resend");
            scene.run(&release).prints().exits(0);
        }
        if line.contains("restored.sqlite") {
            scene.run("ledger backup restored.sqlite").prints().exits(0);
        }
        for (named, there) in [
            ("events.csv:7", "earlier.csv:2"),
            ("events.csv:9", "earlier.csv:4"),
        ] {
            line = line.replace(named, there);
        }
    }
    let mut command = bash(&scene, &line);
    command.env("TENJIN_SDK_KEY", "KEY");
    let sends = line.contains("upload") && !line.contains("--sandbox");
    if (sends || is_compared) && !line.contains("--endpoint") {
        command.env("TENJIN_S2S_ENDPOINT_URL", stand_in.url());
    }
    let said = run(&mut command);
    // The earlier run knows the row of one example of `ledger find` only.
    let none = ["no such row was sent\n", "[]\n"].contains(&&*said.all());
    let finds_none = line.contains("ledger find") && none;
    let code = Some(i32::from(finds_none));
    assert_eq!(said.code, code, "{line}\n{}", said.all());
}

/// A server says where it listens, and goes when it is told.
fn listens(scene: &Scene, line: &str) {
    let (child, _) = serve(scene, line);
    ends(child, line);
}

/// A server that was started, and where it listens.
fn serve(scene: &Scene, line: &str) -> (Child, String) {
    let mut command = bash(scene, &format!("exec {line}"));
    command
        .env("TENJIN_S2S_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    let url = first.trim_end().strip_prefix("listening on ");
    let url = url.unwrap_or_else(|| panic!("{line}: {first}")).to_owned();
    (child, url)
}

fn ends(mut child: Child, line: &str) {
    let id = child.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-s", "TERM", &id])
        .status();
    assert!(told.unwrap().success());
    eventually("it ends", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(143), "{line}");
}

/// The commands in the README's shell blocks, continued lines joined. Those that build the
/// program, and those of the rehearsal, have tests of their own.
fn readme() -> Vec<String> {
    let blocks = README.split("```sh\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap().replace("\\\n", " "));
    let lines: Vec<String> = blocks
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let is_ours = |line: &&String| line.starts_with("tenjin-s2s ") && !line.contains(":8787");
    let is_server = |line: &&String| line.ends_with('&');
    let ours = lines.iter().filter(is_ours).filter(|line| !is_server(line));
    ours.cloned().collect()
}

#[test]
fn the_commands_of_the_readme_run() {
    let lines = readme();
    assert!(lines.len() >= 4, "{lines:#?}");
    for line in lines {
        runs(&line);
    }
}

/// As it stands but for the port, which may be taken.
#[test]
fn the_rehearsal_of_the_readme_runs() {
    let (_, block) = README.split_once("## Rehearsing failure").unwrap();
    let block = block
        .split("```")
        .nth(1)
        .unwrap()
        .trim_start_matches("sh\n");
    let (server, others) = block.split_once(" &\n").unwrap();
    let scene = scene();
    if run(&mut bash(&scene, "command -v curl")).code != Some(0) {
        eprintln!("NOT TRIED, curl is not installed: the rehearsal of the README");
        return;
    }
    let (child, url) = serve(&scene, server);
    let others = others.replace("http://127.0.0.1:8787", &url);
    assert!(others.contains(&format!("curl {url}/stats")), "{others}");
    let mut command = bash(&scene, &format!("set -e\n{others}"));
    command
        .env("TENJIN_SDK_KEY", "KEY")
        .env("no_proxy", "127.0.0.1");
    let said = run(&mut command);
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert!(said.stdout.contains("\"accepted\":"), "{}", said.all());
    ends(child, server);
    assert!(scene.read("received.ndjson").lines().count() > 0);
}

#[test]
fn the_first_command_of_the_readme_runs() {
    let line = README
        .lines()
        .find(|line| line.starts_with("cargo run"))
        .unwrap();
    let line = line.replace("cargo run --release -- ", "tenjin-s2s ");
    let root = env!("CARGO_MANIFEST_DIR");
    let scene = Scene::new();
    let line = line.replace("fixtures/", &format!("{root}/fixtures/"));
    let said = run(&mut bash(&scene, &line));
    assert_eq!(said.code, Some(1), "{}", said.all());
    assert!(said.stdout.contains("37 accepted"));
}

#[test]
fn help_fits_into_eighty_columns_with_its_words_whole() {
    let scene = Scene::new();
    for command in commands() {
        for help in ["-h", "--help"] {
            let page = |columns: &str| {
                let run = scene.run(&format!("{command} {help}"));
                run.env("COLUMNS", columns).prints().exits(0).stdout
            };
            let (narrow, wide) = (page("80"), page("100"));
            // clap never breaks a usage line.
            let is_long = |line: &&str| line.chars().count() > 80 && !line.starts_with("Usage: ");
            let long: Vec<_> = narrow.lines().filter(is_long).collect();
            assert_eq!(long, [""; 0], "{command} {help}");
            // What is broken at its own place is not broken again.
            let end = |page: &str| page.split_once("\nExamples:\n").unwrap().1.to_owned();
            assert_eq!(end(&narrow), end(&wide), "{command} {help}");
            let words = |page: &str| {
                page.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(words(&narrow), words(&wide), "{command} {help}");
        }
    }
}

#[test]
fn the_long_help_of_the_sandbox_names_its_faults_and_what_it_counts() {
    let page = Scene::new().run("sandbox --help").prints().exits(0).stdout;
    let (_, names) = page.split_once("Faults:").unwrap();
    let (faults, stats) = names.split_once("Keys of GET /stats:").unwrap();
    for fault in tenjin_s2s::sandbox::Fault::ALL {
        assert!(
            faults.split_whitespace().any(|word| word == fault.name()),
            "{}",
            fault.name()
        );
    }
    for key in [
        "requests",
        "accepted",
        "by_path_status",
        "violations",
        "busiest_second",
    ] {
        assert!(stats.split_whitespace().any(|word| word == key), "{key}");
    }
}

#[test]
fn the_short_help_is_shorter_and_both_are_grouped() {
    let scene = Scene::new();
    let lines = |help: &str| scene.run(help).prints().exits(0).stdout.lines().count();
    assert!(lines("upload -h") < 90, "{}", lines("upload -h"));
    assert!(lines("upload --help") > 2 * lines("upload -h"));
    let help = scene.run("upload --help").prints().exits(0).stdout;
    let headings: Vec<&str> = help
        .lines()
        .filter(|line| line.ends_with(':') && !line.starts_with(' '))
        .collect();
    assert_eq!(
        headings,
        [
            "Arguments:",
            "Options:",
            "Reading:",
            "Columns and fields:",
            "Rules for rows:",
            "Ids that rows lack:",
            "Report:",
            "Sending:",
            "When to stop:",
            "Ledger:",
            "SDK key:",
            "General options:",
            "Examples:",
        ]
    );
}

#[test]
fn what_help_says_about_the_environment_is_so() {
    // Every option of the commands that say so has its variable.
    let all = tenjin_s2s::cli::command();
    for name in ["validate", "upload", "config", "sandbox"] {
        let command = all.find_subcommand(name).unwrap();
        for arg in command
            .get_arguments()
            .filter(|arg| arg.get_long().is_some())
        {
            let long = arg.get_long().unwrap();
            let expected = format!("TENJIN_S2S_{}", long.replace('-', "_").to_uppercase());
            let variable = arg
                .get_env()
                .map(|name| name.to_string_lossy().into_owned());
            assert_eq!(variable, Some(expected), "{name} --{long}");
        }
    }
}

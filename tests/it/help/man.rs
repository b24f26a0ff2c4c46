//! The man page covers every command and every option, and is one that man can read.

use clap::Command;

use crate::support::Scene;
use crate::support::shell::{bash, run};

fn page() -> String {
    Scene::new().run("man").prints().exits(0).stdout
}

/// The page as a reader sees its words: without roff's escapes.
fn plain(page: &str) -> String {
    page.replace("\\-", "-")
        .replace("\\fB", "")
        .replace("\\fI", "")
        .replace("\\fR", "")
}

fn check(page: &str, command: &Command) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let heading = format!(".SH {}\n", name.to_uppercase());
    let chapter = if command.get_name() == "tenjin-s2s" {
        page
    } else {
        let (_, rest) = page
            .split_once(&heading)
            .unwrap_or_else(|| panic!("{heading}"));
        rest.split("\n.SH ").next().unwrap()
    };
    let own = |arg: &&clap::Arg| !arg.is_global_set() && arg.get_id() != "help";
    for arg in command.get_arguments().filter(own) {
        let Some(long) = arg.get_long() else {
            continue;
        };
        let is_there = chapter.lines().any(|line| {
            line == format!("--{long}")
                || line.starts_with(&format!("--{long} "))
                || line.contains(&format!(", --{long}"))
        });
        assert!(is_there, "{name} --{long}");
    }
    command.get_subcommands().for_each(|sub| check(page, sub));
}

#[test]
fn every_option_of_every_command_is_in_it() {
    let mut command = tenjin_s2s::cli::command();
    command.build();
    let page = plain(&page());
    check(&page, &command);
    let globals = ["--quiet", "--verbose", "--progress", "--color", "--config"];
    for word in globals
        .into_iter()
        .chain(["EXIT STATUS", "ENVIRONMENT", "TENJIN_SDK_KEY", "130"])
    {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn every_option_is_described() {
    let page = page();
    let mut silent = Vec::new();
    for entry in page.split("\n.TP\n").skip(1) {
        let (name, rest) = entry.split_once('\n').unwrap();
        let text = rest.lines().next().unwrap_or_default();
        if text.trim().is_empty() || text.starts_with(".S") {
            silent.push(name);
        }
    }
    assert_eq!(silent, [""; 0]);
}

#[test]
fn it_has_no_date_and_no_foreign_letters() {
    let page = page();
    let title = page.lines().find(|line| line.starts_with(".TH")).unwrap();
    let expected = format!(
        ".TH tenjin-s2s 1  \"tenjin-s2s {}\" ",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(title, expected);
    assert_eq!(page.matches("\n.TH").count(), 1, "one page");
    assert!(page.is_ascii());
    assert_eq!(page, self::page());
}

/// The page of one command.
fn page_of(command: &str) -> String {
    let scene = Scene::new();
    let said = scene.run(&format!("man {command}")).prints();
    said.exits(0).stdout
}

#[test]
fn each_command_has_a_page_with_its_options() {
    let mut whole = tenjin_s2s::cli::command();
    whole.build();
    for command in whole.get_subcommands() {
        let name = command.get_name();
        let page = plain(&page_of(name));
        let title = format!(
            ".TH tenjin-s2s-{name} 1  \"tenjin-s2s {}\"",
            env!("CARGO_PKG_VERSION")
        );
        assert!(page.contains(&title), "{page}");
        for words in ["EXIT STATUS", "SEE ALSO", "\nExamples:\n", "\n.TP\n5\n"] {
            assert!(
                page.contains(words) || name == "help",
                "{name}: {words}\n{page}"
            );
        }
        let own = |arg: &&clap::Arg| !arg.is_global_set() && arg.get_id() != "help";
        for arg in command.get_arguments().filter(own) {
            let long = arg.get_long().map(|long| format!("--{long}"));
            assert!(long.is_none_or(|long| page.contains(&long)), "{name} {arg}");
        }
        command.get_subcommands().for_each(|sub| check(&page, sub));
    }
    let said = Scene::new().run("man uploads").mutters().exits(2);
    assert!(
        said.stderr
            .contains("there is no command \"uploads\"; there are")
    );
}

#[test]
fn groff_has_nothing_to_say_against_it() {
    groff_accepts(&page(), "--decimal-comma");
    groff_accepts(&page_of("upload"), "--decimal-comma");
    groff_accepts(&page_of("ledger"), "--event-id");
}

fn groff_accepts(page: &str, option: &str) {
    let scene = Scene::with("page.1", page);
    let is_there = |program: &str| run(&mut bash(&scene, &format!("command -v {program}"))).code;
    if is_there("groff") == Some(0) {
        let said = run(&mut bash(&scene, "groff -man -Tascii -ww -z page.1"));
        assert_eq!((said.code, said.all().as_str()), (Some(0), ""));
    }
    if is_there("man") == Some(0) {
        let said = run(&mut bash(&scene, "man --warnings -l page.1 | cat"));
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
        assert!(said.stdout.contains(option));
    }
}

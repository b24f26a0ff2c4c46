//! Colours go by state, and only where they are wanted.

use super::screens::{NAME, compare, export};
use super::tmux::Terminal;
use crate::support::{Behaviour, Reply, Scripted};

fn screen(words: &str, variables: &[(&str, &str)]) -> Option<(String, String)> {
    let scene = export();
    let terminal = Terminal::run(&scene, (80, 24), words, variables)?;
    let (plain, _) = terminal.ended();
    Some((plain, terminal.colours()))
}

#[test]
fn a_summary_in_colours() {
    let words = format!("upload '{NAME}' --sandbox --rate unlimited");
    let Some((_, coloured)) = screen(&words, &[]) else {
        return;
    };
    let (text, _) = coloured.rsplit_once("exit code").unwrap();
    compare("finished_in_colours", &text.replace('\u{1b}', "^"));
}

#[test]
fn the_line_has_the_colour_of_its_state() {
    // A pause that outlasts the test: the screen is read twice, and says the same both times.
    let pause = Reply::new(429, "slow down").header("retry-after", "600");
    let server = Scripted::new(vec![], Behaviour::Reply(pause));
    let scene = export();
    let words = format!("upload '{NAME}' --endpoint-url {} --ledger l", server.url());
    let Some(terminal) = Terminal::run(&scene, (80, 24), &words, &[]) else {
        return;
    };
    terminal.wait("it waits", |screen| screen.contains("asked for a pause"));
    let coloured = terminal.colours();
    assert!(coloured.contains("\u{1b}[33mwaiting "), "{coloured}");
}

#[test]
fn no_colours_where_they_are_not_wanted() {
    let words = format!("upload '{NAME}' --sandbox --rate unlimited");
    let never = format!("{words} --color never");
    let always = format!("{words} --color always");
    for (words, variables, coloured) in [
        (&words, &[("NO_COLOR", "1")][..], false),
        (&never, &[], false),
        (&words, &[("NO_COLOR", "")], true),
        (&always, &[("NO_COLOR", "1")], true),
    ] {
        let Some((_, screen)) = screen(words, variables) else {
            return;
        };
        assert_eq!(screen.contains('\u{1b}'), coloured, "{words} {variables:?}");
    }
}

//! `tenjin-s2s man`: one page for all commands, from the commands themselves.
//!
//! It has no date, so that the same program gives the same page.

use std::fmt::Write;

use clap::Command;
use clap_mangen::Man;

use super::{Talk, man_guides};
use crate::cli;
use crate::exit::Exit;

pub(super) fn run(talk: Talk) -> anyhow::Result<Exit> {
    let mut command = described(cli::command());
    command.build();
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    for sub in command.get_subcommands() {
        chapters(sub, &mut page)?;
    }
    page += &man_guides::section();
    page += AFTER;
    talk.result(&page)?;
    Ok(Exit::Done)
}

/// Options that `-h` leaves out are described here all the same.
fn described(command: Command) -> Command {
    command
        .mut_args(|arg| arg.hide_short_help(false))
        .mut_subcommands(described)
}

/// A chapter for a command, and one for each of its own.
fn chapters(command: &Command, page: &mut String) -> anyhow::Result<()> {
    let mut text = Vec::new();
    // What every command understands stands at the top of the page.
    let own = command.clone().mut_args(|arg| {
        let is_everywhere = arg.is_global_set() && command.get_name() != "ledger";
        let is_hidden = is_everywhere || arg.get_id() == "help";
        arg.hide(is_hidden)
    });
    let man = Man::new(own);
    man.render_description_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_extra_section(&mut text)?;
    let name = command.get_bin_name().unwrap_or(command.get_name());
    // Writing to a string cannot fail.
    let _ = writeln!(page, ".SH {}", name.to_uppercase().replace('-', "\\-"));
    *page += &as_chapter(&String::from_utf8_lossy(&text));
    for sub in command.get_subcommands() {
        chapters(sub, page)?;
    }
    Ok(())
}

/// Sections become sections of a chapter, and examples keep their lines.
fn as_chapter(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match line.strip_prefix(".SH ") {
            Some("DESCRIPTION") => {}
            Some("EXTRA") => out += ".PP\n.nf\n",
            Some(name) => {
                let _ = writeln!(out, ".SS {name}");
            }
            None => {
                out += line;
                out.push('\n');
            }
        }
    }
    if out.contains("\n.nf\n") {
        out += ".fi\n";
    }
    out
}

/// What belongs to no command.
const AFTER: &str = r".SH ENVIRONMENT
.TP
TENJIN_SDK_KEY
The SDK key, unless \-\-sdk\-key\-env or \-\-sdk\-key\-file names another place.
.TP
TENJIN_S2S_\fIOPTION\fR
The value of an option: TENJIN_S2S_MAX_AGE for \-\-max\-age. A name that no option has is an error.
.TP
NO_COLOR
If it is not empty, nothing is coloured.
.TP
XDG_CONFIG_HOME, XDG_STATE_HOME
Where the configuration file and the ledger are, instead of ~/.config and ~/.local/state.
.SH FILES
.TP
tenjin\-s2s.toml
Options, apps and where their keys are: in the working directory, else in the folder tenjin\-s2s of
the configuration directory. In the working directory it may name no keys, server or ledger.
.SH EXIT STATUS
.TP
0
Every row accepted, filtered or duplicate; for validate: none rejected.
.TP
1
The run ended, and some rows did not get through: the report says which.
.TP
2
Usage, configuration or unreadable input; nothing was sent.
.TP
3
Stopped before the end: run again to go on.
.TP
4
Another run holds the ledger.
.TP
129, 130, 143
Ended by a signal, after settling what was in flight.
";

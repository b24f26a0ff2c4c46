//! `tenjin-s2s man`: one page for all commands, and one for each, from the commands themselves.
//!
//! They have no date, so that the same program gives the same pages.

use std::borrow::Cow;
use std::fmt::Write;

use anyhow::bail;
use clap::Command;
use clap_mangen::Man;

use crate::cli;
use crate::cli::guides::{ALL, Guide};
use crate::model::Exit;
use crate::run::streams::Streams;

pub(super) fn run(wanted: Option<&str>, streams: Streams) -> anyhow::Result<Exit> {
    let mut command = described(cli::command());
    command.build();
    let page = match wanted {
        None => whole(&command)?,
        Some(name) => single(&command, name)?,
    };
    streams.result(&page)?;
    if streams.prints_to_terminal() {
        let name = wanted.map_or_else(String::new, |name| format!(" {name}"));
        streams.say(&format!(
            "that is the source of the page; to read it: tenjin-s2s man{name} | man -l -"
        ));
    }
    Ok(Exit::Done)
}

/// The page of the program, with a chapter for each command.
fn whole(command: &Command) -> anyhow::Result<String> {
    let mut page = head(command)?;
    for sub in command.get_subcommands() {
        chapters(sub, &mut page)?;
    }
    page += &guides();
    page += AROUND;
    page += EXIT_STATUS;
    Ok(page)
}

/// The page of one command, with a chapter for each of its own.
fn single(command: &Command, name: &str) -> anyhow::Result<String> {
    let Some(wanted) = command.find_subcommand(name) else {
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        bail!(
            "man: there is no command {name:?}; there are {}",
            names.join(", ")
        );
    };
    let mut page = head(&own(wanted))?;
    let mut notes = Vec::new();
    Man::new(wanted.clone()).render_extra_section(&mut notes)?;
    let notes = String::from_utf8_lossy(&notes);
    if let Some((_, notes)) = notes.split_once(".SH EXTRA\n") {
        let _ = writeln!(page, ".SH \"NOTES AND EXAMPLES\"\n.nf\n{notes}.fi");
    }
    for sub in wanted.get_subcommands() {
        chapters(sub, &mut page)?;
    }
    page += EXIT_STATUS;
    page += SEE_ALSO;
    Ok(page)
}

/// What a page begins with, the options included.
fn head(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).source(concat!("tenjin-s2s ", env!("CARGO_PKG_VERSION")));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A command without what every command understands: that stands on the program's own page.
fn own(command: &Command) -> Command {
    let is_ledger = command.get_name() == "ledger";
    command.clone().mut_args(|arg| {
        let is_everywhere = arg.is_global_set() && !is_ledger;
        let is_hidden = is_everywhere || arg.get_id() == "help";
        arg.hide(is_hidden)
    })
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
    let man = Man::new(own(command));
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

/// A section with a part for each guide.
fn guides() -> String {
    let mut out = ".SH GUIDES\n".to_owned();
    for guide in ALL {
        // Writing to a string cannot fail.
        let _ = writeln!(out, ".SS \"{}\"", escaped(guide.title()));
        out += &guide_body(guide);
    }
    out
}

fn guide_body(guide: &Guide) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for line in guide.body().lines() {
        let roff: Cow<str> = if line.starts_with("```") {
            is_code = !is_code;
            if is_code { ".nf" } else { ".fi" }.into()
        } else if is_code {
            escaped(line).into()
        } else if line.is_empty() {
            ".PP".into()
        } else if let Some(entry) = line.strip_prefix("- ") {
            format!(".IP \\(bu 2\n{}", prose(entry)).into()
        } else {
            prose(line.trim_start()).into()
        };
        let _ = writeln!(out, "{roff}");
    }
    out
}

/// A line with its words in backticks set apart.
fn prose(line: &str) -> String {
    let mut out = String::new();
    for (at, part) in line.split('`').enumerate() {
        match at % 2 {
            0 => out += &escaped(part),
            _ => {
                let _ = write!(out, "\\fB{}\\fR", escaped(part));
            }
        }
    }
    out
}

/// What roff takes for letters only. A line that began with a point would be a command.
fn escaped(text: &str) -> String {
    let guard = if text.starts_with(['.', '\'']) {
        "\\&"
    } else {
        ""
    };
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    format!("{guard}{text}")
}

/// What belongs to no command.
const AROUND: &str = include_str!("man/around.roff");

const SEE_ALSO: &str = r".SH SEE ALSO
\fBtenjin\-s2s\fR(1): options that every command understands, guides, environment and files.
";

/// What scripts and schedulers act on.
const EXIT_STATUS: &str = include_str!("man/exit_status.roff");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_code_are_kept_apart() {
        let text =
            "# A title\n\nSay `--quiet` and\n.go\n\n- one\n  more\n\n```sh\na \\\n  -b\n```\n";
        let roff = guide_body(&Guide { name: "a", text });
        assert_eq!(
            roff,
            "Say \\fB\\-\\-quiet\\fR and\n\\&.go\n.PP\n.IP \\(bu 2\none\nmore\n.PP\n.nf\na \\e\n  \\-b\n.fi\n"
        );
    }
}

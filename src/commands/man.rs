//! `tenjin-s2s man`: the man page, from the command itself.

use clap::CommandFactory;

use super::Talk;
use crate::cli::Cli;
use crate::exit::Exit;

pub(super) fn run(talk: Talk) -> anyhow::Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands() {
        clap_mangen::Man::new(sub.clone()).render(&mut page)?;
    }
    talk.result(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

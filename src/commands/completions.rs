//! `tenjin-s2s completions SHELL`: the script that is committed in `completions/`.

use super::Talk;
use crate::cli;
use crate::exit::Exit;

pub(super) fn run(shell: clap_complete::Shell, talk: Talk) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "tenjin-s2s", &mut script);
    talk.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

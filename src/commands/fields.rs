//! `tenjin-s2s fields [KIND]`: Tenjin's fields, from the tables that validation uses.

use super::Talk;
use crate::cli::FieldsArgs;
use crate::exit::Exit;

pub(super) fn run(args: &FieldsArgs, talk: Talk) -> anyhow::Result<Exit> {
    talk.result(&crate::fields::render(args.kind, args.output))?;
    Ok(Exit::Done)
}

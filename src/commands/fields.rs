//! `tenjin-s2s fields [KIND]`: Tenjin's fields, from the tables that validation uses.

use super::Talk;
use crate::cli::FieldsArgs;
use crate::exit::Exit;

pub(super) fn run(args: &FieldsArgs, talk: Talk) -> anyhow::Result<Exit> {
    if args.report_schema {
        talk.result(crate::report::schema::SCHEMA)?;
        return Ok(Exit::Done);
    }
    talk.result(&crate::fields::render(args.kind, args.output))?;
    Ok(Exit::Done)
}

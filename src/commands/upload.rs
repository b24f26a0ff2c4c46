//! `tenjin-s2s upload`: the whole road.

use std::io::IsTerminal;

use super::road::Road;
use super::{Talk, dry_run, identity_check, open_ledger, run_facts, strict, summary};
use crate::bookkeeper::Bookkeeper;
use crate::cli::UploadArgs;
use crate::clock::Clock;
use crate::console::Note;
use crate::exit::Exit;
use crate::ledger::Ledger;
use crate::plan::{Reading, Sending};
use crate::report::files::Files;
use crate::report::folder::Folder;
use crate::report::run::{InputFacts, RunFacts};
use crate::signals::Signals;

/// Runs it; `kept` has the numbers afterwards, as far as there are any.
pub(super) fn run(
    args: &UploadArgs,
    talk: Talk,
    kept: &mut Option<Bookkeeper>,
) -> anyhow::Result<Exit> {
    let from_ledger = args.send.from_ledger;
    let mut reading = Reading::decide(&args.input, from_ledger, std::io::stdin().is_terminal())?;
    let sending = Sending::decide(&args.send, &mut reading)?;
    if sending.dry_run {
        return dry_run::run(&args.input, &reading, &sending, talk);
    }
    let opened = reading.open()?;
    reading.must_identify(&opened, &sending.bookkeeping)?;
    let samples = identity_check::samples(&reading, &sending.bookkeeping)?;
    let signals = Signals::listen()?;
    let clock = Clock::new();
    let mut facts = run_facts::new("upload", &args.input.inputs, &reading, &opened);
    run_facts::sends_to(&mut facts, &sending);
    let mut ledger =
        match open_ledger::open(&sending.bookkeeping, sending.scope(), &mut facts, talk) {
            Ok(ledger) => ledger,
            Err(error) => {
                talk.fail(&error.to_string());
                return Ok(open_ledger::exit(&error));
            }
        };
    let checked = identity_check::check(&mut ledger, &reading, &sending, &samples);
    let ready = checked.and_then(|()| files(&ledger, &reading, &sending, &mut facts));
    let files = match ready {
        Ok(files) => files,
        Err(error) => {
            // Or the next run would say that this one was killed.
            ledger.finish()?;
            return Err(error);
        }
    };
    talk.explain(&facts, &opened);
    let console = talk.console();
    let keeper = kept.insert(Bookkeeper::new(facts, files, &opened, console, clock, true));
    keeper.write(None);
    if sending.strict {
        match strict::check(keeper, &reading, &signals) {
            Ok(None) => {}
            Ok(Some(exit)) => {
                ledger.finish()?;
                summary::print(keeper, None, args.input.output, talk)?;
                return Ok(exit);
            }
            Err(error) => {
                ledger.finish()?;
                return Err(error);
            }
        }
    }
    let road = Road::lay(&sending, &opened, ledger, clock)?;
    road.open(opened, &reading, &sending)?;
    let exit = road.watch(keeper, &reading, &signals);
    if let Some(text) = road.misuse() {
        keeper.console.say(&Note::error(text));
    }
    let mut exit = exit;
    if let Err(error) = summary::print(keeper, None, args.input.output, talk) {
        // Rows have gone: this is no longer exit code 2, which says that nothing was sent.
        talk.fail(&format!("{error:#}"));
        exit = exit.or(Exit::Incomplete);
    }
    if keeper.failure().is_some() {
        exit = exit.or(Exit::Stopped);
    }
    Ok(exit)
}

/// The files of the report, once it is known what the inputs are.
fn files(
    ledger: &Ledger,
    reading: &Reading,
    sending: &Sending,
    facts: &mut RunFacts,
) -> anyhow::Result<Files> {
    let folder = Folder::open(sending.report_dir.as_deref(), &facts.run_id)?;
    released(ledger, sending, facts)?;
    Ok(Files::new(folder, reading.all_outcomes)?)
}

/// With `--from-ledger` the inputs are those that the released rows came from.
fn released(ledger: &Ledger, sending: &Sending, facts: &mut RunFacts) -> anyhow::Result<()> {
    if sending.from_ledger {
        let inputs = ledger.released_inputs()?.into_iter();
        facts.inputs = inputs
            .map(|path| InputFacts {
                path,
                format: "ledger",
                ..InputFacts::default()
            })
            .collect();
    }
    Ok(())
}

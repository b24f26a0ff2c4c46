//! `tenjin-s2s reconcile`: Tenjin's own export against the ledger; needs no key and no network.

use std::fmt::Write;
use std::path::Path;

use crate::cli::{OutputArg, ReconcileArgs};
use crate::http::Endpoint;
use crate::input::{self, ReadOptions};
use crate::ledger::Books;
use crate::model::{Exit, text};
use crate::plan::mapping_file;
use crate::reconcile::{self, Choice, Findings, Known, MAPPING, Reader};
use crate::report::figures::counted;
use crate::report::files::folder::Folder;
use crate::report::typed::Typed;
use crate::run::facts::run_id;
use crate::run::streams::Streams;

pub(super) fn run(args: &ReconcileArgs, streams: Streams) -> anyhow::Result<Exit> {
    if args.print_mapping {
        streams.result(MAPPING)?;
        return Ok(Exit::Done);
    }
    let choice = choice(args)?;
    let path = super::ledger::path(args.ledger.as_deref())?;
    let books = Books::read(&path).map_err(|error| error.at(&path))?;
    let known = Known::of(&books, &choice)?;
    let reader = read(args, &choice)?;
    let (comparison, account) = reconcile::reconcile(&books, reader, &choice)?;
    let folder = match &args.report_dir {
        None => None,
        Some(dir) => Some(Folder::beside(dir, &format!("{}-reconcile", run_id()))?),
    };
    let folder = folder.as_ref();
    let findings = Findings::new(&books, &comparison, account, (&choice, &known), folder)?;
    if let Some(folder) = folder {
        folder.replace("reconcile.json", findings.json().as_bytes())?;
        folder.replace("reconcile.html", findings.page().as_bytes())?;
    }
    streams.result(&match args.output {
        OutputArg::Json => findings.json(),
        OutputArg::Text => {
            let style = streams.layout().style;
            findings.text(style) + &end(args, folder.map(Folder::path), findings.proposed())
        }
    })?;
    let (wrong, accepted) = findings.wrong();
    Ok(
        if !findings.compared() || args.tolerance.exceeded(wrong, accepted) {
            Exit::Incomplete
        } else {
            Exit::Done
        },
    )
}

fn choice(args: &ReconcileArgs) -> anyhow::Result<Choice> {
    let endpoint = match &args.endpoint_url {
        Some(url) => Endpoint::parse(url)?,
        None => Endpoint::tenjin(),
    };
    Ok(Choice {
        scope: endpoint.name().to_owned(),
        from: args.from,
        to: args.to,
        apps: args.app.clone(),
    })
}

fn read(args: &ReconcileArgs, choice: &Choice) -> anyhow::Result<Reader> {
    let file = match &args.export_mapping {
        Some(path) => Some(mapping_file(path, "--export-mapping")?),
        None => None,
    };
    let mapping = reconcile::mapping(file)?;
    let mut reader = Reader::new()?;
    for (number, location) in (0..).zip(input::locate(&args.exports)?) {
        let mut source = input::open(number, &location, &ReadOptions::default())?;
        reader.read(&mut source, &mapping, choice)?;
    }
    Ok(reader)
}

/// Where everything is written, and what to do about rows in doubt that the export has.
fn end(args: &ReconcileArgs, folder: Option<&Path>, proposed: u64) -> String {
    let Some(folder) = folder else {
        return match proposed {
            0 => String::new(),
            _ => "Next: pass --report-dir DIR, for a file of answers about the rows in doubt\n"
                .into(),
        };
    };
    let mut out = format!("written to {}\n", text::argument(&folder.to_string_lossy()));
    if proposed > 0 {
        let file = folder.join("in_doubt.csv");
        let typed = Typed::now("reconcile", &args.exports);
        let resolve = typed.about_ledger(["resolve", "--from", &file.to_string_lossy()]);
        let rows = counted(proposed, "row");
        let _ = writeln!(
            out,
            "Next: the export has {rows} in doubt as sent; to count them as accepted: {resolve}"
        );
    }
    out
}

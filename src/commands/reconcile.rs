//! `tenjin-s2s reconcile`: Tenjin's own export against the ledger; needs no key and no network.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::cli::{OutputArg, ReconcileArgs};
use crate::http::Endpoint;
use crate::input::{self, ReadOptions};
use crate::ledger::{Books, LedgerError};
use crate::model::Exit;
use crate::plan::mapping_file;
use crate::reconcile::{self, Choice, Findings, MAPPING, Reader};
use crate::report::escape;
use crate::report::folder::Folder;
use crate::run::facts::run_id;
use crate::run::ledger::exit;
use crate::run::streams::Streams;

pub(super) fn run(args: &ReconcileArgs, streams: Streams) -> anyhow::Result<Exit> {
    if args.print_mapping {
        streams.result(MAPPING)?;
        return Ok(Exit::Done);
    }
    match compare(args, streams) {
        Ok(exit) => Ok(exit),
        Err(error) => match error.downcast_ref::<LedgerError>() {
            Some(known) => {
                streams.fail(&known.to_string());
                Ok(exit(known))
            }
            None => Err(error),
        },
    }
}

fn compare(args: &ReconcileArgs, streams: Streams) -> anyhow::Result<Exit> {
    let choice = choice(args)?;
    let path = super::ledger::path(args.ledger.as_deref())?;
    let books = Books::read(&path).map_err(|error| error.at(&path))?;
    let reader = read(args, &choice)?;
    let (comparison, account) = reconcile::reconcile(&books, reader, &choice)?;
    let folder = match &args.report_dir {
        None => None,
        Some(dir) => Some(Folder::beside(dir, &format!("{}-reconcile", run_id()))?),
    };
    let mut rows: Box<dyn Write> = match &folder {
        None => Box::new(io::sink()),
        Some(folder) => Box::new(BufWriter::new(folder.file("differences.csv")?)),
    };
    let findings = Findings::new(&books, &comparison, account, &choice.scope, &mut rows)?;
    if let Some(folder) = &folder {
        folder.replace("reconcile.json", findings.json().as_bytes())?;
        folder.replace("reconcile.html", findings.page().as_bytes())?;
    }
    streams.result(&match args.output {
        OutputArg::Json => findings.json(),
        OutputArg::Text => {
            let style = streams.layout().style;
            findings.text(style) + &written_to(folder.as_ref().map(Folder::path))
        }
    })?;
    let (wrong, accepted) = findings.wrong();
    Ok(if args.tolerance.exceeded(wrong, accepted) {
        Exit::Incomplete
    } else {
        Exit::Done
    })
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

fn written_to(folder: Option<&Path>) -> String {
    folder.map_or(String::new(), |path| {
        format!("written to {}\n", escape::argument(&path.to_string_lossy()))
    })
}

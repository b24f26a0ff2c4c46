//! `tenjin-s2s sandbox`: the stand-in for Tenjin, until a signal ends it.

use std::sync::mpsc;
use std::time::Duration;

use crate::cli::{OutputArg, SandboxArgs};
use crate::model::Exit;
use crate::report::figures::counted;
use crate::run::signals::Signals;
use crate::run::streams::Streams;
use crate::sandbox::{Keys, Options, Server, Stats};

/// How often it looks whether it shall end.
const PAUSE: Duration = Duration::from_millis(50);

fn ending(stats: &Stats) -> String {
    format!(
        "{} in, {} recorded, {}",
        counted(stats.requests, "request"),
        counted(stats.accepted, "event"),
        counted(stats.duplicates, "duplicate")
    )
}

pub(super) fn run(args: &SandboxArgs, streams: Streams) -> anyhow::Result<Exit> {
    let options = options(args);
    let signals = Signals::listen()?;
    let (stop, stopped) = mpsc::channel();
    let watch = std::thread::spawn(move || {
        let signal = loop {
            match signals.caught() {
                Some(signal) => break signal,
                None => std::thread::sleep(PAUSE),
            }
        };
        // The server may have failed to start, and nobody listens.
        let _ = stop.send(());
        signal
    });
    let is_text = args.output == OutputArg::Text;
    let mut server = Server::start(options)?;
    let listening = if is_text {
        format!("listening on {}\n", server.url())
    } else {
        let listening = serde_json::json!({ "listening_on": server.url() });
        format!("{listening}\n")
    };
    streams.result(&listening)?;
    // The sender is gone only after the signal that ends this.
    let _ = stopped.recv();
    server.stop();
    let stats = server.stats();
    if is_text {
        streams.say(&ending(&stats));
    } else {
        streams.result(&(serde_json::to_string(&stats)? + "\n"))?;
    }
    Ok(watch.join().map_or(Exit::Done, Exit::Signal))
}

fn options(args: &SandboxArgs) -> Options {
    Options {
        listen: args.listen,
        latency: args.latency,
        faults: args.fault.clone(),
        rate_limit: args.rate_limit,
        keys: match args.key.as_slice() {
            [] => Keys::EachForOneApp,
            listed => Keys::Listed(listed.to_vec()),
        },
        seed: args.seed,
        record: args.record.clone(),
        ..Options::default()
    }
}

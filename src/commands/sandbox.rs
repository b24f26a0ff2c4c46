//! `tenjin-s2s sandbox`: the stand-in for Tenjin, until a signal ends it.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use super::Talk;
use crate::cli::SandboxArgs;
use crate::exit::Exit;
use crate::report::figures::counted;
use crate::sandbox::{self, Options};
use crate::signals::Signals;

/// How often it looks whether it shall end.
const GLANCE: Duration = Duration::from_millis(50);

pub(super) fn run(args: &SandboxArgs, talk: Talk) -> anyhow::Result<Exit> {
    let options = Options {
        listen: args.listen,
        latency: args.latency,
        faults: args.fault.clone(),
        rate_limit: args.rate_limit,
        key: args.key.clone(),
        seed: args.seed,
        record: args.record.clone(),
        ..Options::default()
    };
    let signals = Signals::listen()?;
    let (stop, stopped) = mpsc::channel();
    let watch = std::thread::spawn(move || {
        let signal = loop {
            match signals.caught() {
                Some(signal) => break signal,
                None => std::thread::sleep(GLANCE),
            }
        };
        // The server may have failed to start, and nobody listens.
        let _ = stop.send(());
        signal
    });
    let stats = sandbox::serve(options, &mut io::stdout(), &stopped)?;
    talk.say(&format!(
        "{} in, {} recorded, {}",
        counted(stats.requests, "request"),
        counted(stats.accepted, "event"),
        counted(stats.duplicates, "duplicate")
    ));
    Ok(watch.join().map_or(Exit::Done, Exit::Signal))
}

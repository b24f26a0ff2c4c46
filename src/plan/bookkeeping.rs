//! Where the ledger is, and what tells rows apart that say nothing themselves.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;

use super::reading::Reading;
use crate::cli::SendArgs;
use crate::ledger;

/// Where the ledger is, and what tells rows apart that say nothing themselves.
#[derive(Debug, Clone)]
pub struct Bookkeeping {
    /// The ledger; none is thrown away with the run.
    pub path: Option<PathBuf>,
    /// `--require-ledger`.
    pub require: bool,
    /// `--wait-lock`.
    pub wait_lock: Option<Duration>,
    /// `--input-name`.
    pub input_name: Option<String>,
    /// Whether rows that nothing identifies are a mistake of the options.
    pub needs_identity: bool,
    /// `--new-identity`.
    pub new_identity: bool,
    /// `--allow-remote-ledger`.
    pub allow_remote: bool,
}

impl Bookkeeping {
    pub(super) fn decide(args: &SendArgs, reading: &Reading) -> anyhow::Result<Self> {
        let path = ledger_path(args);
        if path.is_none() && !args.sandbox {
            bail!(
                "no place for the ledger: set HOME or XDG_STATE_HOME, or name a file with --ledger"
            );
        }
        // A throw-away ledger recognises nothing later, so any name will do.
        let throw_away = path.is_none().then(|| "sandbox".to_owned());
        let input_name = args.input_name.clone().or(throw_away);
        Ok(Bookkeeping {
            path,
            require: args.require_ledger,
            wait_lock: args.wait_lock,
            needs_identity: input_name.is_none() && !reading.is_stream(),
            new_identity: args.new_identity,
            allow_remote: args.allow_remote_ledger,
            input_name,
        })
    }
}

/// Where the ledger is; none where it is thrown away, or where there is no place for one.
pub(super) fn ledger_path(args: &SendArgs) -> Option<PathBuf> {
    let default = || (!args.sandbox).then(ledger::default_path).flatten();
    args.ledger.clone().or_else(default)
}

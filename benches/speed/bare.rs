//! The references: the least that anybody could do with the same files and the same server.
//! Each runs in a process of its own, started by this program with [`WORD`] in front.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tenjin_s2s::sandbox::{Options, Server};

/// What makes this program a reference.
pub(crate) const WORD: &str = "bare";

/// `csv FILE`, `json FILE`, or `upload URL|sandbox CONNECTIONS FILE`.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["csv", file] => csv(Path::new(file)),
        ["json", file] => json(Path::new(file)),
        ["upload", "sandbox", connections, file] => {
            let server = server(Duration::ZERO)?;
            upload(&server.url(), connections.parse()?, Path::new(file))
        }
        ["upload", url, connections, file] => upload(url, connections.parse()?, Path::new(file)),
        _ => bail!("no reference: {args:?}"),
    }
}

/// The server that `upload --sandbox` has: it counts, and remembers nothing.
pub(crate) fn server(latency: Duration) -> Result<Server> {
    Server::start(Options {
        latency,
        identities: false,
        ..Options::default()
    })
}

/// Reads every record, one thread, nothing copied that need not be.
fn csv(path: &Path) -> Result<()> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        black_box(&record);
    }
    Ok(())
}

/// Reads every line into a tree, one thread.
fn json(path: &Path) -> Result<()> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        black_box(serde_json::from_slice::<serde_json::Value>(&line)?);
        line.clear();
    }
    Ok(())
}

/// Posts every request of the file, over so many connections, and reads the answers.
fn upload(url: &str, connections: usize, path: &Path) -> Result<()> {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .build(),
    );
    let requests = Mutex::new(BufReader::with_capacity(1 << 20, File::open(path)?).lines());
    let next = || {
        let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.next()
    };
    let connection = || -> Result<()> {
        while let Some(request) = next() {
            let request = request?;
            let (kind, body) = request.split_once(' ').context("no request")?;
            post(&agent, &format!("{url}/v0/{kind}"), body)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(connection)).collect();
        for thread in threads {
            thread.join().unwrap_or_else(|_| bail!("panicked"))?;
        }
        Ok(())
    })
}

fn post(agent: &ureq::Agent, url: &str, body: &str) -> Result<()> {
    let answer = agent
        .post(url)
        .header("authorization", "Basic bWVhc3VyZWQta2V5Og==")
        .header("content-type", "application/x-www-form-urlencoded")
        .send(body)?;
    black_box(answer.into_body().read_to_string()?);
    Ok(())
}

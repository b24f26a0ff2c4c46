//! A key that a program prints, such as a password manager.
//!
//! No shell takes part: the words are the program and its arguments. Only the first line counts, and
//! only if the program ends in time with status 0.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// How long it may take; a person may have to type a password meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause between two looks whether it has ended.
const POLL: Duration = Duration::from_millis(20);

/// The first line that the program prints, of at most `most` bytes.
pub(super) fn first_line(words: &[String], most: usize) -> anyhow::Result<String> {
    first_line_within(words, most, PATIENCE)
}

fn first_line_within(words: &[String], most: usize, patience: Duration) -> anyhow::Result<String> {
    let (program, arguments) = words.split_first().context("it names no program")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start it")?;
    let line = read(&mut child, most, patience);
    // A program that is given up is ended.
    if line.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    line
}

fn read(child: &mut Child, most: usize, patience: Duration) -> anyhow::Result<String> {
    let late = || {
        let patience = humantime::format_duration(patience);
        anyhow::anyhow!("it did not end within {patience}")
    };
    let end = Instant::now() + patience;
    let output = child.stdout.take().context("it has no output")?;
    let (tell, told) = mpsc::channel();
    std::thread::Builder::new()
        .name("key".into())
        .spawn(move || {
            let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(2);
            let mut line = Vec::new();
            let mut output = BufReader::new(output);
            let read = output.by_ref().take(limit).read_until(b'\n', &mut line);
            let _ = tell.send(read.map(|_| line));
            // Unread output would end the program with a broken pipe.
            let _ = std::io::copy(&mut output, &mut std::io::sink());
        })?;
    let line = told.recv_timeout(patience).map_err(|_| late())?;
    let line = line.context("cannot read what it prints")?;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if Instant::now() >= end => return Err(late()),
            None => std::thread::sleep(POLL),
        }
    };
    ensure!(status.success(), "it failed ({status})");
    match String::from_utf8(line) {
        Ok(line) => Ok(line),
        Err(_) => bail!("it does not print UTF-8 text"),
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn run(script: &str) -> anyhow::Result<String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        first_line_within(&words, 20, Duration::from_millis(500))
    }

    #[test]
    fn the_first_line_of_a_program_that_ends_well() {
        assert_eq!(run("echo KEY; echo more; echo more").unwrap(), "KEY\n");
        assert_eq!(run("printf KEY").unwrap(), "KEY");
        assert_eq!(run("true").unwrap(), "");
        assert_eq!(run("yes | head -c 300000").unwrap(), "y\n");
    }

    #[test]
    fn no_shell_takes_part() {
        let words = ["echo", "$HOME;", "`x`"].map(str::to_owned);
        assert_eq!(first_line(&words, 20).unwrap(), "$HOME; `x`\n");
    }

    #[test]
    fn what_fails_or_does_not_end_gives_no_key() {
        for (script, why) in [
            ("echo KEY; exit 3", "it failed (exit status: 3)"),
            ("echo KEY; exec sleep 100", "it did not end within 500ms"),
            ("exec sleep 100", "it did not end within 500ms"),
            ("printf '\\377'", "it does not print UTF-8 text"),
        ] {
            assert_eq!(run(script).unwrap_err().to_string(), why, "{script}");
        }
        let nobody = first_line(&["/no/such/program".to_owned()], 20);
        assert_eq!(nobody.unwrap_err().to_string(), "cannot start it");
    }
}

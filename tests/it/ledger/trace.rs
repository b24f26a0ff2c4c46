//! What the program asked of the system, in its order, as `strace` wrote it down.
//!
//! A call has two moments: it is asked, it is answered. In between it may have been done, or in
//! part, or not at all.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::place::Run;

/// Every call that can change a file, a folder or what a descriptor means, and what is sent.
/// [`super::disk`] refuses those that it does not know to replay.
const CALLS: &str = "open,openat,openat2,creat,close,lseek,write,writev,pwrite64,pwritev,pwritev2,\
    ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,msync,rename,renameat,renameat2,\
    unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,dup,dup2,dup3,fcntl,mmap,copy_file_range,\
    sendfile,sendto,sendmsg";

/// One call.
#[derive(Debug)]
pub struct Call {
    pub name: String,
    /// As `strace` prints them; texts are in [`Call::bytes`] and [`Call::path`].
    pub arguments: Vec<String>,
    /// What it gave; nothing if the log ends before.
    pub result: Option<i64>,
}

/// A moment of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Asked(usize),
    Answered(usize),
}

/// A run from its first call to its last.
#[derive(Debug, Default)]
pub struct Trace {
    pub calls: Vec<Call>,
    /// Both moments of every call, in their order.
    pub moments: Vec<Moment>,
}

/// Whether calls can be written down here.
pub fn is_possible() -> bool {
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "--seccomp-bpf",
        "-o",
        "/dev/null",
        "-e",
        "trace=close",
    ]);
    let quiet = strace
        .arg("true")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The same run, its calls written down in this file.
pub fn traced(run: Run, log: &Path) -> Run {
    let filter = format!("trace={CALLS}");
    let log = log.to_str().unwrap();
    // whole texts, in hex
    let fixed = ["-f", "--seccomp-bpf", "-qq", "-xx", "-s", "100000000"];
    let more = ["-e", "signal=none", "-e", &filter, "-o", log];
    run.within("strace", &[&fixed[..], &more[..]].concat())
}

impl Trace {
    pub fn read(log: &Path) -> Trace {
        let text = std::fs::read_to_string(log).unwrap();
        let mut trace = Trace::default();
        // by process: the call that waits for its answer
        let mut begun: HashMap<&str, (usize, &str)> = HashMap::new();
        for line in text.lines() {
            let (process, rest) = line.split_once(' ').unwrap();
            let rest = rest.trim_start();
            if rest.starts_with("+++") || rest.starts_with("---") {
                continue;
            }
            if let Some(asked) = rest.strip_suffix(" <unfinished ...>") {
                let number = trace.asked();
                trace.calls.push(call(asked));
                begun.insert(process, (number, asked));
            } else if let Some((_, answer)) = rest.split_once(" resumed>") {
                let (number, asked) = begun.remove(process).unwrap();
                trace.calls[number] = call(&format!("{asked}{answer}"));
                trace.moments.push(Moment::Answered(number));
            } else {
                let number = trace.asked();
                trace.calls.push(call(rest));
                trace.moments.push(Moment::Answered(number));
            }
        }
        trace
    }

    fn asked(&mut self) -> usize {
        let number = self.calls.len();
        self.moments.push(Moment::Asked(number));
        number
    }

    /// Whether something is handed to the network in this moment.
    pub fn is_send(&self, moment: usize) -> bool {
        let Moment::Asked(number) = self.moments[moment] else {
            return false;
        };
        let name = self.calls[number].name.as_str();
        assert_ne!(name, "sendmsg", "somebody must learn to read this");
        name == "sendto"
    }

    /// The texts handed to the network before this moment, whole or not: they may have arrived.
    pub fn sent(&self, before: usize) -> impl Iterator<Item = String> {
        let sends = (0..before).filter(|moment| self.is_send(*moment));
        sends
            .filter_map(|moment| match self.moments[moment] {
                Moment::Asked(call) => Some(self.calls[call].bytes(1)),
                Moment::Answered(_) => None,
            })
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// `openat(AT_FDCWD, "\x2f\x74", O_RDONLY) = 3`, or only its beginning.
fn call(text: &str) -> Call {
    let (name, rest) = text.split_once('(').unwrap();
    let (arguments, result) = match rest.rsplit_once(" = ") {
        Some((arguments, result)) => {
            let number = result.split(' ').next().unwrap();
            let arguments = arguments.trim_end().strip_suffix(')').unwrap();
            // addresses are of no interest, and a process that ended has no answer
            (arguments, number.parse().ok())
        }
        None => (rest, None),
    };
    assert!(!arguments.contains("\"..."), "cut short: {name}");
    Call {
        name: name.into(),
        arguments: arguments.split(", ").map(str::to_owned).collect(),
        result,
    }
}

impl Call {
    /// Whether it did what it was asked to do, or may still do it.
    pub fn is_good(&self) -> bool {
        self.result.is_none_or(|result| result >= 0)
    }

    pub fn number(&self, at: usize) -> i64 {
        let text = &self.arguments[at];
        text.parse().unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// A descriptor, if it is one.
    pub fn descriptor(&self, at: usize) -> Option<i32> {
        self.arguments.get(at)?.parse().ok()
    }

    /// The bytes of a text.
    pub fn bytes(&self, at: usize) -> Vec<u8> {
        let hex = self.arguments[at].trim_matches('"');
        let bytes = hex.split("\\x").skip(1);
        bytes
            .map(|byte| u8::from_str_radix(byte, 16).unwrap())
            .collect()
    }

    /// A path, seen from this folder.
    pub fn path(&self, at: usize, folder: &Path) -> PathBuf {
        folder.join(String::from_utf8(self.bytes(at)).unwrap())
    }
}

#[test]
fn calls_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let text = "7 openat(AT_FDCWD, \"\\x2f\\x61\", O_RDWR|O_CREAT, 0600) = 3\n\
        8 write(3, \"\\x00\\xff\", 2 <unfinished ...>\n\
        7 close(4)  = -1 EBADF (Bad file descriptor)\n\
        8 <... write resumed>)              = 2\n\
        7 sendto(9, \"\\x68\\x69\", 2, MSG_NOSIGNAL, NULL, 0 <unfinished ...>\n\
        7 +++ killed by SIGKILL +++\n";
    std::fs::write(&log, text).unwrap();
    let trace = Trace::read(&log);
    assert_eq!(trace.calls[0].path(1, Path::new("/here")), Path::new("/a"));
    assert_eq!(
        (trace.calls[0].result, trace.calls[1].result),
        (Some(3), Some(2))
    );
    assert_eq!(trace.calls[1].bytes(1), [0, 255]);
    assert!(!trace.calls[2].is_good() && trace.calls[3].is_good());
    let (asked, answered) = (Moment::Asked, Moment::Answered);
    let moments = [
        asked(0),
        answered(0),
        asked(1),
        asked(2),
        answered(2),
        answered(1),
        asked(3),
    ];
    assert_eq!(trace.moments, moments);
    assert_eq!(trace.sent(6).count(), 0);
    assert_eq!(trace.sent(7).collect::<Vec<_>>(), ["hi"]);
}

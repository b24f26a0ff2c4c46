//! A run's calls, happening again to a [`Disk`] that remembers what was synced.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::disk::{Change, Disk, What};
use super::trace::{Call, Moment, Trace};

/// A run up to some moment.
pub struct Replay {
    /// Where relative paths begin.
    here: PathBuf,
    root: PathBuf,
    disk: Disk,
    /// Open files and folders, and where the next write goes.
    descriptors: HashMap<i32, (usize, u64)>,
    /// By call: what it does, or what its sync covers.
    open: HashMap<usize, Doing>,
}

enum Doing {
    Change(usize, usize),
    Sync(usize, Vec<usize>),
}

impl Replay {
    /// For a run in the folder `here`. What was below `root` when it began, all of it there for
    /// good, has been copied to `before`.
    pub fn new(before: &Path, root: &Path, here: &Path) -> Replay {
        Replay {
            here: here.into(),
            root: root.into(),
            disk: Disk::load(before),
            descriptors: HashMap::new(),
            open: HashMap::new(),
        }
    }

    /// Lets everything happen that did before this moment.
    pub fn until(mut self, trace: &Trace, until: usize) -> Disk {
        for moment in &trace.moments[..until] {
            match *moment {
                Moment::Asked(number) => self.asked(number, &trace.calls[number]),
                Moment::Answered(number) => self.answered(number, &trace.calls[number]),
            }
        }
        self.disk
    }

    /// What may be done from now on.
    fn asked(&mut self, number: usize, call: &Call) {
        if !call.is_good() {
            return;
        }
        let at = call
            .descriptor(0)
            .filter(|at| self.descriptors.contains_key(at));
        let doing = match (call.name.as_str(), at) {
            ("write", Some(at)) => {
                let offset = self.descriptors[&at].1;
                let data = self.data(at, offset, call);
                self.descriptors.get_mut(&at).unwrap().1 += length(&data);
                Some(data)
            }
            ("pwrite64", Some(at)) => {
                let offset = call.number(3).cast_unsigned();
                Some(self.data(at, offset, call))
            }
            ("ftruncate", Some(at)) => {
                let length = What::Length(call.number(1).cast_unsigned());
                Some((self.descriptors[&at].0, length))
            }
            ("fsync" | "fdatasync", Some(at)) => {
                let node = self.descriptors[&at].0;
                let changes = self.disk.nodes[node].changes.iter().enumerate();
                let ended = changes.filter(|(_, change)| change.ended);
                let covered = ended.map(|(change, _)| change).collect();
                self.open.insert(number, Doing::Sync(node, covered));
                None
            }
            ("close", Some(at)) => {
                self.descriptors.remove(&at);
                None
            }
            ("unlink" | "rmdir", _) => self.named(call, 0, None),
            ("mkdir", _) => self.named(call, 0, Some(true)),
            _ => None,
        };
        if let Some((node, what)) = doing {
            let changes = &mut self.disk.nodes[node].changes;
            self.open.insert(number, Doing::Change(node, changes.len()));
            let (ended, synced) = (false, false);
            changes.push(Change {
                what,
                ended,
                synced,
            });
        }
    }

    fn answered(&mut self, number: usize, call: &Call) {
        match self.open.remove(&number) {
            Some(Doing::Change(node, change)) => self.disk.nodes[node].changes[change].ended = true,
            Some(Doing::Sync(node, covered)) if call.is_good() => {
                for change in covered {
                    self.disk.nodes[node].changes[change].synced = true;
                }
            }
            _ if call.is_good() => self.done(call),
            _ => {}
        }
    }

    /// Calls that count once they are answered.
    fn done(&mut self, call: &Call) {
        let at = call
            .descriptor(0)
            .filter(|at| self.descriptors.contains_key(at));
        match (call.name.as_str(), at) {
            ("openat", _) => self.opened(call),
            ("lseek", Some(at)) => {
                let offset = call.result.unwrap().cast_unsigned();
                self.descriptors.get_mut(&at).unwrap().1 = offset;
            }
            ("fcntl", Some(_)) => assert!(!call.arguments[1].contains("DUP"), "{call:?}"),
            ("mmap", _) => self.mapped(call),
            ("write" | "pwrite64" | "close" | "unlink" | "rmdir" | "mkdir" | "sendto", _) => {}
            // of other files, or a call that nobody replays
            _ => assert!(at.is_none() && !self.names_ours(call), "{call:?}"),
        }
    }

    /// Whether some text of this call is a path of ours.
    fn names_ours(&self, call: &Call) -> bool {
        let mut texts = (0..call.arguments.len()).filter(|at| call.arguments[*at].starts_with('"'));
        texts.any(|at| call.path(at, &self.here).starts_with(&self.root))
    }

    fn data(&self, at: i32, offset: u64, call: &Call) -> (usize, What) {
        let mut bytes = call.bytes(1);
        if let Some(written) = call.result {
            bytes.truncate(usize::try_from(written).unwrap());
        }
        (self.descriptors[&at].0, What::Data(offset, bytes))
    }

    fn opened(&mut self, call: &Call) {
        assert_eq!(call.arguments[0], "AT_FDCWD", "{call:?}");
        let path = call.path(1, &self.here);
        if !path.starts_with(&self.root) {
            return;
        }
        let flags = &call.arguments[2];
        assert!(!flags.contains("O_APPEND"), "{call:?}");
        let node = self.find(&path).unwrap_or_else(|| self.name(&path, false));
        if flags.contains("O_TRUNC") {
            self.disk.nodes[node]
                .changes
                .push(Change::done(What::Length(0)));
        }
        let at = i32::try_from(call.result.unwrap()).unwrap();
        self.descriptors.insert(at, (node, 0));
    }

    /// What is written through a mapping is in no log. `SQLite` maps its index of the WAL, which is
    /// built anew after a crash and never synced.
    fn mapped(&self, call: &Call) {
        let Some(at) = call.descriptor(4) else { return };
        let Some((node, _)) = self.descriptors.get(&at) else {
            return;
        };
        let is_shared =
            call.arguments[3].contains("MAP_SHARED") && call.arguments[2].contains("WRITE");
        let is_index = self.disk.nodes.iter().any(|folder| {
            let given = folder
                .changes
                .iter()
                .filter_map(|change| match &change.what {
                    What::Name(name, Some(of)) => Some((name, of)),
                    _ => None,
                });
            let mut names = folder.names.iter().chain(given);
            names.any(|(name, of)| of == node && name.ends_with("-shm"))
        });
        assert!(!is_shared || is_index, "written unseen: {call:?}");
    }

    /// A name that is given (to a folder or a file) or taken away.
    fn named(&mut self, call: &Call, at: usize, folder: Option<bool>) -> Option<(usize, What)> {
        let path = call.path(at, &self.here);
        if !path.starts_with(&self.root) {
            return None;
        }
        let child = folder.map(|is_folder| self.disk.add(is_folder));
        let (parent, name) = self.parent(&path);
        Some((parent, What::Name(name, child)))
    }

    fn name(&mut self, path: &Path, is_folder: bool) -> usize {
        let child = self.disk.add(is_folder);
        let (parent, name) = self.parent(path);
        self.disk.nodes[parent]
            .changes
            .push(Change::done(What::Name(name, Some(child))));
        child
    }

    fn parent(&self, path: &Path) -> (usize, String) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (self.find(path.parent().unwrap()).unwrap(), name)
    }

    /// What has this name for the running program.
    fn find(&self, path: &Path) -> Option<usize> {
        let below = path.strip_prefix(&self.root).unwrap();
        below.iter().try_fold(0, |node, name| {
            let name = name.to_str().unwrap();
            let latest =
                self.disk.nodes[node]
                    .changes
                    .iter()
                    .rev()
                    .find_map(|change| match &change.what {
                        What::Name(given, child) if given == name => Some(*child),
                        _ => None,
                    });
            latest.unwrap_or_else(|| self.disk.nodes[node].names.get(name).copied())
        })
    }
}

fn length((_, what): &(usize, What)) -> u64 {
    match what {
        What::Data(_, bytes) => bytes.len() as u64,
        _ => 0,
    }
}

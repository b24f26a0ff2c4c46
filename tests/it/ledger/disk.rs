//! A disk that forgets: what a file system may show after a power loss, by what was synced.
//!
//! As strict as the standards allow: of a file lasts what was written before the beginning of an
//! `fsync` that ended; a name lasts if its folder was synced after it was given or taken away. Of
//! everything else each sector, each length and each name may have lasted or not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a disk writes whole.
const SECTOR: usize = 512;

/// The files below a folder as a run left them, with what is known about their lasting.
#[derive(Default)]
pub struct Disk {
    /// The folder itself comes first.
    pub nodes: Vec<Node>,
}

/// A file or a folder.
#[derive(Default)]
pub struct Node {
    is_folder: bool,
    /// What stood there before the run.
    bytes: Vec<u8>,
    pub names: BTreeMap<String, usize>,
    pub changes: Vec<Change>,
}

/// What was done to it.
pub struct Change {
    pub what: What,
    pub ended: bool,
    pub synced: bool,
}

pub enum What {
    Data(u64, Vec<u8>),
    Length(u64),
    Name(String, Option<usize>),
}

/// How much of what was not synced lasted, from 0 to 1; and whether syncs did what they say.
#[derive(Debug, Clone, Copy)]
pub struct Luck {
    pub kept: f64,
    pub honest: bool,
}

impl Disk {
    /// What is below `root`, all of it there for good.
    pub fn load(root: &Path) -> Disk {
        let mut disk = Disk::default();
        disk.take(root);
        disk
    }

    pub fn add(&mut self, is_folder: bool) -> usize {
        self.nodes.push(Node {
            is_folder,
            ..Node::default()
        });
        self.nodes.len() - 1
    }

    fn take(&mut self, path: &Path) -> usize {
        let number = self.nodes.len();
        self.nodes.push(Node::default());
        if path.is_dir() {
            self.nodes[number].is_folder = true;
            for entry in fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                let child = self.take(&entry.path());
                let name = entry.file_name().into_string().unwrap();
                self.nodes[number].names.insert(name, child);
            }
        } else {
            self.nodes[number].bytes = fs::read(path).unwrap();
        }
        number
    }

    /// Writes what lasted into a folder.
    pub fn survivors(&self, luck: Luck, dice: &mut fastrand::Rng, to: &Path) {
        self.survives(0, luck, dice, to);
    }

    fn survives(&self, number: usize, luck: Luck, dice: &mut fastrand::Rng, to: &Path) {
        let node = &self.nodes[number];
        if !node.is_folder {
            return fs::write(to, node.content(luck, dice)).unwrap();
        }
        fs::create_dir_all(to).unwrap();
        for (name, child) in node.entries(luck, dice) {
            self.survives(child, luck, dice, &to.join(name));
        }
    }
}

impl Change {
    pub fn done(what: What) -> Change {
        Change {
            what,
            ended: true,
            synced: false,
        }
    }
}

impl Node {
    fn content(&self, luck: Luck, dice: &mut fastrand::Rng) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for change in &self.changes {
            let mut lasts = || change.synced && luck.honest || dice.f64() < luck.kept;
            match &change.what {
                What::Length(length) => {
                    if lasts() {
                        bytes.resize(usize::try_from(*length).unwrap(), 0);
                    }
                }
                What::Data(at, data) => {
                    let mut start = usize::try_from(*at).unwrap();
                    let mut data = data.as_slice();
                    while !data.is_empty() {
                        let (piece, rest) = data.split_at(data.len().min(SECTOR - start % SECTOR));
                        if lasts() {
                            let end = start + piece.len();
                            bytes.resize(bytes.len().max(end), 0);
                            bytes[start..end].copy_from_slice(piece);
                        }
                        start += piece.len();
                        data = rest;
                    }
                }
                What::Name(..) => {}
            }
        }
        bytes
    }

    /// Names as they last: of each, any state since the last sync.
    fn entries(&self, luck: Luck, dice: &mut fastrand::Rng) -> BTreeMap<String, usize> {
        let mut names = self.names.clone();
        let mut stuck: Vec<&str> = Vec::new();
        for change in &self.changes {
            let What::Name(name, child) = &change.what else {
                continue;
            };
            let lasts = change.synced && luck.honest;
            if !lasts && (stuck.contains(&name.as_str()) || dice.f64() >= luck.kept) {
                stuck.push(name);
                continue;
            }
            match child {
                Some(child) => names.insert(name.clone(), *child),
                None => names.remove(name),
            };
        }
        names
    }
}

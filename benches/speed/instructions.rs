//! How many instructions it takes to validate 100,000 rows, by callgrind: a figure that a busy
//! machine does not change, so that a build may fail by it. For the build that `.ci/run` makes; with
//! `BLESS=1` the figures are written anew. They hold for the compiler and the kind of processor that
//! made them: with others nothing is compared, and it says so.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::rows::{self, Form};
use crate::sizes::Sizes;
use crate::table::{Table, say};
use crate::workshop::Workshop;

/// What it is asked for by: it is of another build than the others.
pub(crate) const NAME: &str = "instructions";
/// The rows of a file.
const ROWS: u64 = 100_000;
/// So many times the known figure is too much.
const TOO_MUCH: f64 = 1.05;

pub(crate) fn measure(workshop: &Workshop, _: &Sizes, table: &mut Table) -> Result<()> {
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/speed/instructions.txt");
    let mut counted = Vec::new();
    for (name, form) in [("rows.csv", Form::Csv), ("rows.ndjson", Form::Json)] {
        let file = workshop.file(name);
        rows::write(&file, 0..ROWS, form)?;
        counted.push((name, count(workshop, &file)?));
    }
    let maker = maker()?;
    let lines = counted
        .iter()
        .map(|(name, count)| format!("{name} {count}\n"));
    let lines: String = lines.collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&known, format!("{maker}\n{lines}"))?;
    }
    let figures = std::fs::read_to_string(known)?;
    let made_by = figures.lines().next().unwrap_or_default();
    if made_by != maker {
        say(&format!(
            "NOT COMPARED, since the figures are of {made_by}, and this is {maker}:\n{lines}"
        ));
        return Ok(());
    }
    for (name, count) in counted {
        let figure = figures.lines().find_map(|line| line.strip_prefix(name));
        let figure: u64 = figure.context("no figure")?.trim().parse()?;
        let times = count as f64 / figure as f64;
        table.goal(
            format!("instructions for {ROWS} rows of {name}"),
            format!("{figure} before"),
            format!("{count} = {times:.3} times"),
            format!("at most {TOO_MUCH} times; BLESS=1 if it must be more"),
            times <= TOO_MUCH,
        );
    }
    Ok(())
}

/// The compiler, and whether libraries find the instructions that they have code of their own for.
fn maker() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let version = Command::new(rustc).arg("--version").output()?.stdout;
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    #[cfg(target_arch = "x86_64")]
    let has_avx2 = std::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    let has_avx2 = false;
    let processor = if has_avx2 { "with" } else { "without" };
    Ok(format!(
        "{version}, {} {processor} AVX2",
        std::env::consts::ARCH
    ))
}

/// One thread to validate, since others count how long they wait.
fn count(workshop: &Workshop, input: &Path) -> Result<u64> {
    let out: PathBuf = workshop.file("callgrind.out");
    let program = workshop.program(&["validate"]);
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]);
    command.arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(program.get_program()).args(program.get_args());
    command.arg(input).env("RAYON_NUM_THREADS", "1");
    process::run(&mut command)?;
    let text = std::fs::read_to_string(&out)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = total.context("callgrind wrote no total")?;
    Ok(total.trim().parse()?)
}

//! What goes into the crate's package, the archive and the `.deb` is there.

use std::path::Path;
use std::process::Command;

use super::tool::packaging;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn manifest() -> toml::Table {
    let text = std::fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    text.parse().unwrap()
}

#[test]
fn what_the_deb_takes_from_the_repository_is_there() {
    let manifest = manifest();
    let assets = manifest["package"]["metadata"]["deb"]["assets"]
        .as_array()
        .unwrap();
    let sources = assets.iter().map(|asset| asset[0].as_str().unwrap());
    // packaging/build makes the others.
    let ours: Vec<&str> = sources
        .filter(|path| !path.starts_with("target/"))
        .collect();
    assert!(ours.len() >= 8, "{ours:?}");
    for path in ours {
        let found = glob::glob(&format!("{ROOT}/{path}")).unwrap();
        assert!(found.count() > 0, "{path}");
    }
}

#[test]
fn the_package_has_what_the_build_takes_from_it() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let list = String::from_utf8(output.stdout).unwrap();
    for file in [
        "Cargo.lock",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "CHANGELOG.md",
        "build.rs",
        "completions/tenjin-s2s.bash",
        "packaging/copyright",
        "packaging/systemd/tenjin-s2s.service",
        "fixtures/first-steps/events.csv",
    ] {
        assert!(list.lines().any(|line| line == file), "{file}");
    }
    assert!(!list.lines().any(|line| line.starts_with(".ci/")), "{list}");
}

#[test]
fn the_pictures_of_the_readme_are_there_and_small() {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let pictures: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("!["))
        .map(|line| line.rsplit_once('(').unwrap().1.trim_end_matches(')'))
        .collect();
    assert_eq!(pictures.len(), 2);
    for picture in pictures {
        let size = Path::new(ROOT).join(picture).metadata().unwrap().len();
        assert!((1_000..200_000).contains(&size), "{picture}: {size} bytes");
    }
}

#[test]
fn the_scripts_are_shell() {
    for name in ["build", "licences", "smoke", "tools"] {
        let read = Command::new("bash").arg("-n").arg(packaging(name)).output();
        let output = read.unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
    }
}

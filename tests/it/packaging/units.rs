//! The systemd units: systemd takes them, they are closed in, and they restart what should be.

use tenjin_s2s::cli::guides::ALL;

use super::tool::{checks, packaging};
use crate::support::Scene;

fn unit(name: &str) -> String {
    std::fs::read_to_string(packaging("systemd").join(name)).unwrap()
}

/// The units with the binary of this build in them, since systemd looks whether it is there.
fn scene() -> Scene {
    let scene = Scene::new();
    for name in [
        "tenjin-s2s.service",
        "tenjin-s2s.timer",
        "tenjin-s2s-failed@.service",
    ] {
        let binary = env!("CARGO_BIN_EXE_tenjin-s2s");
        scene.file(name, unit(name).replace("/usr/bin/tenjin-s2s", binary));
    }
    scene
}

#[test]
fn systemd_takes_them() {
    let scene = scene();
    let units = "tenjin-s2s.timer tenjin-s2s.service tenjin-s2s-failed@a.service";
    let line = format!("systemd-analyze verify --man=no --recursive-errors=no {units}");
    let said = checks(&scene.path("."), &line).unwrap_or_default();
    assert!(!said.contains("tenjin-s2s"), "{said}");
}

/// The block of this language in the guide.
fn block(language: &str) -> &'static str {
    let guide = ALL.iter().find(|guide| guide.name == "systemd").unwrap();
    let (_, rest) = guide.text.split_once(&format!("```{language}\n")).unwrap();
    rest.split("```").next().unwrap()
}

#[test]
fn the_guide_shows_these_files_and_three_apps_that_work() {
    let guide = ALL.iter().find(|guide| guide.name == "systemd").unwrap();
    for name in ["tenjin-s2s.service", "tenjin-s2s.timer", "tenjin-s2s.toml"] {
        assert!(guide.text.contains(&unit(name)), "{name}");
    }
    let scene = scene();
    scene.file("tenjin-s2s.service.d/override.conf", block("ini"));
    let line = "systemd-analyze verify --man=no --recursive-errors=no ./tenjin-s2s.service";
    let said = checks(&scene.path("."), line).unwrap_or_default();
    assert!(!said.contains("tenjin-s2s"), "{said}");
    scene.file("apps.toml", block("toml"));
    let shown = scene
        .run("config --config apps.toml")
        .prints()
        .exits(0)
        .stdout;
    let keys: Vec<&str> = block("ini")
        .lines()
        .filter_map(|line| line.strip_prefix("LoadCredential=")?.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(keys.len(), 3);
    for key in keys {
        let file = format!("/run/credentials/tenjin-s2s.service/{key}");
        assert!(shown.contains(&file), "{file}\n{shown}");
    }
}

#[test]
fn the_service_can_reach_little() {
    let scene = scene();
    let line =
        "systemd-analyze security --offline=yes --threshold=20 --no-pager tenjin-s2s.service";
    checks(&scene.path("."), line);
}

#[test]
fn only_what_goes_on_by_itself_is_started_again() {
    let service = unit("tenjin-s2s.service");
    assert!(service.contains("\nRestart=on-failure\n"));
    assert!(service.contains("\nRestartPreventExitStatus=1 2 4 5\n"));
    let job = std::fs::read_to_string(packaging("kubernetes/cronjob.yaml")).unwrap();
    assert!(job.contains("- action: FailJob\n"));
    assert!(job.contains("values: [1, 2, 4, 5]\n"));
}

#[test]
fn the_service_sees_which_boot_this_is() {
    // Without it every claim of a killed run would be in doubt.
    assert!(!unit("tenjin-s2s.service").contains("\nProcSubset="));
}

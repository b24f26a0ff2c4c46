//! Values from outside that are out of all bounds: a usage error or a sane bound, never a panic.

use crate::support::{Rows, Scene};

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::sound(5, 1).csv)
}

#[test]
fn a_duration_has_a_sane_maximum() {
    for option in [
        "--timeout",
        "--connect-timeout",
        "--max-wait",
        "--wait-lock",
        "--max-age",
    ] {
        for value in ["18446744073709551615s", "101y", "584554531400d"] {
            let scene = scene();
            scene
                .run(&format!("upload rows.csv --sandbox {option} {value}"))
                .complains(&format!("invalid value '{value}' for '{option} <"))
                .complains("at most 100 years")
                .exits(2);
        }
        let name = option.trim_start_matches("--").replace('-', "_");
        let scene = scene();
        scene.file("c.toml", format!("{name} = \"18446744073709551615s\""));
        scene
            .run("upload rows.csv --sandbox --config c.toml")
            .complains("c.toml:1:")
            .complains("at most 100 years")
            .exits(2);
    }
    for command in [
        "sandbox --latency 18446744073709551615s",
        "ledger forget --older-than 18446744073709551615s",
        "ledger status --wait-lock 18446744073709551615s",
    ] {
        Scene::new()
            .run(command)
            .complains("at most 100 years")
            .exits(2);
    }
}

#[test]
fn the_longest_durations_work() {
    let options =
        "--timeout 100y --connect-timeout 100y --max-wait 100y --wait-lock 100y --max-age 100y";
    scene()
        .run(&format!(
            "upload rows.csv --sandbox --rate unlimited -q {options}"
        ))
        .mutters()
        .prints()
        .exits(0);
    Scene::new()
        .run("ledger forget --older-than 100y --ledger none")
        .complains("none")
        .exits(2);
}

#[test]
fn more_threads_than_the_system_has_are_not_asked_for() {
    for threads in ["100000", "18446744073709551615", "-1", "nonsense", "0"] {
        let scene = scene();
        for command in [
            "validate rows.csv",
            "upload rows.csv --sandbox --rate unlimited -q",
        ] {
            scene
                .run(command)
                .env("RAYON_NUM_THREADS", threads)
                .mutters()
                .prints()
                .exits(0);
        }
    }
}

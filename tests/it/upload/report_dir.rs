//! Where the report goes: never over something, never through a link, for its owner alone.

use std::os::unix::fs::PermissionsExt;

use crate::support::{Rows, Scene, below, eventually};

fn scene() -> Scene {
    Scene::with("rows.csv", Rows::damaged(20, 1).csv)
}

#[test]
fn without_an_option_it_goes_into_a_folder_of_the_runs_name() {
    let scene = scene();
    let ended = scene
        .run("upload rows.csv --sandbox --output json --rate unlimited")
        .exits(1);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let folder = format!("tenjin-s2s-reports/{}", json["run_id"].as_str().unwrap());
    assert_eq!(scene.read(&format!("{folder}/report.json")), ended.stdout);
}

#[test]
fn every_run_has_its_folder_and_latest_leads_to_the_newest() {
    let scene = scene();
    let upload = || scene.run("upload rows.csv --sandbox --rate unlimited --report-dir report");
    let mut runs = Vec::new();
    for rows in [20, 25] {
        scene.file("rows.csv", Rows::damaged(rows, 1).csv);
        let ended = upload().prints().exits(1);
        let run = std::fs::read_link(scene.path("report/latest")).unwrap();
        let run = run.to_str().unwrap().to_owned();
        let said = format!("report/{run}/report.html");
        assert!(ended.stdout.contains(&said), "{}", ended.stdout);
        runs.push(run);
    }
    assert_ne!(runs[0], runs[1]);
    let mut names: Vec<_> = std::fs::read_dir(scene.path("report"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let index = scene.read("report/index.html");
    let places: Vec<_> = runs
        .iter()
        .map(|run| index.find(&format!("<a href=\"{run}/report.html\">")))
        .collect();
    assert!(places[1].is_some() && places[1] < places[0], "{index}");
    let page = |run: &str| scene.read(&format!("report/{run}/report.html"));
    let differs = "What differs from the last run of the same inputs";
    assert!(!page(&runs[0]).contains(differs));
    assert!(page(&runs[1]).contains(differs));
    runs.extend(["index.html".to_owned(), "latest".to_owned()]);
    runs.sort();
    assert_eq!(names, runs);
}

#[test]
fn an_index_of_another_origin_is_left_alone() {
    let scene = scene();
    std::fs::create_dir(scene.path("report")).unwrap();
    for text in ["<!doctype html>\n<p>mine", ""] {
        scene.file("report/index.html", text);
        scene
            .run("upload rows.csv --sandbox --rate unlimited --report-dir report")
            .prints()
            .exits(1);
        assert_eq!(scene.read("report/index.html"), text);
    }
}

#[test]
fn a_file_or_a_link_in_its_place_is_an_error_before_anything_is_sent() {
    let scene = scene();
    scene.file("taken", "precious");
    std::fs::create_dir(scene.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(scene.path("elsewhere"), scene.path("link")).unwrap();
    for (place, complaint) in [("taken", "is not a folder"), ("link", "is a link")] {
        scene
            .run("upload rows.csv --sandbox --report-dir")
            .arg(place)
            .complains(complaint)
            .exits(2);
    }
    assert_eq!(scene.read("taken"), "precious");
    assert_eq!(below(&scene.path("elsewhere")).len(), 0);
}

#[test]
fn folders_are_0700_and_files_0600() {
    let scene = scene();
    scene
        .run("upload rows.csv --sandbox --rate unlimited --report-dir report")
        .prints()
        .exits(1);
    let mode = |path: &std::path::Path| {
        let meta = std::fs::metadata(path).unwrap();
        meta.permissions().mode() & 0o777
    };
    assert_eq!(mode(&scene.path("report")), 0o700);
    assert_eq!(mode(&scene.path("report/latest/")), 0o700);
    assert_eq!(mode(&scene.path("report/latest/rejects")), 0o700);
    let files = below(&scene.path("report"));
    assert_eq!(files.len(), 5);
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_apart_from_a_full_disk() {
    let scene = Scene::new();
    let mut run = scene
        .run("upload - --sandbox --rate unlimited --report-dir report --output json")
        .start();
    run.write(Rows::sound(3, 1).csv);
    eventually("the report is begun", || {
        scene.path("report/latest/report.json").exists()
    });
    std::fs::rename(scene.path("report"), scene.path("elsewhere")).unwrap();
    // No folder can be made anew in its place.
    scene.file("report", "");
    run.write("a row of one cell\n");
    let ended = run.ended();
    assert_eq!(ended.status.code(), Some(5), "{}", ended.stderr);
    let said: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(said["stop_reason"], "report_failed");
    assert!(
        ended.stderr.contains("the report is not complete: report"),
        "{}",
        ended.stderr
    );
}

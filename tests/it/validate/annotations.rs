//! `--output github` and `--output junit`: each rejected row at its file and line.

use crate::support::{Rows, Scene};

/// Row 2 has a decimal comma, row 4 an unknown currency, row 5 a word for a number.
const SHOP: &str = "\
event_time,event_id,kind,bundle_id,platform,os_version,analytics_installation_id,advertising_id,\
developer_device_id,product_id,price,currency
TIME,A-1,purchase,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3c01,6d92078a82464ba4ae5b76104861e7dc,a0b1c2d3e4f5467889abcdef01234567,gems,4.99,EUR
TIME,A-2,purchase,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3c01,6d92078a82464ba4ae5b76104861e7dc,a0b1c2d3e4f5467889abcdef01234567,gems,\"4;99\",EUR
TIME,A-3,purchase,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3c01,6d92078a82464ba4ae5b76104861e7dc,a0b1c2d3e4f5467889abcdef01234567,gems,4.99,EUR
TIME,A-4,purchase,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3c01,6d92078a82464ba4ae5b76104861e7dc,a0b1c2d3e4f5467889abcdef01234567,gems,4.99,XXQ
TIME,A-5,purchase,com.example.game,ios,17.5,3f9dda78c8a14c8b8d880305ee6a3c01,6d92078a82464ba4ae5b76104861e7dc,a0b1c2d3e4f5467889abcdef01234567,gems,100%,EUR
";

fn scene(name: &str) -> Scene {
    let now = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
    Scene::with(name, SHOP.replace("TIME", &now))
}

#[test]
fn three_faults_are_three_annotations_at_their_lines() {
    let scene = scene("a,b: shop.csv");
    let run = scene.run("validate --output github");
    let ended = run
        .arg("a,b: shop.csv")
        .says("::error file=a%2Cb%3A shop.csv,line=3,title=invalid_number price::price: \"4;99\": ")
        .complains("rejected")
        .exits(1);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let starts = ["line=3,", "line=5,", "line=6,"];
    assert_eq!(lines.len(), 3, "{}", ended.stdout);
    for (line, at) in lines.iter().zip(starts) {
        assert!(
            line.starts_with("::error file=a%2Cb%3A shop.csv,"),
            "{line}"
        );
        assert!(line.contains(at), "{line}");
    }
    assert!(lines[1].contains("title=invalid_currency currency::currency: \"XXQ\": "));
    assert!(lines[2].contains("::price: \"100%25\": "), "{}", lines[2]);
}

#[test]
fn junit_has_a_failed_test_for_each_rejected_row() {
    let scene = scene("shop.csv");
    let ended = scene
        .run("validate shop.csv --output junit")
        .prints()
        .complains("rejected")
        .exits(1);
    let xml = ended.stdout;
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tenjin-s2s validate\">\n  \
                <testsuite name=\"shop.csv\" tests=\"3\" failures=\"3\" errors=\"0\">\n";
    assert!(xml.starts_with(head), "{xml}");
    for line in [3, 5, 6] {
        let case =
            format!("<testcase classname=\"shop.csv\" name=\"line {line}\">\n      <failure ");
        assert!(xml.contains(&case), "{line}: {xml}");
    }
    let failure = "<failure message=\"invalid_number price\">price: &#34;4;99&#34;: ";
    assert!(xml.contains(failure), "{xml}");
}

#[test]
fn nothing_rejected_is_nothing_on_stdout_and_a_test_that_passed() {
    let scene = Scene::with("good.csv", Rows::sound(3, 1).csv);
    let ended = scene
        .run("validate good.csv --output github")
        .complains("3 rows")
        .exits(0);
    assert_eq!(ended.stdout, "");
    scene
        .run("validate good.csv --output junit --quiet")
        .says("<testsuite name=\"good.csv\" tests=\"1\" failures=\"0\" errors=\"0\">")
        .exits(0);
}

/// What a CI server gets of a run that failed: an annotation, and a document whose failed test says
/// the same.
fn says_why(scene: &Scene, arguments: &str, code: i32, title: &str, text: &str) {
    let run = |form: &str| {
        let run = scene.run(&format!("{arguments} --output {form}"));
        run.prints().mutters().exits(code).stdout
    };
    let github = run("github");
    let line = format!("::error title={title}::");
    let mut lines = github.lines();
    let said = lines.any(|said| said.starts_with(&line) && said.contains(text));
    assert!(said, "{arguments}: {github}");
    let junit = run("junit");
    let text = text.replace('"', "&#34;");
    let failed = format!("<failure message=\"{title}\">");
    let said = junit.split(&failed).skip(1);
    let mut said = said.filter_map(|rest| rest.split("</failure>").next());
    assert!(
        said.any(|said| said.contains(&text)),
        "{arguments}: {junit}"
    );
    let ends_well = junit.starts_with("<?xml ") && junit.ends_with("</testsuites>\n");
    assert!(
        ends_well && junit.matches("<testsuites").count() == 1,
        "{junit}"
    );
}

#[test]
fn a_run_that_fails_for_its_warnings_says_which() {
    let scene = Scene::with("empty.csv", SHOP.split("TIME").next().unwrap());
    let text = "empty.csv has no rows; if that is as it should be, pass --min-rows 0";
    let strict = "validate empty.csv --fail-on warnings";
    says_why(&scene, strict, 1, "no_rows", text);
    let ended = scene.run("validate empty.csv --output github").mutters();
    assert_eq!(ended.exits(0).stdout, "");
}

#[test]
fn a_run_that_stops_says_why() {
    let scene = scene("shop.csv");
    let text = "3 of 5 rows were rejected, more than --max-rejected allows";
    let most = "validate shop.csv --max-rejected 1";
    says_why(&scene, most, 5, "max_rejected", text);
    scene.file("blocked", "a file where a folder is to be");
    for (arguments, title, text) in [
        (
            "validate shop.csv --min-rows 9",
            "error",
            "5 rows in all inputs, and --min-rows asks for 9",
        ),
        ("validate nowhere.csv", "error", "nowhere.csv"),
        (
            "validate shop.csv --mapping nowhere.toml",
            "error",
            "nowhere.toml",
        ),
        (
            "validate shop.csv --config nowhere.toml",
            "error",
            "nowhere.toml",
        ),
        ("validate shop.csv --kind sale", "error", "sale"),
        ("validate shop.csv --report-dir blocked", "error", "blocked"),
    ] {
        says_why(&scene, arguments, 2, title, text);
    }
}

#[test]
fn an_input_that_ends_early_is_no_test_that_passed() {
    let whole = Rows::sound(3, 1).csv;
    let scene = Scene::new();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut gz, &whole).unwrap();
    let gz = gz.finish().unwrap();
    scene.file("cut.csv.gz", &gz[..gz.len() - 12]);
    says_why(
        &scene,
        "validate cut.csv.gz",
        2,
        "input_error",
        "cut.csv.gz",
    );
    let ended = scene.run("validate cut.csv.gz --output junit").mutters();
    let xml = ended.prints().exits(2).stdout;
    assert!(!xml.contains("name=\"3 rows\""), "{xml}");
}

/// Rows whose amount is no number, so many of them, with this in its place.
fn bad_amounts(amount: &str, rows: usize) -> String {
    let mut lines = SHOP.lines();
    let now = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
    let header = lines.next().unwrap();
    let row = lines.next().unwrap().replace("TIME", &now);
    let rows = (0..rows).map(|number| {
        let row = row.replace("A-1", &format!("A-{number}"));
        row.replace("4.99", amount) + "\n"
    });
    format!("{header}\n{}", rows.collect::<String>())
}

#[test]
fn of_more_than_github_shows_the_first_says_so_and_the_log_names_the_others() {
    let scene = Scene::with("shop.csv", bad_amounts("4;99", 1_200));
    let run = scene
        .run("validate shop.csv --output github --max-rejected 5000")
        .prints();
    let ended = run.complains("rejected").exits(1);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "::error title=errors::1,001 errors; GitHub shows 10 of a step, and its log has all"
    );
    assert!(lines[1].starts_with("::error title=rejected::200 more rows rejected: --report-dir"));
    for (number, line) in (0..).zip(&lines[2..]) {
        let file = format!("::error file=shop.csv,line={},title=", number + 2);
        assert!(line.starts_with(&file), "{line}");
        let place = format!("price::shop.csv:{}: price: \"4;99\"", number + 2);
        assert_eq!(line.contains(&place), number >= 8, "{line}");
    }
    assert_eq!(lines.len(), 1_002);
}

#[test]
fn a_file_is_named_as_its_repository_has_it() {
    let scene = Scene::new();
    let folder = scene.path("work").join("exports");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.csv"), bad_amounts("4;99", 1)).unwrap();
    let workspace = scene.path("work");
    let workspace = workspace.to_str().unwrap();
    let whole = folder.join("shop.csv");
    for name in ["work/exports/../exports/shop.csv", whole.to_str().unwrap()] {
        let run = scene.run("validate --output github").arg(name).mutters();
        let run = run.env("GITHUB_WORKSPACE", workspace);
        run.says("::error file=exports/shop.csv,line=2,title=invalid_number price::")
            .exits(1);
    }
    // Outside of it, and where there is none, as it was named.
    for workspace in ["/nowhere", ""] {
        let run = scene.run("validate work/exports/shop.csv --output github");
        let run = run.mutters().env("GITHUB_WORKSPACE", workspace);
        run.says("::error file=work/exports/shop.csv,line=2,")
            .exits(1);
    }
}

#[test]
fn nothing_in_a_file_commands_githubs_runner() {
    const HOSTILE: &str = "##[stop-commands]x ::stop-commands::x :: ::error::x\u{1b}[2J";
    let scene = Scene::new();
    // However wide a line is, the words of the cell come to stand at the start of one.
    for width in 0..20 {
        let amount = format!("{}{HOSTILE}", "x ".repeat(width));
        scene.file("::warning::.csv", bad_amounts(&amount, 1));
        let run = scene.run("validate --output github").arg("::warning::.csv");
        let ended = run.prints().mutters().exits(1);
        for line in ended.stderr.lines() {
            assert!(!line.trim_start().starts_with("::"), "{line}");
            assert!(!line.contains("##["), "{line}");
        }
        let commands = ended.stdout.lines().collect::<Vec<_>>();
        assert_eq!(commands.len(), 1, "{commands:?}");
        assert!(commands[0].starts_with("::error file=%3A%3Awarning%3A%3A.csv,line=2,"));
    }
}

/// Each warning has a code of its own, by which it can be accepted, and stands at its first row.
#[test]
fn a_warning_stands_at_the_first_row_that_it_is_about() {
    let header = "event_time,event_id,kind,bundle_id,platform,os_version,\
                  analytics_installation_id,advertising_id,product_id,price,currency";
    let now = jiff::Timestamp::now().strftime("%FT%TZ").to_string();
    let row = |id: &str, money: &str| {
        format!(
            "{now},{id},purchase,com.a,android,34,3f9dda78c8a14c8b8d880305ee6a3c01,\
             6d92078a82464ba4ae5b76104861e7dc,gems,{money}"
        )
    };
    let rows = [row("A-1", "4.99,EUR"), row("A-2", "499.50,JPY")].join("\n");
    for (money, options, code, line) in [
        ("4.99,EUR", "", "too_many_decimals", 3),
        (
            "4.99,EUR",
            "--set app_version=2 --bundle-id com.b",
            "values_kept",
            2,
        ),
        (
            "4.99,EUR",
            "--override product_id=coins",
            "values_overridden",
            2,
        ),
    ] {
        let scene = Scene::with(
            "shop.csv",
            format!("{header}\n{rows}\n{}\n", row("A-3", money)),
        );
        let run = |more: &str| {
            let words =
                format!("validate shop.csv --fail-on warnings --output github {options} {more}");
            scene.run(&words).prints().mutters().ends().stdout
        };
        let said = run("");
        let wanted = format!("::error file=shop.csv,line={line},title={code}::");
        assert!(
            said.lines().any(|said| said.starts_with(&wanted)),
            "{wanted}: {said}"
        );
        assert!(!said.contains("title=other"), "{said}");
        let accepted = run(&format!("--accept-warnings {code}"));
        assert!(!accepted.contains(code), "{accepted}");
    }
}

//! The numbers on the page are those of `report.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::browser::Browser;
use super::look;
use super::reading::{plain, tables, written};
use crate::support::{Report, Rows, Scene, StandIn};

/// A run in which everything happens.
fn eventful() -> Scene {
    let scene = Scene::with("events.csv", Rows::damaged(600, 11).csv);
    let stand_in = StandIn::with("http202=8%,code400=5%,lost=3%");
    scene
        .upload(
            &stand_in.url(),
            "events.csv --rate unlimited --max-failures 100% --in-doubt hold",
        )
        .mutters()
        .exits(1);
    scene
}

#[test]
fn the_page_says_what_the_report_says() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let scene = eventful();
    let page = scene.path("report/latest/report.html");
    look::everywhere(&mut browser, &page, "upload");
    look::everywhere(&mut browser, &scene.path("report/index.html"), "index");
    browser.open(&page, 1_100, "light");
    let report = scene.report("report");
    outcomes(&mut browser, &report);
    control_totals(&mut browser, &report.json);
    reasons(&mut browser, &report.json);
}

#[test]
fn the_currency_of_the_most_rows_comes_first_in_every_cell() {
    let row = |id: u32, currency: &str| {
        let price = if id == 6 { "1004.99" } else { "4.99" };
        format!(
            "purchase,{id},com.example.game,android,34,{:032x},38400000-8cf0-11bd-b23e-{id:012x},gold,\
             {price},1,{currency},{}\n",
            id + 1,
            jiff::Timestamp::now()
        )
    };
    let header = "kind,event_id,bundle_id,platform,os_version,analytics_installation_id,\
        advertising_id,product_id,price,quantity,currency,event_time\n";
    let currencies = ["EUR", "GBP", "GBP", "USD", "USD", "USD"];
    let rows: String = (1..).zip(currencies).map(|(id, of)| row(id, of)).collect();
    let scene = Scene::with("events.csv", format!("{header}{rows}"));
    let ended = scene
        .run("upload events.csv --sandbox --allow-missing-ip")
        .prints()
        .exits(0);
    let said = "Revenue    accepted: USD 1,014.97 of 1,014.97 · GBP 9.98 of 9.98";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
    let page = scene.read("tenjin-s2s-reports/latest/report.html");
    let cell = ">USD\u{a0}1,014.97 · GBP\u{a0}9.98 · EUR\u{a0}4.99<";
    // What was read, what was accepted, its product and the two days.
    assert_eq!(page.matches(cell).count(), 5);
    // The list of runs knows no more of a run than its sums.
    let index = scene.read("tenjin-s2s-reports/index.html");
    let cell = ">EUR\u{a0}4.99 · GBP\u{a0}9.98 · USD\u{a0}1,014.97<";
    assert_eq!(index.matches(cell).count(), 1);
}

fn outcomes(browser: &mut Browser, report: &Report) {
    let cells = "Object.fromEntries([...document.querySelectorAll('[data-outcome]')]
        .map(e => [e.dataset.outcome, Number(e.textContent.replaceAll(',', ''))]))";
    let shown = browser.ask(cells);
    assert_eq!(shown, serde_json::to_value(report.counts()).unwrap());
}

fn control_totals(browser: &mut Browser, report: &Value) {
    let tables = tables(browser);
    let text = browser.ask("document.querySelector('#control').innerText");
    let text = plain(text.as_str().unwrap());
    for (caption, key) in [
        ("Revenue by currency", "revenue"),
        ("Events by name", "events"),
    ] {
        let lines = &tables[caption];
        let valid = report["totals"]["valid"][key].as_object().unwrap();
        assert_eq!(lines.len(), valid.len());
        for (name, total) in valid {
            let none = if key == "events" {
                Value::from(0)
            } else {
                Value::from("0")
            };
            let accepted = report["totals"]["accepted"][key].get(name).unwrap_or(&none);
            assert_eq!(plain(&lines[name][0]), written(total), "{caption}: {name}");
            assert_eq!(
                plain(&lines[name][1]),
                written(accepted),
                "{caption}: {name}"
            );
            // Money of rejected rows stands below; it is in no other figure of the line.
            let rejected = &report["totals"]["outcomes"]["rejected"][key][name];
            if let Some(rejected) = rejected.as_str() {
                let below = ["\n", " "].map(|before| format!("{before}{rejected} rejected"));
                let is_there = below.iter().any(|below| text.contains(below));
                assert!(is_there, "{caption}: {name}: {below:?}");
            }
        }
    }
    for (caption, key, names) in [
        ("Accepted by app", "by_app", &["bundle_id", "platform"][..]),
        ("Accepted by day it happened (UTC)", "by_day", &["day"]),
    ] {
        let cuts = report["totals"][key].as_array().unwrap().iter();
        let cuts = cuts.filter(|cut| !cut["outcomes"]["accepted"].is_null());
        let expected: BTreeMap<String, String> = cuts
            .map(|cut| {
                let names = names.iter().filter_map(|name| cut[name].as_str());
                let name = names.collect::<Vec<_>>().join(", ");
                (name, cut["outcomes"]["accepted"]["rows"].to_string())
            })
            .collect();
        let shown = tables[caption].iter();
        let shown = shown.map(|(name, cells)| (name.clone(), plain(&cells[0])));
        assert_eq!(shown.collect::<BTreeMap<_, _>>(), expected, "{caption}");
    }
    for (caption, key) in [("Rows by app", "by_app"), ("Rows by kind", "by_kind")] {
        for (name, rows) in report[key].as_object().unwrap() {
            let name = if name == "unknown" && key == "by_app" {
                "no app that could be read"
            } else {
                name
            };
            let line = &tables[caption][name];
            let sum = |cells: &[&str]| {
                cells
                    .iter()
                    .map(|key| rows[key].as_u64().unwrap())
                    .sum::<u64>()
            };
            let expected = [
                sum(&["read"]),
                sum(&["filtered", "duplicate"]),
                sum(&["rejected", "refused", "failed", "in_doubt", "not_sent"]),
                sum(&["valid"]),
                sum(&["accepted"]),
            ];
            let shown: Vec<_> = line[..5].iter().map(|cell| plain(cell)).collect();
            assert_eq!(
                shown,
                expected.map(|count| count.to_string()),
                "{caption}: {name}"
            );
        }
    }
}

fn reasons(browser: &mut Browser, report: &Value) {
    let cards = "[...document.querySelectorAll('.reason')].map(card => [
        card.querySelector('.count').textContent,
        card.querySelectorAll('h4 code')[0].textContent,
        card.querySelectorAll('h4 code')[1]?.textContent ?? '',
        [...card.querySelectorAll('tbody th')].map(cell => cell.textContent)])";
    let shown = browser.ask(cards);
    let shown = shown.as_array().unwrap();
    let reported = report["rejections"].as_array().unwrap();
    assert_eq!(shown.len(), reported.len().min(12));
    for (card, reason) in shown.iter().zip(reported) {
        let examples = reason["examples"].as_array().unwrap().iter();
        let places: Vec<_> = examples
            .map(|e| format!("{}:{}", e["file"].as_str().unwrap(), e["line"]))
            .collect();
        assert_eq!(
            plain(card[0].as_str().unwrap()),
            reason["count"].to_string()
        );
        assert_eq!((&card[1], &card[2]), (&reason["code"], &reason["field"]));
        assert_eq!(card[3], serde_json::json!(places));
    }
}

//! What is proposed leads to the end: one way to ids, and rows that cannot go are left out by lines
//! that can be pasted.

use std::fmt::Write as _;

use crate::support::proposals::lines_of_mapping;
use crate::support::shell::{Said, bash, commands, run};
use crate::support::{Scene, flat};

const ID: &str = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";

fn said(scene: &Scene, line: &str) -> (Said, String) {
    let said = run(&mut bash(scene, line));
    let next = commands(&said).pop().unwrap_or_default();
    (said, next)
}

/// Twenty orders of these platforms in turn, without installation ids and IDFV.
fn orders(platforms: &[&str]) -> Scene {
    let mut text = "event_id,event_time,bundle_id,platform,os_version,advertising_id,\
                    customer_user_id,product_id,price,currency\n"
        .to_owned();
    for (at, platform) in platforms.iter().cycle().take(20).enumerate() {
        let version = if *platform == "Web" { "" } else { "17" };
        let _ = writeln!(
            text,
            "o{at},2026-11-20T10:00:00Z,com.a,{platform},{version},{ID},u-1,gems,4.99,EUR"
        );
    }
    Scene::with("orders.csv", text)
}

const VALIDATE: &str = "tenjin-s2s validate --max-age none orders.csv --kind purchase";

#[test]
fn ids_are_joined_where_some_rows_of_ios_lack_one_that_cannot_be_made() {
    for platforms in [&["ios"][..], &["ios", "android", "android"]] {
        let (_, next) = said(&orders(platforms), VALIDATE);
        assert!(next.contains("--lookup YOUR_TABLE.csv"), "{next}");
        assert!(!next.contains("--derive-installation-id"), "{next}");
    }
    let (_, next) = said(&orders(&["android"]), VALIDATE);
    assert!(
        next.ends_with("--derive-installation-id advertising_id"),
        "{next}"
    );
}

#[test]
fn a_table_takes_the_place_of_ids_that_were_derived() {
    let derived = format!("{VALIDATE} --derive-installation-id advertising_id");
    let (ended, next) = said(&orders(&["ios"]), &derived);
    assert_eq!(
        next,
        format!("{VALIDATE} --lookup YOUR_TABLE.csv --lookup-key customer_user_id")
            .replace("orders.csv --kind purchase", "--kind purchase orders.csv")
    );
    let hint = "or join it with --lookup FILE in the place of --derive-installation-id";
    let text = flat(&ended.stdout);
    assert!(text.contains(hint), "{text}");
}

#[test]
fn rows_of_another_platform_are_left_out_by_the_lines_that_are_proposed() {
    let scene = orders(&["Android", "Web", "android"]);
    let first = format!("{VALIDATE} --derive-installation-id advertising_id");
    let (ended, next) = said(&scene, &first);
    assert!(!ended.stdout.contains("os_version"), "{}", ended.stdout);
    let text = flat(&ended.stdout);
    assert!(text.contains("or leave the row out: Tenjin takes no other platform"));
    assert_eq!(
        lines_of_mapping(&ended.stdout),
        "[[filter]]\nreason = \"other_platform\"\n\
         when = [{ column = \"platform\", in = [\"Web\"] }]\n"
    );
    scene.file("mine.toml", lines_of_mapping(&ended.stdout));
    let (ended, _) = said(&scene, &next.replace("YOUR_MAPPING.toml", "mine.toml"));
    assert_eq!(ended.code, Some(0), "{next}\n{}", ended.all());
    assert!(ended.stdout.contains("other_platform"), "{}", ended.stdout);
}

/// This many orders, each with what its last column says, or without it.
fn many(said: impl Fn(usize) -> &'static str, column: &str, is_json: bool) -> Scene {
    let header = "event_id,event_time,bundle_id,platform,os_version,analytics_installation_id,\
                  advertising_id,product_id,price,currency";
    let mut text = if is_json {
        String::new()
    } else {
        format!("{header},{column}\n")
    };
    for at in 0..1_200 {
        let row = format!("o{at},2026-11-20T10:00:00Z,com.a,android,34,{ID},{ID},gems,4.99,EUR");
        if !is_json {
            let _ = writeln!(text, "{row},{}", said(at));
            continue;
        }
        let members = header.split(',').zip(row.split(','));
        let mut members: Vec<String> = members.map(|(k, v)| format!("\"{k}\":\"{v}\"")).collect();
        if !said(at).is_empty() {
            members.push(format!("\"{column}\":\"{}\"", said(at)));
        }
        let _ = writeln!(text, "{{{}}}", members.join(","));
    }
    Scene::with("orders.csv", text)
}

/// What stands first behind the rows that are looked at beforehand is in the filter, too.
#[test]
fn words_that_come_late_are_left_out_as_well() {
    const WORDS: [&str; 9] = [
        "devuelto",
        "rückerstattet",
        "rimborso",
        "zwrot",
        "estorno",
        "iade",
        "refunded",
        "sandbox",
        "remboursé",
    ];
    let late = |at: usize| match at {
        0..1_050 => "paid",
        _ => WORDS[at % WORDS.len()],
    };
    let rare = |at: usize| match at {
        0..1_050 => "",
        _ => WORDS[at % WORDS.len()],
    };
    for (scene, name) in [
        (many(late, "Status", false), "Status"),
        (many(late, "Vorgang", false), "Vorgang"),
        (many(late, "status", true), "status"),
        (many(rare, "status", true), "status?"),
    ] {
        let (ended, next) = said(&scene, VALIDATE);
        let lines = lines_of_mapping(&ended.stdout);
        assert!(
            lines.contains(&format!("column = \"{name}\", in = [")),
            "{name}: {lines}"
        );
        for word in WORDS {
            assert!(lines.contains(&format!("\"{word}\"")), "{name}: {lines}");
        }
        scene.file("mine.toml", lines);
        let next = next.replace("YOUR_MAPPING.toml", "mine.toml") + " --output json";
        let (ended, _) = said(&scene, &next);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(report["rows"]["filtered"], 150, "{name}: {next}");
        assert_eq!(report["rows"]["not_sent"], 1_050);
    }
}

/// A payment of which nothing went back stays one, wherever it stands.
#[test]
fn what_says_late_that_nothing_went_back_is_no_refund() {
    let said_of = |at: usize| match at {
        3 => "4.99",
        1_100 => "0.00",
        1_150 => "nein",
        _ => "",
    };
    let scene = many(said_of, "refunded_amount", false);
    let (ended, next) = said(&scene, VALIDATE);
    scene.file("mine.toml", lines_of_mapping(&ended.stdout));
    let next = next.replace("YOUR_MAPPING.toml", "mine.toml") + " --output json";
    let (ended, _) = said(&scene, &next);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["rows"]["filtered"], 1, "{}", scene.read("mine.toml"));
    assert_eq!(report["rows"]["not_sent"], 1_199);
}

/// In the languages of shops: refunds, tests and payments that were called off.
#[test]
fn payments_that_were_none_are_left_out_by_the_lines_that_are_proposed() {
    for words in [
        ["Erstattet", "Testkauf", "Storniert", "bezahlt"],
        ["Remboursé", "Achat test", "Annulé", "payé"],
        ["Reembolsado", "Compra de prueba", "Anulado", "pagado"],
        ["Rimborsato", "Acquisto di prova", "Annullato", "pagato"],
        ["Estornado", "Compra de teste", "Cancelado", "pago"],
        ["Devuelto", "Devolución", "Reembolso", "pagado"],
        ["Reso", "Rimborso", "Storno", "pagato"],
        ["Zwrot", "Zwrócono", "Test", "opłacone"],
        ["Retour", "Rückerstattet", "retourné", "bezahlt"],
        ["iade", "iade edildi", "test", "tamam"],
        ["Refunded", "Test purchase", "Cancelled", "paid"],
    ] {
        let mut text = "event_id,event_time,bundle_id,platform,os_version,\
                        analytics_installation_id,advertising_id,product_id,price,currency,Status\n"
            .to_owned();
        for (at, word) in words.iter().cycle().take(20).enumerate() {
            let _ = writeln!(
                text,
                "o{at},2026-11-20T10:00:00Z,com.a,android,34,{ID},{ID},gems,4.99,EUR,{word}"
            );
        }
        let scene = Scene::with("orders.csv", text);
        let (ended, next) = said(&scene, VALIDATE);
        let lines = lines_of_mapping(&ended.stdout);
        for word in &words[..3] {
            assert!(lines.contains(&format!("\"{word}\"")), "{word}: {lines}");
        }
        assert!(!lines.contains(words[3]), "{lines}");
        scene.file("mine.toml", lines);
        let (ended, next) = said(&scene, &next.replace("YOUR_MAPPING.toml", "mine.toml"));
        assert!(ended.stdout.contains("15 filtered"), "{}", ended.stdout);
        assert!(ended.stdout.contains("5 valid"), "{}", ended.stdout);
        assert!(next.ends_with("--dry-run"), "{next}");
    }
}

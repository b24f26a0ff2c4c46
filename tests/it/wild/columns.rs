//! Columns in the languages of exports: what is there is proposed, and what is not known is asked.

use crate::support::Scene;
use crate::support::shell::{bash, commands, run};

const ID: &str = "3f9dda78-c8a1-4c8b-8d88-0305ee6a3ca9";

/// The command that `validate` proposes for a file of this header and row, given three times.
fn proposed(header: &str, row: &str) -> String {
    let rows = format!("{row}\n").repeat(3);
    let scene = Scene::with("orders.csv", format!("{header}\n{rows}"));
    let said = run(&mut bash(
        &scene,
        "tenjin-s2s validate --max-age none orders.csv",
    ));
    commands(&said)
        .pop()
        .unwrap_or_else(|| panic!("{header}: {}", said.all()))
}

#[test]
fn a_date_and_its_time_of_day_are_joined() {
    for (date, time) in [
        ("Datum", "Uhrzeit"),
        ("Date", "Time"),
        ("fecha", "hora"),
        ("date", "heure"),
        ("data", "ora"),
        ("Order date", "Order time"),
        ("Bestelldatum", "Bestellzeit"),
    ] {
        for (day, clock) in [("20.11.2026", "10:15"), ("2026-11-20", "10:15:30")] {
            let command = proposed(
                &format!("{date};{time};Artikel;Betrag;Kunde"),
                &format!("{day};{clock};gems;4,99;u-1"),
            );
            let joined = format!("event_time={date}+{time}");
            assert!(command.contains(&joined), "{joined}: {command}");
            assert!(command.contains("--timezone YOUR_ZONE"), "{command}");
        }
    }
}

#[test]
fn a_time_that_is_whole_stays_alone() {
    for (time, clock) in [
        ("20.11.2026 10:15", "10:15"),
        ("2026-11-20T10:15:00Z", "10:15"),
        ("20.11.2026", "morgens"),
        ("20.11.2026", ""),
    ] {
        let command = proposed(
            "Datum;Uhrzeit;Artikel;Betrag",
            &format!("{time};{clock};gems;4,99"),
        );
        assert!(command.contains("event_time=Datum "), "{command}");
    }
}

#[test]
fn what_is_joined_is_read() {
    let scene = Scene::with(
        "orders.csv",
        "Datum;Uhrzeit;event_id;bundle_id;platform;os_version;Installations-ID;Werbe-ID;Artikel;\
         Betrag;currency\n"
            .to_owned()
            + &format!(
                "2026-11-20;10:15:00;b-1;com.example.game;android;34;{ID};{ID};gems;4.99;EUR\n"
            ),
    );
    let mut line = "tenjin-s2s validate --max-age none orders.csv".to_owned();
    for _ in 0..3 {
        let said = run(&mut bash(&scene, &line));
        let Some(next) = commands(&said).pop().filter(|_| said.code == Some(1)) else {
            break;
        };
        line = next.replace("YOUR_ZONE", "Europe/Berlin");
    }
    let ended = run(&mut bash(&scene, &format!("{line} --output json")));
    assert_eq!(ended.code, Some(0), "{line}\n{}", ended.all());
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        report["event_time"]["first"], "2026-11-20T09:15:00Z",
        "{line}"
    );
}

#[test]
fn the_zone_is_asked_for_unless_a_name_says_it() {
    for (name, zone) in [
        ("Zeitpunkt", "YOUR_ZONE"),
        ("created_at", "YOUR_ZONE"),
        ("Created date (UTC)", "UTC"),
    ] {
        let command = proposed(
            &format!("{name};Artikel;Betrag;Kunde"),
            "2026-11-20 10:15:00;gems;4,99;u-1",
        );
        let wanted = format!("--timezone {zone}");
        assert!(command.contains(&wanted), "{wanted}: {command}");
    }
}

#[test]
fn ids_and_addresses_are_known_in_the_languages_of_exports() {
    for (installation, address, advertising, device) in [
        ("Installations-ID", "IP-Adresse", "Werbe-ID", "Geräte-ID"),
        (
            "ID installation",
            "Adresse IP",
            "ID publicitaire",
            "ID appareil",
        ),
        (
            "ID de instalación",
            "Dirección IP",
            "ID de publicidad",
            "ID de dispositivo",
        ),
        (
            "ID installazione",
            "Indirizzo IP",
            "ID pubblicitario",
            "ID dispositivo",
        ),
        (
            "ID de instalação",
            "Endereço IP",
            "ID de publicidade",
            "ID do dispositivo",
        ),
    ] {
        let header = format!("{installation};{address};{advertising};{device};Artikel;Betrag;Land");
        let command = proposed(&header, &format!("{ID};84.12.1.1;{ID};{ID};gems;4,99;DE"));
        for (field, column) in [
            ("analytics_installation_id", installation),
            ("ip_address", address),
            ("advertising_id", advertising),
            ("developer_device_id", device),
        ] {
            let plain = format!("--map {field}={column} ");
            let spaced = format!("{field}={column}'");
            let quoted = format!("{field}={column}\"");
            let forms = [plain, spaced, quoted];
            assert!(
                forms.iter().any(|form| command.contains(form)),
                "{field}: {command}"
            );
        }
        for words in ["--derive-installation-id", "--allow-missing-ip"] {
            assert!(!command.contains(words), "{words}: {command}");
        }
    }
}

#[test]
fn a_name_of_an_id_with_other_values_is_none() {
    let command = proposed(
        "Installations-ID;IP-Adresse;Werbe-ID;Geräte-ID;Artikel;Betrag",
        "17;intern;23847937048620586;G-12;gems;4,99",
    );
    for column in ["Installations-ID", "IP-Adresse", "Werbe-ID", "Geräte-ID"] {
        assert!(!command.contains(column), "{column}: {command}");
    }
}

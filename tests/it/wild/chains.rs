//! Exports of shops in the languages of Europe, as spreadsheets save them: from `validate FILE` alone
//! the proposals lead, each pasted as it is, to a run that takes every row with its exact amount.

use std::fmt::Write as _;

use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};

use crate::support::proposals::answered;
use crate::support::shell::{bash, commands, run};
use crate::support::{Scene, flat};

/// More would be a maze.
const STEPS: usize = 4;
/// Rows of an export, each some hours older than the one before.
const ROWS: i64 = 40;

struct Export {
    name: &'static str,
    encoding: &'static encoding_rs::Encoding,
    /// With one column for the time, or with two.
    header: &'static str,
    product: &'static str,
    time: &'static str,
    /// In turn.
    amounts: &'static [&'static str],
    /// What the rows add up to.
    revenue: &'static str,
}

const EXPORTS: [Export; 7] = [
    Export {
        name: "german.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Bestellnummer;Datum;Uhrzeit;App-ID;Plattform;Systemversion;Installations-ID;Werbe-ID;Artikel;Betrag",
        product: "Münzen",
        time: "%d.%m.%Y;%H:%M",
        amounts: &["4,99 €", "1.234,00 €", "0,99 €", "12,50 €"],
        revenue: "EUR 12,524.80",
    },
    Export {
        name: "header.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Bestellnummer;Datum;App-ID;Plattform;Systemversion;Geräte-ID;Installations-ID;Artikel;Währung;Preis",
        product: "coins",
        time: "%d.%m.%Y %H:%M",
        amounts: &["4,99 €", "2,00 €"],
        revenue: "EUR 139.80",
    },
    Export {
        name: "french.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Numéro de commande;Date;Heure;App ID;Plateforme;OS version;ID installation;ID publicitaire;Article;Montant",
        product: "Pièces",
        time: "%d/%m/%Y;%H:%M",
        amounts: &["4,99\u{a0}€", "1\u{a0}234,00\u{a0}€"],
        revenue: "EUR 24,779.80",
    },
    Export {
        name: "spanish.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Pedido;Fecha;App ID;Plataforma;OS version;ID instalación;ID publicitario;Artículo;Importe",
        product: "Año",
        time: "%d/%m/%Y %H:%M",
        amounts: &["4,99 €", "1.234,00 €"],
        revenue: "EUR 24,779.80",
    },
    Export {
        name: "polish.csv",
        encoding: encoding_rs::UTF_8,
        header: "Numer zamówienia;Data;App ID;Platforma;Wersja OS;ID instalacji;ID reklamowy;ID produktu;Kwota",
        product: "złoto",
        time: "%Y-%m-%d %H:%M",
        amounts: &["4,99 zł", "1 234,00 zł"],
        revenue: "PLN 24,779.80",
    },
    Export {
        name: "swiss.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Bestellnummer;Datum;App-ID;Plattform;Systemversion;Installations-ID;Werbe-ID;Artikel;Betrag",
        product: "Münzen",
        time: "%d.%m.%Y %H:%M",
        amounts: &["CHF 4.99", "CHF 1'234.50"],
        revenue: "CHF 24,789.80",
    },
    // Where a few products alone have letters beyond ASCII.
    Export {
        name: "few.csv",
        encoding: encoding_rs::WINDOWS_1252,
        header: "Bestellnummer;Datum;App-ID;Plattform;Systemversion;Installations-ID;Werbe-ID;Artikel;Betrag",
        product: "",
        time: "%d.%m.%Y %H:%M",
        amounts: &["4,99"],
        revenue: "EUR 199.60",
    },
];

impl Export {
    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.header);
        let has_device = self.header.contains("Geräte-ID");
        for row in 0..ROWS {
            let id = format!("3f9dda78-c8a1-4c8b-8d88-0305ee6a3c{:02x}", row + 16);
            let product = match self.product {
                "" if row % 4 == 3 => "Münzen",
                "" => "coins",
                product => product,
            };
            let amount = self.amounts[usize::try_from(row).unwrap() % self.amounts.len()];
            let rest = if has_device {
                format!("{id};{id};{product};EUR;{amount}")
            } else {
                format!("{id};{id};{product};{amount}")
            };
            let time = hours_ago(30 + row).strftime(self.time).to_string();
            write!(
                text,
                "B-{row};{time};com.example.game;Android;34;{rest}\r\n"
            )
            .unwrap();
        }
        self.encoding.encode(&text).0.into_owned()
    }
}

/// The time then, to the minute.
fn hours_ago(hours: i64) -> DateTime {
    let then = Timestamp::now() - Span::new().hours(hours);
    then.to_zoned(TimeZone::UTC).datetime()
}

#[test]
fn exports_of_shops_are_taken_by_following_what_comes_next() {
    for export in &EXPORTS {
        let scene = Scene::with(export.name, export.bytes());
        let mut typed = vec![format!("tenjin-s2s validate {}", export.name)];
        loop {
            let said = run(&mut bash(&scene, typed.last().unwrap()));
            let next = commands(&said).pop();
            let next = next.unwrap_or_else(|| panic!("{typed:#?}\n{}", said.all()));
            if said.code == Some(0) {
                let flat = flat(&said.stdout);
                assert!(flat.contains("40 valid 100 %"), "{typed:#?}\n{flat}");
                let revenue = format!("Revenue {} ", export.revenue);
                assert!(flat.contains(&revenue), "{typed:#?}\n{flat}");
                break;
            }
            assert!(typed.len() < STEPS, "{typed:#?}\n{}", said.all());
            typed.push(answered(&next.replace("YOUR_CURRENCY", "EUR")));
        }
    }
}

/// A mark that is not that of the row's currency is never taken off, whatever the options say.
#[test]
fn an_amount_of_another_currency_than_its_row_is_rejected() {
    for (amount, options) in [
        ("$4.99", "--decimal-point --set currency=EUR"),
        ("4,99 zł", "--decimal-comma --set currency=EUR"),
        ("4.99 USD", "--decimal-point --set currency=CAD"),
    ] {
        let row = format!(
            "event_id;event_time;bundle_id;platform;os_version;analytics_installation_id;ip_address;\
             product_id;price\nb1;2026-11-20T10:00:00Z;com.a;android;34;\
             3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;gems;{amount}\n"
        );
        let scene = Scene::with("in.csv", row);
        let command = format!("validate in.csv --max-age none --kind purchase {options}");
        let ended = scene.run(&command).prints().exits(1);
        let flat = flat(&ended.stdout);
        let hint = "the amount names another currency than the row: correct one of them";
        assert!(flat.contains(hint), "{flat}");
    }
    // Its unit is not known where the mapping counts in cents.
    let scene = Scene::with(
        "in.csv",
        "event_id;event_time;bundle_id;platform;os_version;analytics_installation_id;ip_address;\
         product_id;cents;currency\nb1;2026-11-20T10:00:00Z;com.a;android;34;\
         3f9dda78c8a14c8b8d880305ee6a3ca9;203.0.113.9;gems;499 €;EUR\n",
    );
    scene.file(
        "my.toml",
        "[fields]\nprice = { column = \"cents\", scale = -2 }\n",
    );
    let command =
        "validate in.csv --max-age none --kind purchase --mapping my.toml --decimal-comma";
    let ended = scene.run(command).prints().exits(1);
    assert!(
        ended.stdout.contains("invalid_number in price"),
        "{}",
        ended.stdout
    );
}

//! A newcomer with a thousand rows, some of them damaged: the program's own words lead from
//! `tenjin-s2s` to an upload and to a second one of the rows that were fixed, and what Tenjin got
//! is what a spreadsheet says.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::shell::{Said, bash, commands, run};
use crate::support::{KEY, Recorded, Scene, StandIn};

/// Far more than anybody would take.
const STEPS: usize = 8;
const ROWS: usize = 1_000;

/// An export as it should be, and as it is.
struct Export {
    delimiter: u8,
    header: Vec<&'static str>,
    /// By line: the cells as they should be; none for a line that is no row of the export.
    right: BTreeMap<u64, Option<Vec<String>>>,
    text: String,
    /// What the rows that are money add up to, in cents, by currency.
    money: BTreeMap<String, i64>,
    line: u64,
}

impl Export {
    fn new(delimiter: u8, header: &[&'static str]) -> Self {
        let mut export = Export {
            delimiter,
            header: header.to_vec(),
            right: BTreeMap::new(),
            text: String::new(),
            money: BTreeMap::new(),
            line: 0,
        };
        export.write(
            &header
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
        );
        export
    }

    fn write(&mut self, cells: &[String]) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .from_writer(Vec::new());
        writer.write_record(cells).unwrap();
        self.text += &String::from_utf8(writer.into_inner().unwrap()).unwrap();
        self.line += 1;
    }

    /// A row, with a damage to one of its cells. `money`: what it adds to the sum.
    fn row(&mut self, cells: &[String], damage: Option<(&str, &str)>, money: Option<(&str, i64)>) {
        let mut written = cells.to_vec();
        if let Some((column, value)) = damage {
            let at = self.header.iter().position(|name| *name == column).unwrap();
            value.clone_into(&mut written[at]);
        }
        self.write(&written);
        self.right.insert(self.line, Some(cells.to_vec()));
        if let Some((currency, cents)) = money {
            *self.money.entry(currency.to_owned()).or_default() += cents;
        }
    }

    /// A line that is no row: a total, the header again, a copy.
    fn stray(&mut self, cells: &[String]) {
        self.write(cells);
        self.right.insert(self.line, None);
    }

    /// Does in a rejects file what a person would: puts the right values in, and takes out lines
    /// that are no rows. Everything else stays.
    fn fix(&self, path: &Path) {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .from_path(path)
            .unwrap();
        let header = reader.headers().unwrap().clone();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        let at = header.iter().position(|name| name == "_line").unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            let Some(right) = &self.right[&record[at].parse().unwrap()] else {
                continue;
            };
            let before = record.iter().take(at + 1);
            let cells = before.chain(right.iter().map(String::as_str)).chain([""]);
            writer.write_record(cells).unwrap();
        }
        std::fs::write(path, writer.into_inner().unwrap()).unwrap();
    }
}

/// The last command that was proposed, with what was asked for.
fn proposed(said: &Said, typed: &[String]) -> String {
    let command = commands(said).pop();
    let command = command.unwrap_or_else(|| panic!("{typed:#?}\n{}", said.all()));
    let command = command
        .replace("EXPORT.csv", "export.csv")
        .replace("YOUR_BUNDLE_ID", "com.example.sample")
        .replace("YOUR_OS_VERSION", "17.5")
        .replace("YOUR_ZONE", "UTC");
    assert!(!command.contains("YOUR_"), "{typed:#?}\n{}", said.all());
    command
}

/// From nothing to the end of a rehearsal: the command that is in earnest.
fn rehearsed(scene: &Scene) -> String {
    let mut said = run(&mut bash(scene, "tenjin-s2s"));
    let mut typed = Vec::new();
    for _ in 0..STEPS {
        // The first answer lists several commands, the one to start with first.
        let next = match typed.len() {
            0 => commands(&said)[0].replace("EXPORT.csv", "export.csv"),
            _ => proposed(&said, &typed),
        };
        if said.stdout.contains("this was a trial") {
            return next;
        }
        typed.push(next.clone());
        said = run(&mut bash(scene, &next));
    }
    panic!("{typed:#?}\n{}", said.all());
}

fn cents(price: &str) -> i64 {
    let (whole, part) = price.split_once('.').unwrap_or((price, ""));
    let part = format!("{part:0<2}");
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

fn sums(events: &[Recorded]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| event.path.ends_with("purchase"))
    {
        let worth = cents(event.get("price")) * event.get("quantity").parse::<i64>().unwrap();
        *sums.entry(event.get("currency").to_owned()).or_default() += worth;
    }
    sums
}

/// Uploads it, fixes what was rejected, uploads that, and compares the sums.
fn from_nothing_to_the_right_sums(export: &Export, rows: usize) {
    let scene = Scene::with("export.csv", &export.text);
    let stand_in = StandIn::well();
    let upload = rehearsed(&scene);
    let typed = |command: &str| {
        let mut line = bash(&scene, command);
        run(line.env("TENJIN_SDK_KEY", KEY))
    };
    let server = format!("--endpoint-url {} --rate unlimited", stand_in.url());
    let said = typed(&format!("{upload} {server}"));
    assert_eq!(said.code, Some(1), "{}", said.all());
    let again = proposed(&said, &[upload]);
    assert!(again.contains(&server), "{again}");
    let rejects = again.split(' ').find(|word| word.contains("/rejects/"));
    let rejects = rejects.unwrap_or_else(|| panic!("{}", said.all()));
    export.fix(&scene.path(rejects));
    let said = typed(&again);
    assert_eq!(said.code, Some(0), "{again}\n{}", said.all());
    assert!(commands(&said).is_empty(), "{}", said.all());
    let events = stand_in.recorded();
    assert_eq!(sums(&events), export.money);
    assert_eq!(events.len(), rows);
}

fn at(minutes: usize) -> String {
    let ago = jiff::SignedDuration::from_mins(i64::try_from(minutes).unwrap());
    let at = jiff::Timestamp::now() - ago;
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn uuid(kind: &str, row: usize) -> String {
    let name = format!("{kind}{row}");
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, name.as_bytes()).to_string()
}

#[test]
fn an_appsflyer_export() {
    let mut export = Export::new(
        b',',
        &[
            "AppsFlyer ID",
            "Event Time",
            "Event Name",
            "Event Value",
            "Event Revenue",
            "Event Revenue Currency",
            "Media Source",
            "Ad ID",
            "Platform",
            "OS Version",
            "App Version",
            "Bundle ID",
            "IDFA",
            "IDFV",
            "IP",
            "Country Code",
            "Customer User ID",
            "Is Primary Attribution",
        ],
    );
    for row in 0..ROWS {
        let is_purchase = row % 4 == 1;
        let (name, revenue, currency) = match row % 4 {
            0 => ("af_app_opened", String::new(), ""),
            1 => (
                "af_purchase",
                format!("{}.49", row % 30),
                ["USD", "EUR"][row / 4 % 2],
            ),
            _ => ("af_level_achieved", String::new(), ""),
        };
        let value = if is_purchase {
            format!(
                r#"{{"af_order_id":"GPA.{row}","af_content_id":"gems_{}"}}"#,
                row % 3
            )
        } else {
            String::new()
        };
        let cells = [
            &format!("17070-{row}"),
            &at(2_000 - row),
            name,
            &value,
            &revenue,
            currency,
            "Facebook Ads",
            "23847937048620586",
            "ios",
            "17.4",
            "3.1",
            "com.example.sample",
            &uuid("idfa", row).to_uppercase(),
            &uuid("idfv", row).to_uppercase(),
            "203.0.113.7",
            "DE",
            &format!("u{row}"),
            "true",
        ]
        .map(str::to_owned);
        let comma = revenue.replace('.', ",");
        let damage = match row {
            41 | 81 => Some(("Event Revenue", comma.as_str())),
            45 | 85 => Some(("Event Revenue Currency", "Dollars")),
            50 | 91 => Some(("Event Time", "yesterday")),
            60 | 99 => Some(("IDFV", "n.a. (opted out)")),
            70 => Some(("Platform", "tvos?")),
            _ => None,
        };
        let money = is_purchase.then(|| (currency, cents(&revenue)));
        export.row(&cells, damage, money);
        // A purchase that was pasted twice is one, by its order's id.
        if is_purchase && row % 100 == 1 && row > 100 {
            export.stray(&cells);
        }
    }
    from_nothing_to_the_right_sums(&export, ROWS);
}

#[test]
fn a_revenuecat_export() {
    let mut export = Export::new(
        b',',
        &[
            "rc_original_app_user_id",
            "rc_last_seen_app_user_id_alias",
            "country",
            "product_identifier",
            "start_time",
            "store",
            "is_trial_period",
            "is_sandbox",
            "store_transaction_id",
            "refunded_at",
            "purchased_currency",
            "purchase_price_in_purchased_currency",
            "purchase_price_in_usd",
            "ownership_type",
            "reserved_subscriber_attributes",
            "platform",
        ],
    );
    let mut sent = 0;
    for row in 0..ROWS {
        let (trial, sandbox, refunded) = (row % 10 == 3, row % 10 == 5, row % 10 == 7);
        let price = format!("{}.99", row % 12);
        let currency = ["GBP", "USD", "CHF"][row % 3];
        let attributes = format!(
            r#"{{"$ip":{{"value":"203.0.113.9"}},"$idfv":{{"value":"{}"}},"$tenjinId":{{"value":"{}"}}}}"#,
            uuid("v", row),
            uuid("t", row)
        );
        let flag = |is: bool| if is { "t" } else { "f" };
        let cells = [
            &format!("$RCAnonymousID:{row}"),
            &format!("u{row}"),
            "GB",
            "pro_monthly",
            &at(3_000 - row),
            "app_store",
            flag(trial),
            flag(sandbox),
            &format!("85739{row:05}"),
            &(if refunded { at(5) } else { String::new() }),
            currency,
            &price,
            &price,
            "PURCHASED",
            &attributes,
            "iOS",
        ]
        .map(str::to_owned);
        let comma = price.replace('.', ",");
        let damage = match row {
            42 | 80 => Some(("purchase_price_in_purchased_currency", comma.as_str())),
            44 | 86 => Some(("purchased_currency", "")),
            52 | 90 => Some(("start_time", "soon")),
            62 => Some(("country", "Great Britain and more")),
            68 => Some(("product_identifier", "")),
            _ => None,
        };
        let is_sent = !trial && !sandbox && !refunded;
        sent += usize::from(is_sent);
        export.row(&cells, damage, is_sent.then(|| (currency, cents(&price))));
        if row == 600 {
            let header = export.header.iter().map(|name| (*name).to_owned());
            export.stray(&header.collect::<Vec<_>>());
        }
    }
    from_nothing_to_the_right_sums(&export, sent);
}

#[test]
fn a_home_made_german_export() {
    let mut export = Export::new(
        b';',
        &[
            "Bestellnummer",
            "Datum",
            "Kunde",
            "IDFV",
            "Artikel",
            "Menge",
            "Einzelpreis",
            "Waehrung",
            "Bemerkung",
        ],
    );
    for row in 0..ROWS {
        let whole = row % 40;
        let price = format!("{whole},95");
        let cells = [
            &format!("B-{row:05}"),
            &at(4_000 - row),
            &format!("K{}", row % 200),
            &uuid("de", row % 200),
            "Münzen; groß",
            &format!("{}", row % 3 + 1),
            &price,
            "EUR",
            "",
        ]
        .map(str::to_owned);
        let damage = match row {
            100 | 110 => Some(("Einzelpreis", "kostenlos?")),
            120 | 130 => Some(("Datum", "gestern")),
            140 => Some(("Menge", "zwei")),
            150 => Some(("Waehrung", "Euro")),
            160 => Some(("IDFV", "#NV!")),
            _ => None,
        };
        let worth = i64::try_from(whole * 100 + 95).unwrap() * i64::try_from(row % 3 + 1).unwrap();
        export.row(&cells, damage, Some(("EUR", worth)));
        if row == 500 || row == 700 {
            export.stray(&cells);
        }
    }
    let mut total = vec![String::new(); 9];
    total[0] = "Summe".into();
    total[6] = "12.345,67".into();
    export.stray(&total);
    from_nothing_to_the_right_sums(&export, ROWS);
}

//! `tenjin-s2s fields [KIND]`: the field tables for people and for machines, and a header with a row
//! that is right, to start a file from.
//!
//! Every form is made from the tables that validation reads, so none of them can promise what
//! the other does not keep.

mod json_schema;

use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::{FieldsArgs, FieldsForm};
use crate::model::{Exit, Kind};
use crate::report::json::SCHEMA;
use crate::report::layout::wrapped;
use crate::run::streams::Streams;
use crate::schema::{self, Field, Form, Key, Need, Side};

pub(super) fn run(args: &FieldsArgs, streams: Streams) -> anyhow::Result<Exit> {
    if args.report_schema {
        streams.result(SCHEMA)?;
    } else {
        streams.result(&render(args.kind, args.output))?;
    }
    Ok(Exit::Done)
}

/// The fields of one kind, or of all; ends with a line break.
fn render(kind: Option<Kind>, form: FieldsForm) -> String {
    let kinds: Vec<Kind> = kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    match form {
        FieldsForm::Text if kind.is_none() => overview(),
        FieldsForm::Text => text(&kinds),
        FieldsForm::Json => lines(&tables(&kinds)),
        FieldsForm::CsvHeader => header(&kinds),
        FieldsForm::CsvExample => csv_example(&kinds),
        FieldsForm::JsonSchema => lines(&json_schema::of(&kinds)),
    }
}

/// The fields that a row may give: not what this tool adds itself.
fn given(kind: Kind) -> impl Iterator<Item = &'static Field> {
    let table = schema::table(kind).iter();
    table.filter(|field| !matches!(field.form, Form::Literal(_)))
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}

/// How wide a line for people is at most.
const WIDTH: usize = 80;

/// The table for people: a line for each field, and below it what the field is.
fn text(kinds: &[Kind]) -> String {
    let mut out = String::new();
    for kind in kinds {
        let table = schema::table(*kind);
        let names = table.iter().map(|field| field.name().len());
        let width = names.max().unwrap_or_default();
        let _ = writeln!(out, "{}{kind}", if out.is_empty() { "" } else { "\n" });
        for field in table {
            let (name, need, form) = (field.name(), need(field), form(field.form));
            let mut name = name;
            for line in wrapped(&format!("{need}; {form}"), WIDTH - width - 4) {
                let _ = writeln!(out, "  {name:width$}  {line}");
                name = "";
            }
            let doc = format!("{} ({})", field.doc, field.source.name());
            for line in wrapped(&doc, WIDTH - 6) {
                let _ = writeln!(out, "      {line}");
            }
        }
    }
    out
}

/// Which kind has which field: a line for each field.
fn overview() -> String {
    let kinds = Kind::ALL.into_iter().enumerate();
    let numbered = kinds.map(|(at, kind)| format!("{} {kind}", at + 1));
    let numbered: Vec<String> = numbered.collect();
    let keys: Vec<Key> = columns(&Kind::ALL).collect();
    let width = keys.iter().map(|key| key.name().len()).max();
    let width = width.unwrap_or_default();
    let mut out = format!("{}\n\n{:width$}", numbered.join(", "), "");
    for at in 1..=Kind::ALL.len() {
        let _ = write!(out, "  {at}");
    }
    for key in keys {
        let _ = write!(out, "\n{:width$}", key.name());
        for kind in Kind::ALL {
            let field = given(kind).find(|field| field.key == key);
            let _ = write!(out, "  {}", field.map_or('-', |field| mark(field.need)));
        }
    }
    out += "\n\nR required, r on one platform or in some cases, o optional, - not taken.\n\
            tenjin-s2s fields purchase says what each field of a kind is and takes.\n";
    out
}

fn mark(need: Need) -> char {
    match need {
        Need::Always => 'R',
        Need::On(_) | Need::When(_) => 'r',
        Need::KeyPresent | Need::Optional => 'o',
    }
}

fn need(field: &Field) -> String {
    let need = match (field.need, field.form) {
        (_, Form::Literal(_)) => "added",
        (Need::Always, _) => "required",
        (Need::KeyPresent, _) => "may be empty",
        (Need::On(Side::Ios), _) => "required on iOS",
        (Need::On(Side::Android), _) => "required on Android",
        (Need::When(case), _) => return format!("required if {case}"),
        (Need::Optional, _) => "optional",
    };
    let side = match field.only {
        Some(_) if matches!(field.need, Need::On(_)) => "",
        Some(Side::Ios) => ", iOS only",
        Some(Side::Android) => ", Android only",
        None => "",
    };
    let group = field
        .group
        .map_or(String::new(), |group| format!(", {}", group.name()));
    format!("{need}{side}{group}")
}

fn form(form: Form) -> String {
    match form {
        Form::Kind => "kind".into(),
        Form::Time | Form::Millis => "time".into(),
        Form::SourceId(limit) | Form::UserId(limit) | Form::Text(limit) => {
            format!("text, max {limit}")
        }
        Form::Literal(text) => format!("always {text}"),
        Form::BundleId(_) => "bundle id".into(),
        Form::Platform => "platform".into(),
        Form::OsVersion => "version".into(),
        Form::Uuid => "UUID".into(),
        Form::AdvertisingId | Form::DeviceId => "device id".into(),
        Form::Ip => "IP address".into(),
        Form::Country => "country code".into(),
        Form::Currency => "currency code".into(),
        Form::Amount => "decimal, not negative".into(),
        Form::Integer => "whole number".into(),
        Form::Count(most) => format!("1 to {most}"),
        Form::Digits(most) => format!("at most {most} digits"),
        Form::Flag => "1 or 0".into(),
        Form::Truth => "true or false".into(),
        Form::Choice(words) if words.len() > 4 => format!("one of {} words", words.len()),
        Form::Choice(words) => words.join(" "),
        Form::Language => "two letters".into(),
    }
}

fn tables(kinds: &[Kind]) -> Value {
    let table = |kind: &Kind| {
        let fields: Vec<Value> = schema::table(*kind).iter().map(line).collect();
        (kind.name().to_owned(), Value::Array(fields))
    };
    Value::Object(kinds.iter().map(table).collect())
}

fn line(field: &Field) -> Value {
    let mut line = json!({
        "name": field.name(),
        "need": need(field),
        "form": form(field.form),
        "sent": !field.is_ours(),
        "if_not_valid": if field.loss == schema::Loss::Row { "the row is rejected" } else { "the value is dropped" },
        "doc": field.doc,
        "source": field.source.name(),
    });
    if let Form::Choice(words) = field.form {
        line["words"] = json!(words);
    }
    if let Some(group) = field.group {
        line["group"] = json!(group.name());
    }
    line
}

fn header(kinds: &[Kind]) -> String {
    let names: Vec<&str> = columns(kinds).map(Key::name).collect();
    names.join(",") + "\n"
}

/// The columns of a file for rows of these kinds.
fn columns(kinds: &[Kind]) -> impl Iterator<Item = Key> {
    let has = |key: &Key| {
        let names_it = |kind: &Kind| given(*kind).any(|field| field.key == *key);
        kinds.iter().any(names_it)
    };
    // One kind needs no column that says so.
    let says = |key: &Key| kinds.len() > 1 || *key != Key::Kind;
    Key::ALL
        .iter()
        .copied()
        .filter(move |key| has(key) && says(key))
}

/// The header, and one row for each of these kinds with what an iOS app must say.
fn csv_example(kinds: &[Kind]) -> String {
    let mut text = header(kinds);
    for kind in kinds {
        let cell = |key: Key| match given(*kind).find(|field| field.key == key) {
            Some(field) if is_in_example(field) => example_value(*kind, field),
            _ => String::new(),
        };
        let cells: Vec<String> = columns(kinds).map(cell).collect();
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

/// What a row needs, and what makes it known again.
fn is_in_example(field: &Field) -> bool {
    field.need != Need::Optional || matches!(field.key, Key::Kind | Key::EventTime | Key::EventId)
}

/// A value of its form. None holds a comma or a quote.
fn example_value(kind: Kind, field: &Field) -> String {
    let text = match field.form {
        Form::Kind => kind.name(),
        // An older one would be left out.
        Form::Time | Form::Millis => return jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
        Form::SourceId(_) => "order-1001",
        Form::UserId(_) => "user-1",
        Form::BundleId(_) => "com.example.game",
        Form::Platform => "ios",
        Form::OsVersion => "17.5",
        Form::Uuid => "3f9dda78-c8a1-4c8b-8d88-0305ee6a3c01",
        Form::AdvertisingId => "6d92078a-8246-4ba4-ae5b-76104861e7dc",
        Form::DeviceId => "a0b1c2d3-e4f5-4678-89ab-cdef01234567",
        Form::Ip => "203.0.113.7",
        Form::Country => "DE",
        Form::Currency => "EUR",
        Form::Amount => "4.99",
        Form::Integer | Form::Count(_) | Form::Digits(_) => "1",
        Form::Flag => "0",
        Form::Truth => "false",
        Form::Choice(words) => words.first().copied().unwrap_or_default(),
        Form::Language => "en",
        Form::Text(_) => match field.key {
            Key::Event => "level_up",
            Key::ProductId => "gold_100",
            Key::AppVersion => "1.4.0",
            _ => "example",
        },
        Form::Literal(text) => text,
    };
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_csv_header_of_a_purchase() {
        assert_eq!(
            render(Some(Kind::Purchase), FieldsForm::CsvHeader),
            "event_time,event_id,bundle_id,platform,os_version,analytics_installation_id,\
             advertising_id,developer_device_id,customer_user_id,app_version,ip_address,country,\
             limit_ad_tracking,ad_user_data,ad_personalization,tracking_status,\
             os_version_release,build_id,locale,device_model,product_id,price,quantity,currency,\
             postcut\n"
        );
    }

    #[test]
    fn the_header_of_all_kinds_has_every_field_but_what_is_added() {
        let header = render(None, FieldsForm::CsvHeader);
        let names: Vec<&str> = header.trim_end().split(',').collect();
        assert_eq!(names.len(), Key::COUNT - 1);
        assert!(names.contains(&"kind") && !names.contains(&"sdk_version"));
    }

    #[test]
    fn the_tables_for_people_name_every_field_in_eighty_columns() {
        let all = render(None, FieldsForm::Text);
        for kind in Kind::ALL {
            let text = render(Some(kind), FieldsForm::Text);
            for field in schema::table(kind) {
                let names_it = |line: &str| line.starts_with(&format!("  {} ", field.name()));
                assert!(text.lines().any(names_it), "{}", field.name());
            }
            let mut lines = all.lines().chain(text.lines());
            assert_eq!(lines.find(|line| line.chars().count() > WIDTH), None);
        }
        let line = |name: &str| {
            let mut lines = all
                .lines()
                .filter(|line| line.starts_with(&format!("{name} ")));
            let line = lines.next().unwrap_or_default();
            assert_eq!(lines.next(), None, "{name} twice");
            line.split_whitespace().skip(1).collect::<String>()
        };
        for field in given(Kind::Purchase) {
            assert!(
                line(field.name()).contains(['R', 'r', 'o']),
                "{}",
                field.name()
            );
        }
        // open, event, purchase, ad_impression, attribution, subscription
        assert_eq!(line("bundle_id"), "RRRRRR");
        assert_eq!(line("product_id"), "--R--R");
        assert_eq!(line("event"), "-R----");
    }

    #[test]
    fn the_tables_as_json_are_whole() {
        let tables: Value = render(None, FieldsForm::Json).parse().unwrap_or_default();
        for kind in Kind::ALL {
            let fields = tables[kind.name()].as_array().map_or(0, Vec::len);
            assert_eq!(fields, schema::table(kind).len());
        }
        assert_eq!(tables["event"][0]["name"], "kind");
    }
}

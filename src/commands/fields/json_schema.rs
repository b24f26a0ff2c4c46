//! The JSON Schema of NDJSON rows: a row keeps to it if an upload takes it whole, with nothing of
//! it rejected and nothing dropped.
//!
//! What no schema can say stands in a field's `description`: which times are too old or still to
//! come, and how a number is written. What it refuses although an upload takes it is little: lists
//! of one value, countries by name, `yes` in other languages.

use serde_json::{Map, Value, json};

use super::given;
use crate::model::{Kind, Platform};
use crate::parse::{self, Placeholders};
use crate::schema::{Field, Form, Key, Need, Source};

/// The schema of one kind, or of all.
pub(super) fn of(kinds: &[Kind]) -> Value {
    let mut schemas: Vec<Value> = kinds.iter().map(|kind| object(*kind)).collect();
    let mut schema = match schemas.len() {
        1 => schemas.remove(0),
        _ => json!({ "title": "tenjin-s2s rows", "anyOf": schemas }),
    };
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema
}

fn object(kind: Kind) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in given(kind) {
        properties.insert(field.name().to_owned(), property(kind, field));
        // Quantity has a default, and the others' needs hang on other fields.
        if field.need == Need::Always && field.key != Key::Quantity {
            required.push(field.name());
        }
    }
    let mut conditions: Vec<Value> = Platform::ALL.map(|platform| on(kind, platform)).into();
    conditions.extend(across_fields(kind));
    json!({
        "title": kind.name(),
        "type": "object",
        "properties": properties,
        "required": required,
        "allOf": conditions,
    })
}

/// What stands beside the others: a field whose form hangs on the platform has its form there.
fn property(kind: Kind, field: &Field) -> Value {
    let mut property = match field.form {
        Form::Kind => json!({ "const": kind.name() }),
        _ if hangs_on_platform(field) => json!({}),
        form => value_of(field, form, None),
    };
    property["description"] = json!([field.doc, beyond(field.form)].concat());
    if field.source == Source::Ours {
        property["x-sent"] = json!(false);
    }
    property
}

/// What the schema cannot say, or says too strictly.
fn beyond(form: Form) -> &'static str {
    match form {
        Form::Time => {
            ". Rows more than ten minutes ahead are rejected, those older than --max-age left out"
        }
        Form::Amount => {
            ". No exponents: programs write small numbers with one, so those below 0.0001 are \
             wanted as text (\"0.000012\")"
        }
        _ => "",
    }
}

fn hangs_on_platform(field: &Field) -> bool {
    let form = matches!(
        field.form,
        Form::OsVersion | Form::AdvertisingId | Form::DeviceId
    );
    form || field.only.is_some() || matches!(field.need, Need::On(_))
}

/// What holds for rows of this platform.
fn on(kind: Kind, platform: Platform) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in given(kind).filter(|field| hangs_on_platform(field)) {
        // A field of the other platforms is left out, whatever it holds.
        if field.may_be_on(Some(platform)) {
            let value = value_of(field, field.form, Some(platform));
            properties.insert(field.name().to_owned(), value);
        }
        if matches!(field.need, Need::On(side) if side.has(platform)) {
            required.push(field.name());
        }
    }
    let is_it = json!({ "properties": { "platform": name_of(platform) } });
    let mut then = json!({ "properties": properties, "required": required });
    if kind == Kind::AdImpression {
        let without_advertising_id: &[Key] = match platform {
            Platform::Ios => &[Key::AnalyticsInstallationId, Key::DeveloperDeviceId],
            _ => &[Key::AnalyticsInstallationId],
        };
        then["anyOf"] = json!([has(&[Key::AdvertisingId]), has(without_advertising_id)]);
    }
    json!({ "if": is_it, "then": then })
}

/// What several fields say together.
fn across_fields(kind: Kind) -> Option<Value> {
    let either = |one: Key, other: Key| Some(json!({ "anyOf": [has(&[one]), has(&[other])] }));
    match kind {
        Kind::Open | Kind::Event | Kind::Purchase | Kind::Subscription => {
            either(Key::AdvertisingId, Key::IpAddress)
        }
        Kind::AdImpression => either(Key::RevenueDecimal, Key::RevenueCpm),
        Kind::Attribution => either(Key::AdvertisingId, Key::DeveloperDeviceId),
    }
}

/// All of these are there; their forms are told elsewhere.
fn has(keys: &[Key]) -> Value {
    let names: Vec<&str> = keys.iter().map(|key| key.name()).collect();
    let there = |key: &Key| {
        let none = none(Placeholders::in_field(*key));
        (key.name().to_owned(), json!({ "not": none }))
    };
    let properties: Map<_, _> = keys.iter().map(there).collect();
    json!({ "required": names, "properties": properties })
}

/// A value that is none: null, an empty text, a word for none; of ids zeros, too, and of addresses
/// those that are no user's.
fn none(placeholders: Placeholders) -> Value {
    let words = placeholders
        .words()
        .map(|word| any_of([word].into_iter()).replace('\\', r"\\"));
    let words = words.map(|word| word.replace('(', r"\(").replace(')', r"\)"));
    let mut texts: Vec<String> = words.collect();
    if matches!(placeholders, Placeholders::Ids | Placeholders::Addresses) {
        texts.push("[0-]+".to_owned());
    }
    if placeholders == Placeholders::Addresses {
        texts.extend([NO_USERS.to_owned(), format!("::[Ff]{{4}}:({NO_USERS})")]);
        texts.push(NO_USERS_V6.to_owned());
    }
    let pattern = format!(r"^\s*({})?\s*$", texts.join("|"));
    let zero = placeholders == Placeholders::Ids || placeholders == Placeholders::Addresses;
    let mut none =
        json!({ "anyOf": [{ "type": "null" }, { "type": "string", "pattern": pattern }] });
    if zero && let Some(ways) = none["anyOf"].as_array_mut() {
        ways.push(json!({ "const": 0 }));
    }
    none
}

/// What the field may hold, with none where it need not be there.
fn value_of(field: &Field, form: Form, platform: Option<Platform>) -> Value {
    let is_needed = match field.need {
        Need::Always => true,
        Need::On(side) => platform.is_some_and(|platform| side.has(platform)),
        Need::KeyPresent | Need::When(_) | Need::Optional => false,
    };
    let none = none(Placeholders::of(form));
    let value = value(form, platform);
    if is_needed {
        json!({ "allOf": [value, { "not": none }] })
    } else {
        json!({ "anyOf": [none, value] })
    }
}

/// A value in this form.
fn value(form: Form, platform: Option<Platform>) -> Value {
    match form {
        Form::SourceId(limit) | Form::UserId(limit) | Form::Text(limit) => any_text(limit),
        Form::BundleId(limit) => bundle_id(limit),
        Form::Platform => json!({ "anyOf": Platform::ALL.map(name_of) }),
        Form::Uuid => text(UUID),
        Form::AdvertisingId => device_id(matches!(
            platform,
            Some(Platform::Amazon | Platform::AndroidOther)
        )),
        Form::DeviceId => device_id(platform.is_some_and(Platform::is_android)),
        Form::OsVersion => version(platform),
        Form::Ip => ip(),
        Form::Country => text(&any_of(rust_iso3166::ALL_ALPHA2.iter().copied())),
        Form::Currency => text(&any_of(parse::currencies().iter().map(String::as_str))),
        Form::Amount => amount(),
        Form::Integer => whole(&json!({ "type": "integer" }), "-?[0-9]{1,18}"),
        Form::Count(most) => whole(
            &json!({ "type": "integer", "minimum": 1, "maximum": most }),
            &format!("0*({})", up_to(most)),
        ),
        Form::Digits(most) => whole(
            &json!({ "type": "integer", "minimum": 0 }),
            &format!("[0-9]{{1,{most}}}"),
        ),
        Form::Flag | Form::Truth => json!({
            "anyOf": [
                { "enum": [true, false, 0, 1] },
                text(&any_of(["1", "0", "true", "false", "yes", "no", "y", "n", "t", "f"].into_iter())),
            ]
        }),
        Form::Choice(words) => choice(words),
        Form::Language => text("[A-Za-z]{2}"),
        Form::Time | Form::Millis => json!({ "anyOf": [unix(), text(&clock())] }),
        Form::Kind | Form::Literal(_) => json!({ "type": "string" }),
    }
}

fn any_text(limit: usize) -> Value {
    json!({
        "anyOf": [
            { "type": ["number", "boolean"] },
            {
                "type": "string",
                "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$",
                "not": { "pattern": r"^\s*[0-9]([.,][0-9]+)?[Ee]\+[0-9]+\s*$" },
                "maxLength": limit,
            },
        ]
    })
}

fn bundle_id(limit: usize) -> Value {
    json!({
        "type": "string",
        "maxLength": limit,
        "pattern": r"^\s*(?!(id)?[0-9]+\s*$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\s*$",
    })
}

fn ip() -> Value {
    json!({
        "anyOf": [
            text(&ipv4()),
            { "type": "string", "format": "ipv6", "pattern": "^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$" },
        ]
    })
}

fn amount() -> Value {
    json!({
        "anyOf": [
            { "const": 0 },
            { "type": "number", "minimum": 0.0001, "exclusiveMaximum": 1e15 },
            text(r"(?=[0-9.]{1,28}\s*$)[0-9]{1,15}(\.[0-9]+)?|-0+(\.0+)?"),
        ]
    })
}

fn choice(words: &[&str]) -> Value {
    let number = words.iter().all(|word| word.parse::<u32>().is_ok());
    let numbers: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let words = text(&any_of(words.iter().copied()));
    if number {
        json!({ "anyOf": [{ "enum": numbers }, words] })
    } else {
        words
    }
}

/// A whole text of this pattern, with blanks around it.
fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!(r"^\s*({pattern})\s*$") })
}

fn whole(number: &Value, pattern: &str) -> Value {
    json!({ "anyOf": [number, text(&format!(r"({pattern})(\.0+)?"))] })
}

fn name_of(platform: Platform) -> Value {
    let names = parse::platform_names().filter(|(_, named)| *named == platform);
    let spelt = |name: &str| {
        let letters: Vec<String> = name.chars().map(either_case).collect();
        letters.join("[ _-]*")
    };
    let names: Vec<String> = names.map(|(name, _)| spelt(name)).collect();
    text(&names.join("|"))
}

fn device_id(other_hex: bool) -> Value {
    if !other_hex {
        return text(UUID);
    }
    // Forty digits are a SHA-1 hash.
    let other = "(?![0-9A-Fa-f]{40}\\s*$)[0-9A-Fa-f]{16,64}";
    text(&format!("{UUID}|{other}"))
}

fn version(platform: Option<Platform>) -> Value {
    if platform == Some(Platform::Ios) {
        let names = any_of(["iphone os", "ipados", "ios", "version"].into_iter());
        let pattern = format!(r"(({names})[ _-]*)?[0-9]+(\.[0-9]+)*( \(Build [^)]*\))?");
        return json!({ "anyOf": [{ "type": "number", "minimum": 0 }, text(&pattern)] });
    }
    let releases: Vec<String> = parse::releases()
        .map(|release| release.replace('.', r"\."))
        .collect();
    let pattern = format!(
        r"({}[ _-]*)?(1[7-9]|[2-9][0-9]|({})(\.[0-9]+)*)",
        any_of(["android"].into_iter()),
        releases.join("|")
    );
    let level = json!({ "type": "integer", "minimum": 1, "maximum": 99 });
    json!({ "anyOf": [level, text(&pattern)] })
}

fn ipv4() -> String {
    let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    format!(r"({octet}\.){{3}}{octet}")
}

fn unix() -> Value {
    let now = jiff::Timestamp::now().as_microsecond();
    let latest = parse::end_of_next_year(now).unwrap_or(i64::MAX);
    let between = |least: i64, unit: i64| json!({ "type": "integer", "minimum": least, "maximum": latest / unit });
    json!({
        "anyOf": [
            { "type": "number", "minimum": 1_000_000_000, "maximum": latest / 1_000_000 },
            between(1_000_000_000_000, 1_000),
            between(1_000_000_000_000_000, 1),
            text(r"1[0-9]{9}(\.[0-9]+)?|1[0-9]{12}|1[0-9]{15}"),
        ]
    })
}

/// Any of these words, in any case.
fn any_of<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let spelt = |word: &str| word.chars().map(either_case).collect::<String>();
    words.map(spelt).collect::<Vec<_>>().join("|")
}

fn either_case(letter: char) -> String {
    if letter.is_ascii_alphabetic() {
        let (upper, lower) = (letter.to_ascii_uppercase(), letter.to_ascii_lowercase());
        format!("[{upper}{lower}]")
    } else {
        letter.to_string()
    }
}

/// Whole numbers from 1 to `most`, without zeros in front.
fn up_to(most: u32) -> String {
    let digits = most.to_string();
    let mut parts: Vec<String> = (1..digits.len())
        .map(|length| format!("[1-9][0-9]{{{}}}", length - 1))
        .collect();
    for (place, digit) in digits.char_indices() {
        let least = if place == 0 { '1' } else { '0' };
        if let Some(below) = (least..digit).next_back() {
            let rest = digits.len() - place - 1;
            parts.push(format!(
                "{}[{least}-{below}][0-9]{{{rest}}}",
                &digits[..place]
            ));
        }
    }
    parts.push(digits);
    parts.join("|")
}

const UUID: &str = "[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

/// IPv4 addresses that locate no user.
const NO_USERS: &str = r"0\.0\.0\.0|255\.255\.255\.255|(10|127)(\.[0-9]+){3}|192\.168(\.[0-9]+){2}|172\.(1[6-9]|2[0-9]|3[01])(\.[0-9]+){2}|169\.254(\.[0-9]+){2}|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])(\.[0-9]+){2}";

/// The same of IPv6: unspecified, loopback, unique local, link-local.
const NO_USERS_V6: &str = r"(0*:)*:?(0*:)*0*[01]?|[Ff][CcDd][0-9A-Fa-f]{2}:[0-9A-Fa-f:.]*|[Ff][Ee][89ABab][0-9A-Fa-f]:[0-9A-Fa-f:.]*";

/// A date from 2000 to next year, and a time with its zone.
fn clock() -> String {
    let this_year = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .year();
    let years: Vec<String> = (2000..=this_year + 1)
        .map(|year| year.to_string())
        .collect();
    let leap: Vec<String> = (2000..=this_year + 1)
        .filter(|year| jiff::civil::date(*year, 1, 1).in_leap_year())
        .map(|year| year.to_string())
        .collect();
    let (years, leap) = (years.join("|"), leap.join("|"));
    let days = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])";
    format!("(({years})-({days})|({leap})-02-29){TIME}")
}

const TIME: &str = r"[Tt ]([01]?[0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.,][0-9]+)? ?(Z|z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_up_to_a_bound_are_a_pattern() {
        assert_eq!(up_to(9), "[1-8][0-9]{0}|9");
        assert_eq!(
            up_to(205),
            "[1-9][0-9]{0}|[1-9][0-9]{1}|[1-1][0-9]{2}|20[0-4][0-9]{0}|205"
        );
    }
}

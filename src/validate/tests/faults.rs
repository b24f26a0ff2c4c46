//! Every reason code, with field, value and hint.

use super::*;

/// A cell that is wrong, and all that is said about it.
type Wrong = (Kind, &'static str, &'static str, Code, &'static str);

const HASH_256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const HASH_1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const EIGHTY: &str =
    "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

#[rustfmt::skip]
const WRONG: &[Wrong] = &[
    (Kind::Event, "event", "", Code::MissingField,
        "fill the cell; Tenjin requires it"),
    (Kind::Event, "event", EIGHTY, Code::TooLong,
        "shorten it to at most 79 characters"),
    (Kind::Open, "bundle_id", " ", Code::MissingField,
        "fill the cell; Tenjin requires it"),
    (Kind::Open, "bundle_id", "unknown", Code::MissingField,
        "this counts as an empty cell: write the value; Tenjin requires it"),
    (Kind::Purchase, "price", "NaN", Code::MissingField,
        "this counts as an empty cell: write the value; Tenjin requires it"),
    (Kind::Open, "bundle_id", "id123456789", Code::InvalidId,
        "this is the app's number in the App Store; Tenjin wants its bundle id, as com.example.game: map the column that has it, or, if all rows are of one app, give --override bundle_id=ID"),
    (Kind::Purchase, "product_id", "coi\0ns", Code::InvalidText,
        "take the control characters out of the text"),
    (Kind::Purchase, "product_id", "[\"a\",\"b\"]", Code::InvalidShape,
        "the cell holds a list: name the value that is meant by its number, as COLUMN.0"),
    (Kind::Purchase, "product_id", "{\"a\":1}", Code::InvalidShape,
        "the cell holds an object: name the member that is meant, as COLUMN.MEMBER"),
    (Kind::Purchase, "event_id", "1.00012E+17", Code::InvalidId,
        "cut by a spreadsheet, which kept the first digits of a long number: export again, and format the column as text before the file is saved"),
    (Kind::Open, "event_time", "0026-11-22T12:00:00Z", Code::InvalidTime,
        "a year before 2000 or after next year: check the column and its unit, and write the year in four digits"),
    (Kind::Open, "event_time", "11/22/2026 10:00", Code::InvalidTime,
        "pass --time-format '%m/%d/%Y %H:%M', or write 2026-01-31T13:45:00Z, or 2026-01-31 13:45:00 with --timezone"),
    (Kind::Attribution, "bundle_id", "My Game", Code::InvalidId,
        "write the bundle id or package name, as com.example.game: letters, digits, dots, dashes and underscores"),
    (Kind::Purchase, "currency", "", Code::MissingField,
        "fill the cell; if all rows without one have the same, pass --set currency=CODE"),
    (Kind::Open, "analytics_installation_id", "n/a", Code::MissingField,
        "join it from a table with --lookup FILE, or, only for apps without the SDK, make it with --derive-installation-id FIELD"),
    (Kind::Open, "developer_device_id", "00000000-0000-0000-0000-000000000000", Code::MissingField,
        "iOS needs the IDFV: name its column with --map developer_device_id=COLUMN, or join it with --lookup FILE"),
    (Kind::Open, "advertising_id", HASH_256, Code::InvalidId,
        "looks like a SHA-256 hash: export the id itself, Tenjin cannot match a hash"),
    (Kind::Purchase, "analytics_installation_id", HASH_1, Code::InvalidId,
        "looks like a SHA-1 hash: export the id itself, Tenjin cannot match a hash"),
    (Kind::Open, "developer_device_id", "550e8400-e29b-41d4-a716", Code::InvalidId,
        "looks cut: an id has 32 hex digits, with or without dashes"),
    (Kind::Open, "advertising_id", "550e8400-e29b-41d4-a716-44665544000g", Code::InvalidId,
        "write 32 hex digits, with or without dashes"),
    (Kind::AdImpression, "ip_address", "203.0.113.9:443", Code::InvalidIp,
        "write one IPv4 or IPv6 address, without port, zone or list"),
    (Kind::Purchase, "currency", "XTS", Code::InvalidCurrency,
        "write an ISO 4217 code, as EUR or USD"),
    (Kind::Purchase, "currency", "Euro", Code::InvalidCurrency,
        "write an ISO 4217 code, as EUR or USD"),
    (Kind::Purchase, "price", "12,50", Code::InvalidNumber,
        "write 12.50, or pass --decimal-comma if all amounts have it"),
    (Kind::Purchase, "price", "1,234.50", Code::InvalidNumber,
        "write 1234.50: no thousands separators, and a point before the cents"),
    (Kind::Purchase, "price", "1.5e-6", Code::InvalidNumber,
        "write it without an exponent, as 0.0000015; or let a mapping file read all of them: { column = \"…\", read = \"exponent\" }"),
    (Kind::Purchase, "price", "1.2E-05", Code::InvalidNumber,
        "write it without an exponent, as 0.000012; or let a mapping file read all of them: { column = \"…\", read = \"exponent\" }"),
    (Kind::Purchase, "price", "1e400", Code::InvalidNumber,
        "too many digits: at most 15 before the point and 27 in all"),
    (Kind::Purchase, "price", "$4.99", Code::InvalidNumber,
        "write the bare number, as 12.50; the currency has its own field"),
    (Kind::Purchase, "price", "free", Code::InvalidNumber,
        "write a plain decimal number, as 12.50"),
    (Kind::Purchase, "price", "1234567890123456", Code::InvalidNumber,
        "too many digits: at most 15 before the point and 27 in all"),
    (Kind::Purchase, "price", "-4.99", Code::NegativePrice,
        "leave refunds out: Tenjin knows no negative revenue"),
    (Kind::AdImpression, "revenue_decimal", "-0.01", Code::NegativePrice,
        "leave refunds out: Tenjin knows no negative revenue"),
    (Kind::Purchase, "quantity", "0", Code::InvalidInteger,
        "write a whole number from 1 to 1000000"),
    (Kind::Purchase, "quantity", "1.5", Code::InvalidInteger,
        "write a whole number: no fraction, no exponent, no separators"),
    (Kind::Purchase, "quantity", "", Code::MissingField,
        "fill the cell; Tenjin requires it"),
    (Kind::Purchase, "postcut", "maybe", Code::InvalidChoice,
        "write 1 or 0"),
    (Kind::Open, "limit_ad_tracking", "2", Code::InvalidChoice,
        "write 1 or 0"),
    (Kind::AdImpression, "opt_in", "2", Code::InvalidChoice,
        "write true or false"),
    (Kind::Event, "tracking_status", "4", Code::InvalidChoice,
        "write one of 0, 1, 2, 3"),
    (Kind::Open, "platform", "windows", Code::InvalidChoice,
        "write ios, android, amazon or android_other, or leave the row out: Tenjin takes no other platform"),
    (Kind::Open, "os_version", "seventeen", Code::InvalidNumber,
        "write iOS's version in digits and dots, as 17.5"),
    (Kind::Open, "event_time", "yesterday", Code::InvalidTime,
        "write 2026-01-31T13:45:00Z, or 2026-01-31 13:45:00 with --timezone"),
    (Kind::Open, "event_time", "2026-11-20 10:00:00", Code::InvalidTime,
        "no zone: pass --timezone UTC (or another), or write Z or an offset behind the time"),
    (Kind::Open, "event_time", "20261120", Code::InvalidTime,
        "write unix time in seconds, milliseconds or microseconds, or 2026-01-31T13:45:00Z"),
];

#[test]
fn every_wrong_cell_is_named_with_its_hint() {
    for (kind, field, value, code, hint) in WRONG {
        let fault = good(*kind).with(field, value).fault();
        let expected = Fault::new(*code, *field, value.trim(), *hint);
        assert_eq!(fault, expected, "{field}={value}");
    }
}

#[test]
fn a_field_without_a_column_is_missed_with_two_ways_out() {
    let fault = good(Kind::Purchase).without("price").fault();
    let hint =
        "name its column with --map price=COLUMN, or its value for all rows with --set price=VALUE";
    assert_eq!(fault, Fault::new(Code::MissingField, "price", "", hint));
}

#[test]
fn all_faults_of_a_row_are_named() {
    let faults = good(Kind::Purchase)
        .with("price", "x")
        .with("currency", "???")
        .with("advertising_id", "y")
        .without("product_id")
        .faults();
    let named: Vec<_> = faults
        .iter()
        .map(|fault| (fault.field.as_ref(), fault.code))
        .collect();
    assert_eq!(
        named,
        [
            ("advertising_id", Code::InvalidId),
            ("product_id", Code::MissingField),
            ("price", Code::InvalidNumber),
            ("currency", Code::InvalidCurrency),
        ]
    );
}

#[test]
fn without_any_id_the_address_is_needed() {
    let blind = android(Kind::Event).with("advertising_id", "00000000-0000-0000-0000-000000000000");
    let hint = "map the device's address, or accept with --allow-missing-ip that Tenjin places the user where this program runs";
    assert_eq!(
        blind.fault(),
        Fault::new(Code::MissingIp, "ip_address", "", hint)
    );
    assert!(matches!(
        blind.clone().with("ip_address", "2001:db8::1").csv().0,
        Checked::Valid
    ));
    let allowed = blind.clone().rules(|rules| rules.allow_missing_ip = true);
    assert_eq!(sent(&allowed.body(), "advertising_id").as_deref(), Some(""));
    let fault = blind.with("ip_address", "10.0.0").fault();
    assert_eq!(
        (fault.code, fault.value.as_ref()),
        (Code::InvalidIp, "10.0.0")
    );
}

#[test]
fn a_time_ahead_is_a_fault_after_ten_minutes() {
    let at = |text: &str| good(Kind::Open).with("event_time", text);
    assert!(matches!(at("2026-11-22T12:10:00Z").csv().0, Checked::Valid));
    let hint = "more than ten minutes ahead of this machine's clock: check the column, its unit and --timezone";
    assert_eq!(
        at("2026-11-22T14:10:01+02:00").fault(),
        Fault::new(Code::InFuture, "event_time", "2026-11-22T12:10:01Z", hint)
    );
}

#[test]
fn rows_of_other_apps_are_unknown() {
    let known = KnownApp {
        app: App {
            bundle_id: "com.example.game".into(),
            platform: crate::model::Platform::Android,
        },
        require: Vec::new(),
    };
    let trial = good(Kind::Open).rules(|rules| rules.apps = Some(vec![known]));
    let hint = "add the app and its key to [apps] in tenjin-s2s.toml, or leave its rows out";
    let expected = Fault::new(
        Code::UnknownApp,
        "bundle_id",
        "com.example.game (ios)",
        hint,
    );
    assert_eq!(trial.fault(), expected);
    let android = Trial {
        rules: trial.rules,
        ..android(Kind::Open)
    };
    assert!(matches!(android.csv().0, Checked::Valid));
}

#[test]
fn an_ad_impression_needs_a_device() {
    let ios = good(Kind::AdImpression)
        .without("advertising_id")
        .without("developer_device_id")
        .without("analytics_installation_id");
    let fields = |trial: &Trial| -> Vec<String> {
        trial
            .faults()
            .iter()
            .map(|fault| fault.field.to_string())
            .collect()
    };
    assert_eq!(
        fields(&ios),
        ["analytics_installation_id", "developer_device_id"]
    );
    let other = ios.with("platform", "android").with("os_version", "34");
    assert_eq!(fields(&other), ["analytics_installation_id"]);
    let enough = other.with("analytics_installation_id", INSTALLATION);
    assert!(matches!(enough.csv().0, Checked::Valid));
}

#[test]
fn an_ad_impression_needs_revenue_of_some_sort() {
    let none = good(Kind::AdImpression).without("revenue_decimal");
    let hint = "needs revenue_decimal, or revenue_cpm (for a thousand impressions)";
    assert_eq!(
        none.fault(),
        Fault::new(Code::MissingField, "revenue_decimal", "", hint)
    );
    assert!(matches!(
        none.with("revenue_cpm", "1.2").csv().0,
        Checked::Valid
    ));
}

#[test]
fn partners_can_require_more() {
    let google = |trial: Trial| trial.rules(|rules| rules.require = vec![Group::GoogleAds]);
    let fields: Vec<String> = google(android(Kind::Event))
        .faults()
        .iter()
        .map(|fault| fault.field.to_string())
        .collect();
    let wanted = [
        "app_version",
        "os_version_release",
        "build_id",
        "locale",
        "device_model",
    ];
    assert_eq!(fields, wanted);
    let meta = |trial: Trial| trial.rules(|rules| rules.require = vec![Group::MetaAem]);
    let hint = "--require meta-aem asks for it: give it a column or a value";
    assert_eq!(
        meta(good(Kind::Purchase)).fault(),
        Fault::new(Code::MissingField, "tracking_status", "", hint)
    );
    for free in [good(Kind::Open), android(Kind::Purchase)] {
        assert!(matches!(meta(free).csv().0, Checked::Valid));
    }
}

#[test]
fn an_app_can_require_more_for_itself() {
    let known = |platform| KnownApp {
        app: App {
            bundle_id: "com.example.game".into(),
            platform,
        },
        require: vec![Group::MetaAem],
    };
    let with = |platform| {
        good(Kind::Event).rules(|rules| {
            let other = known(crate::model::Platform::Ios);
            rules.apps = Some(vec![
                known(platform),
                KnownApp {
                    require: Vec::new(),
                    ..other
                },
            ]);
        })
    };
    assert_eq!(
        with(crate::model::Platform::Ios).fault().field,
        "tracking_status"
    );
    assert!(matches!(
        with(crate::model::Platform::Android).csv().0,
        Checked::Valid
    ));
}

#[test]
fn a_total_too_long_to_be_exact_is_a_fault() {
    let fault = good(Kind::Purchase)
        .with("price", "999999999999999.999999999999")
        .with("quantity", "1000")
        .fault();
    assert_eq!(
        (fault.code, fault.field.as_ref()),
        (Code::InvalidNumber, "price")
    );
}

#[test]
fn two_members_that_mean_one_field_and_differ_are_a_fault() {
    let trial = good(Kind::Event).with("Event", "other");
    let Checked::Rejected(rejection) = trial.json().0 else {
        panic!("not rejected")
    };
    let hint = "two members mean the same field and differ: name one of them with --map";
    assert_eq!(
        rejection.faults,
        [Fault::new(Code::MalformedRow, "", "event and Event", hint)]
    );
    assert!(rejection.is_record);
}

#[test]
fn damage_passes_through_as_it_is() {
    for code in [Code::MalformedRow, Code::InvalidUtf8] {
        let fault = Fault::new(code, "", "x", "as the reader says");
        let binding = good(Kind::Open).mapping().bind_json();
        let (checked, stats) = good(Kind::Open).check(&binding, Cells::Damaged(fault.clone()));
        let Checked::Rejected(rejection) = checked else {
            panic!("not rejected")
        };
        assert_eq!(
            (rejection.faults, rejection.is_record),
            (vec![fault], false)
        );
        assert_eq!(&*rejection.text, b"the record");
        assert_eq!(
            (stats.read, states(&stats)),
            (1, vec![(State::Rejected, 1)])
        );
    }
}

/// A row that says "total", and neither when nor whose.
#[test]
fn a_row_of_totals_is_rejected() {
    let row = good(Kind::Purchase)
        .with("event_time", "")
        .with("event_id", "")
        .with("analytics_installation_id", "")
        .with("advertising_id", "")
        .with("developer_device_id", "")
        .with("customer_user_id", "Summe:");
    let [fault] = &row.faults()[..] else {
        panic!("not one fault")
    };
    assert_eq!((fault.code, &*fault.value), (Code::TotalsRow, "Summe:"));
    let other = row
        .with("product_id", "Summe")
        .with("customer_user_id", "u-1");
    let mut codes = other.faults().into_iter().map(|fault| fault.code);
    assert!(codes.all(|code| code != Code::TotalsRow));
}

/// Those that need the ledger, a lookup table or an optional field; see the other tests.
const ELSEWHERE: [Code; 6] = [
    Code::ContradictsSet,
    Code::AmbiguousLookup,
    Code::MissingIdentity,
    Code::IdConflict,
    Code::IdChanged,
    Code::InvalidCountry,
];

#[test]
fn every_code_can_happen() {
    let of_cells = WRONG.iter().map(|(_, _, _, code, _)| *code);
    let of_rows = [
        Code::MissingIp,
        Code::InFuture,
        Code::UnknownApp,
        Code::UnknownKind,
        Code::MalformedRow,
        Code::InvalidUtf8,
        Code::TotalsRow,
    ];
    let seen: Vec<Code> = of_cells.chain(of_rows).chain(ELSEWHERE).collect();
    for code in Code::ALL {
        assert!(seen.contains(&code), "{code}");
    }
}

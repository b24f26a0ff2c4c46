//! What is put right, and what is dropped.

use super::*;
use crate::parse::Fix;

/// Everything that can be put right: a row that shows it, and what is sent then.
#[expect(clippy::too_many_lines, reason = "a table")]
fn repairs() -> Vec<(Fix, Trial, &'static str, &'static str)> {
    let dashed = "550E8400-E29B-41D4-A716-446655440000";
    let google = |trial: Trial| {
        trial
            .rules(|rules| rules.require = vec![Group::GoogleAds])
            .with("build_id", "b")
            .with("locale", "en_US")
            .with("device_model", "Pixel 8")
    };
    vec![
        (
            Fix::IdForm,
            good(Kind::Open).with("analytics_installation_id", dashed),
            "analytics_installation_id",
            INSTALLATION,
        ),
        (
            Fix::CountryCase,
            good(Kind::Open).with("country", "de"),
            "country",
            "DE",
        ),
        (
            Fix::CurrencyCase,
            good(Kind::Purchase).with("currency", "eur"),
            "currency",
            "EUR",
        ),
        (
            Fix::PlatformName,
            good(Kind::Open).with("platform", "iOS"),
            "platform",
            "ios",
        ),
        (
            Fix::PlatformName,
            good(Kind::Open).with("platform", "iPadOS"),
            "platform",
            "ios",
        ),
        (
            Fix::OsVersionApiLevel,
            android(Kind::Open).with("os_version", "14"),
            "os_version",
            "34",
        ),
        (
            Fix::OsVersionApiLevel,
            android(Kind::Open).with("os_version", "8.1.0"),
            "os_version",
            "27",
        ),
        (
            Fix::OsVersionPrefix,
            good(Kind::Open).with("os_version", "iOS 17.5"),
            "os_version",
            "17.5",
        ),
        (
            Fix::OsVersionPrefix,
            good(Kind::Open).with("os_version", "Version 17.5 (Build 21F79)"),
            "os_version",
            "17.5",
        ),
        (
            Fix::IpForm,
            good(Kind::Open).with("ip_address", "::ffff:203.0.113.9"),
            "ip_address",
            "203.0.113.9",
        ),
        (
            Fix::OsVersionReleaseFilled,
            google(android(Kind::Open)).with("os_version", "14"),
            "os_version_release",
            "14",
        ),
        (
            Fix::BooleanForm,
            good(Kind::Open).with("limit_ad_tracking", "Yes"),
            "limit_ad_tracking",
            "1",
        ),
        (
            Fix::BooleanForm,
            good(Kind::AdImpression).with("limit_ad_tracking", "0"),
            "limit_ad_tracking",
            "false",
        ),
        (
            Fix::ChoiceCase,
            good(Kind::AdImpression).with("ad_format", "INTER"),
            "ad_format",
            "inter",
        ),
        (
            Fix::BooleanForm,
            good(Kind::Purchase).with("postcut", "WAHR"),
            "postcut",
            "1",
        ),
        (
            Fix::IntegerForm,
            good(Kind::Event).with("value", "71.0"),
            "value",
            "71",
        ),
        (
            Fix::IntegerForm,
            good(Kind::Purchase).with("quantity", "2.0"),
            "quantity",
            "2",
        ),
        (
            Fix::IntegerForm,
            android(Kind::Open).with("os_version", "34.0"),
            "os_version",
            "34",
        ),
        (
            Fix::IntegerForm,
            good(Kind::Event).with("tracking_status", "3.0"),
            "tracking_status",
            "3",
        ),
        (
            Fix::AmountForm,
            good(Kind::Purchase)
                .with("price", "$ 1'234.50")
                .with("currency", "USD")
                .decimals(Numbers::Point),
            "price",
            "1234.50",
        ),
        (
            Fix::AmountForm,
            good(Kind::Purchase)
                .with("price", "1 234,50 \u{20ac}")
                .with("currency", "EUR")
                .decimals(Numbers::Comma),
            "price",
            "1234.50",
        ),
        (
            Fix::FormulaText,
            good(Kind::Purchase).with("product_id", "=\"00123\""),
            "product_id",
            "00123",
        ),
        (
            Fix::ListOfOne,
            good(Kind::Purchase).with("product_id", "[\"coins\"]"),
            "product_id",
            "coins",
        ),
        (
            Fix::CountryName,
            good(Kind::Open).with("country", "The Bahamas"),
            "country",
            "BS",
        ),
        (
            Fix::QuantityDefault,
            good(Kind::Purchase).without("quantity"),
            "quantity",
            "1",
        ),
    ]
}

#[test]
fn repairs_are_made_and_counted() {
    for (fix, trial, field, value) in repairs() {
        assert_eq!(
            sent(&trial.body(), field).as_deref(),
            Some(value),
            "{}",
            fix.name()
        );
        assert!(
            trial.fixed().contains(&fix.name()),
            "{}: {:?}",
            fix.name(),
            trial.fixed()
        );
    }
    for (fix, time, read) in [
        (
            Fix::HourTwice,
            "2025-10-26 02:30:00",
            "2025-10-26T00:30:00Z",
        ),
        (
            Fix::HourSkipped,
            "2025-03-30 02:30:00",
            "2025-03-30T01:30:00Z",
        ),
    ] {
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").ok();
        let trial = good(Kind::Event).with("event_time", time);
        let trial = trial.rules(|rules| (rules.timezone, rules.max_age) = (zone, None));
        let read: jiff::Timestamp = read.parse().expect("a time");
        assert_eq!(trial.event().time, Some(read.as_microsecond()));
        assert_eq!(trial.fixed(), [fix.name()]);
    }
    let left_out = android(Kind::Event).with("tracking_status", "3");
    assert_eq!(sent(&left_out.body(), "tracking_status"), None);
    assert_eq!(left_out.fixed(), ["other_platform_left_out"]);
}

#[test]
fn every_fix_has_its_example() {
    let shown: Vec<Fix> = repairs().into_iter().map(|(fix, ..)| fix).collect();
    for fix in Fix::ALL {
        // These are no change of what is sent.
        let is_apart = matches!(
            fix,
            Fix::OtherPlatformLeftOut | Fix::HourTwice | Fix::HourSkipped
        );
        assert!(shown.contains(&fix) || is_apart, "{fix:?}");
    }
}

#[test]
fn a_row_in_order_needs_no_repair() {
    for kind in [Kind::Open, Kind::Event, Kind::Purchase] {
        assert_eq!(good(kind).fixed(), [] as [&str; 0]);
    }
}

#[test]
fn ids_kept_as_they_are_are_no_repair() {
    let dashed = "550E8400-E29B-41D4-A716-446655440000";
    let trial = good(Kind::Open)
        .with("analytics_installation_id", dashed)
        .rules(|rules| rules.id_format = IdFormat::Keep);
    assert_eq!(trial.fixed(), [] as [&str; 0]);
    assert_eq!(
        sent(&trial.body(), "analytics_installation_id").as_deref(),
        Some(dashed)
    );
}

#[test]
fn bad_optional_values_are_dropped_and_counted() {
    for (kind, field, value, code) in [
        (Kind::Open, "country", "Atlantis", Code::InvalidCountry),
        (Kind::Open, "ip_address", "localhost", Code::InvalidIp),
        (Kind::Event, "value", "12.5", Code::InvalidInteger),
        (
            Kind::AdImpression,
            "ad_format",
            "billboard",
            Code::InvalidChoice,
        ),
        (
            Kind::AdImpression,
            "language",
            "english",
            Code::InvalidChoice,
        ),
        (
            Kind::AdImpression,
            "screen_width",
            "-1",
            Code::InvalidInteger,
        ),
        (Kind::AdImpression, "sent_at", "noon", Code::InvalidTime),
        (Kind::AdImpression, "os_version", "x", Code::InvalidNumber),
    ] {
        let trial = good(kind).with(field, value);
        assert_eq!(sent(&trial.body(), field), None, "{field}");
        let (_, stats) = trial.csv();
        let dropped: Vec<_> = stats.dropped_fields.into_iter().collect();
        let [(key, (1, example))] = dropped.as_slice() else {
            panic!("{dropped:?}");
        };
        assert_eq!((&*key.0, key.1, &*example.value), (field, code, value));
    }
    let long = "x".repeat(256);
    let (_, stats) = good(Kind::Open).with("device_model", &long).csv();
    let dropped = stats
        .dropped_fields
        .get(&("device_model".into(), Code::TooLong));
    assert_eq!(dropped.map(|(count, _)| *count), Some(1));
}

#[test]
fn rows_that_are_rejected_count_no_repairs() {
    let trial = good(Kind::Purchase)
        .with("currency", "eur")
        .with("country", "??")
        .with("price", "x");
    let (_, stats) = trial.csv();
    assert_eq!(stats.fixes().count(), 0);
    assert!(stats.dropped_fields.is_empty());
}

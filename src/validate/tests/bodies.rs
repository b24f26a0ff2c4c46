//! What goes over the wire, letter for letter.

use super::*;

#[test]
fn one_of_each_kind() {
    let common = "bundle_id=com.example.game&platform=ios&os_version=17.5\
        &analytics_installation_id=550e8400e29b41d4a716446655440000\
        &advertising_id=6d92078a8246444fa9bb8e8a1c2b3d4e\
        &developer_device_id=0123456789abcdef0123456789abcdef&sdk_version=server";
    assert_eq!(good(Kind::Open).body(), common);
    assert_eq!(
        good(Kind::Event)
            .with("value", "-3")
            .with("event", "Ä & b")
            .body(),
        format!("{common}&event=%C3%84+%26+b&value=-3")
    );
    assert_eq!(
        good(Kind::Purchase).with("postcut", "true").body(),
        format!("{common}&product_id=coins&price=4.99&quantity=2&currency=USD&postcut=1")
    );
    assert_eq!(
        good(Kind::AdImpression)
            .with("event_time", "2026-11-22T11:59:59.123456Z")
            .body(),
        "bundle_id=com.example.game&platform=ios&os_version=17.5\
        &analytics_installation_id=550e8400-e29b-41d4-a716-446655440000\
        &advertising_id=6d92078a-8246-444f-a9bb-8e8a1c2b3d4e\
        &developer_device_id=01234567-89ab-cdef-0123-456789abcdef&app_version=1.0\
        &ip_address=203.0.113.9&ad_revenue_mediation=max&network_name=AdMob\
        &revenue_decimal=0.0012&currency=USD&sent_at=1795348799123"
    );
}

#[test]
fn the_advertising_id_is_sent_empty_when_there_is_none() {
    for none in ["", "null", "-", "N/A", "Unknown", "0"] {
        let body = good(Kind::Open)
            .with("advertising_id", none)
            .with("ip_address", "203.0.113.9")
            .body();
        assert_eq!(sent(&body, "advertising_id").as_deref(), Some(""), "{none}");
    }
}

#[test]
fn ids_are_written_as_asked() {
    let id = |kind: Kind, format: IdFormat| {
        let trial = good(kind).rules(|rules| rules.id_format = format);
        sent(&trial.body(), "advertising_id").map(|id| id.len())
    };
    for kind in Kind::ALL {
        assert_eq!(id(kind, IdFormat::Plain), Some(32));
        assert_eq!(id(kind, IdFormat::Dashed), Some(36));
        assert_eq!(id(kind, IdFormat::Keep), Some(32));
    }
}

#[test]
fn devices_without_google_play_may_have_other_ids() {
    let oaid = "A1B2C3D4E5F60718";
    let trial = android(Kind::Open)
        .with("platform", "android_other")
        .with("advertising_id", oaid);
    assert_eq!(
        sent(&trial.body(), "advertising_id").as_deref(),
        Some("a1b2c3d4e5f60718")
    );
    let google = trial.with("platform", "android");
    assert_eq!(google.fault().code, Code::InvalidId);
}

#[test]
fn the_event_time_is_sent_only_when_asked_for() {
    let trial = good(Kind::Event).with("event_time", "1795348799");
    assert_eq!(sent(&trial.body(), "sent_at"), None);
    let asked = trial.rules(|rules| rules.send_event_time = true);
    assert_eq!(
        sent(&asked.body(), "sent_at").as_deref(),
        Some("1795348799000")
    );
}

#[test]
fn ours_are_never_sent() {
    let body = good(Kind::Open)
        .with("event_id", "7")
        .with("event_time", "1795348799")
        .body();
    assert!(!body.contains("event_") && !body.contains("kind"), "{body}");
}

#[test]
fn an_event_holds_what_the_others_ask_for() {
    let event = good(Kind::Purchase)
        .with("event_time", "1795348799")
        .event();
    assert_eq!(event.place, Place { input: 0, line: 2 });
    assert_eq!(&*event.text, b"the record");
    assert_eq!(event.app.to_string(), "com.example.game (ios)");
    assert_eq!(event.time, Some(1_795_348_799_000_000));
    assert_eq!(&*event.contribution.label, "coins");
    let (amount, currency) = event.contribution.revenue.expect("revenue");
    assert_eq!(
        (amount.to_string().as_str(), currency.code()),
        ("9.98", "USD")
    );
}

#[test]
fn a_cpm_counts_a_thousandth() {
    let event = good(Kind::AdImpression)
        .without("revenue_decimal")
        .with("revenue_cpm", "1.25")
        .event();
    let (amount, _) = event.contribution.revenue.expect("revenue");
    assert_eq!(amount.to_string(), "0.00125");
}

#[test]
fn nested_members_and_json_cells_are_reached() {
    let cell = r#"{"$idfa":{"value":"6D92078A-8246-444F-A9BB-8E8A1C2B3D4E"}}"#;
    let trial = good(Kind::Open)
        .with("advertising_id", "")
        .with("attributes", cell)
        .map("advertising_id", "advertising_id||attributes.$idfa.value");
    let trial = trial.rules(|rules| rules.build = Build::Requests);
    let Checked::Event(event) = trial.csv().0 else {
        panic!("no event")
    };
    assert_eq!(sent(&event.body, "advertising_id").as_deref(), Some(IDFA));
    let members = [("attributes".into(), cell)];
    let mut cells: Vec<(Cow<'_, str>, String)> = trial
        .cells
        .iter()
        .filter(|(name, _)| name != "attributes")
        .map(|(name, cell)| (name.as_str().into(), format!("\"{cell}\"")))
        .collect();
    cells.reverse();
    let all: Vec<_> = cells
        .iter()
        .map(|(name, cell)| (name.clone(), cell.as_str()))
        .chain(members)
        .collect();
    let (checked, _) = trial.check(&trial.mapping().bind_json(), Cells::Json(&all));
    let Checked::Event(nested) = checked else {
        panic!("{checked:?}")
    };
    assert_eq!(nested.body, event.body);
}

//! What never changes who an event is.

use proptest::prelude::*;

use super::*;
use crate::model::Fingerprint;

fn print(trial: &Trial) -> Fingerprint {
    trial.event().identity.fingerprint
}

#[test]
fn style_constants_and_format_change_nothing() {
    for kind in Kind::ALL {
        let plain = good(kind).with("event_time", "2026-11-22T11:00:00Z");
        let same = [
            plain
                .clone()
                .with("advertising_id", "6D92078A-8246-444F-A9BB-8E8A1C2B3D4E"),
            plain.clone().with("event_time", "1795345200000"),
            plain
                .clone()
                .rules(|rules| rules.id_format = IdFormat::Dashed),
            plain.clone().rules(|rules| rules.send_event_time = true),
            plain
                .clone()
                .without("bundle_id")
                .set("bundle_id", "com.example.game"),
            plain.clone().set("app_version", "2.0").set("country", "DE"),
            plain.clone().with("platform", "iOS"),
            plain.clone().with("locale", "en_US"),
        ];
        for (at, other) in same.iter().enumerate() {
            assert_eq!(print(other), print(&plain), "{kind} {at}");
        }
    }
}

#[test]
fn ids_from_constants_do_not_count() {
    let none = good(Kind::Open)
        .with("advertising_id", "")
        .with("ip_address", "203.0.113.9");
    let constant = none.clone().set("advertising_id", IDFA);
    assert_eq!(print(&none), print(&constant));
    assert_ne!(print(&none), print(&good(Kind::Open)));
    // what they are sent instead of still does
    let hidden = good(Kind::Open).set("advertising_id", IDFV);
    assert_eq!(print(&hidden), print(&good(Kind::Open)));
    let user = good(Kind::Open).with("customer_user_id", "7");
    assert_eq!(
        print(&user.clone().set("customer_user_id", "8")),
        print(&user)
    );
}

#[test]
fn ids_from_constants_are_kept_beside() {
    let identity = |trial: &Trial| trial.event().identity;
    let own = identity(&good(Kind::Open));
    let joined = identity(
        &good(Kind::Open)
            .with("advertising_id", "")
            .set("advertising_id", IDFA),
    );
    assert_eq!(own.joined, [None; 3]);
    assert_eq!(joined.people.0[1], None);
    assert_eq!(joined.joined, [None, own.people.0[1], None]);
}

#[test]
fn the_total_is_what_counts() {
    let two = good(Kind::Purchase)
        .with("price", "4.99")
        .with("quantity", "2");
    let one = good(Kind::Purchase)
        .with("price", "9.980")
        .with("quantity", "1");
    assert_eq!(print(&two), print(&one));
    assert_eq!(print(&one), print(&one.clone().without("quantity")));
    assert_ne!(print(&one), print(&one.clone().with("currency", "EUR")));
}

#[test]
fn a_cpm_is_the_revenue_of_one() {
    let cpm = good(Kind::AdImpression)
        .without("revenue_decimal")
        .with("revenue_cpm", "1.2");
    assert_eq!(print(&cpm), print(&good(Kind::AdImpression)));
}

#[test]
fn everything_on_the_list_counts() {
    for (kind, field, value) in [
        (Kind::Open, "event_time", "2026-11-22T11:00:00.000001Z"),
        (Kind::Open, "bundle_id", "com.example.other"),
        (Kind::Open, "analytics_installation_id", IDFV),
        (Kind::Open, "developer_device_id", INSTALLATION),
        (Kind::Open, "customer_user_id", "7"),
        (Kind::Event, "event", "level_down"),
        (Kind::Event, "value", "0"),
        (Kind::Purchase, "product_id", "gems"),
        (Kind::AdImpression, "ad_unit_id", "u"),
        (Kind::AdImpression, "network_name", "Other"),
        (Kind::AdImpression, "revenue_decimal", "0.0013"),
    ] {
        assert_ne!(
            print(&good(kind)),
            print(&good(kind).with(field, value)),
            "{field}"
        );
    }
}

#[test]
fn an_event_id_is_one_within_its_source_kind_and_app() {
    let id = |trial: &Trial| trial.event().identity.id;
    assert_eq!(id(&good(Kind::Event)), None);
    let with = |kind: Kind| good(kind).with("event_id", " 7 ");
    assert_eq!(
        id(&with(Kind::Event)),
        id(&with(Kind::Event).with("event", "other"))
    );
    assert_ne!(id(&with(Kind::Event)), id(&with(Kind::Open)));
    let mut other = with(Kind::Event);
    other.wishes.id_source = "table2".to_owned();
    assert_ne!(id(&with(Kind::Event)), id(&other));
    assert_eq!(print(&with(Kind::Event)), print(&other));
}

#[test]
fn placeholders_are_no_id_of_anything() {
    for none in ["null", "N/A", "-", "0", "unknown"] {
        let trial = good(Kind::Open)
            .with("event_id", none)
            .with("customer_user_id", none);
        assert_eq!(trial.event().identity.id, None, "{none}");
        assert_eq!(print(&trial), print(&good(Kind::Open)), "{none}");
        assert_eq!(sent(&trial.body(), "customer_user_id"), None, "{none}");
    }
}

#[test]
fn rows_of_one_installation_stay_together_whatever_their_style() {
    let installation = |trial: &Trial| trial.event().installation;
    let open = good(Kind::Open);
    let dashed = good(Kind::Purchase).with(
        "analytics_installation_id",
        "550E8400-E29B-41D4-A716-446655440000",
    );
    assert_eq!(installation(&open), installation(&dashed));
    assert_eq!(installation(&open), installation(&good(Kind::AdImpression)));
    assert_ne!(
        installation(&open),
        installation(&open.clone().with("bundle_id", "com.example.other"))
    );
}

proptest! {
    #[test]
    fn the_order_of_columns_changes_nothing(seed: u64, at in 0..4_usize) {
        let trial = good(Kind::ALL[at]).with("event_time", "1795345200");
        let mut shuffled = trial.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled.cells);
        prop_assert_eq!(trial.event().body, shuffled.event().body);
        prop_assert_eq!(print(&trial), print(&shuffled));
    }
}

//! What users say, and what they are told when it is wrong.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    pairs.iter().map(owned).collect()
}

fn map(map: &[(&str, &str)]) -> Mapping {
    Mapping::new(&Wishes {
        map: pairs(map),
        ..Wishes::default()
    })
    .unwrap()
}

fn refusal(wishes: &Wishes) -> String {
    format!("{:#}", Mapping::new(wishes).unwrap_err())
}

fn set(set: &[(&str, &str)]) -> Wishes {
    Wishes {
        set: pairs(set),
        ..Wishes::default()
    }
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn bound(mapping: &Mapping, names: &[&str]) -> serde_json::Value {
    let binding = mapping.bind_csv(&header(names)).unwrap();
    mapping.describe(&binding)
}

fn unbound(mapping: &Mapping, names: &[&str]) -> String {
    format!("{:#}", mapping.bind_csv(&header(names)).unwrap_err())
}

#[test]
fn names_match_by_themselves_and_strangers_are_listed() {
    let binding = map(&[])
        .bind_csv(&header(&[
            "Bundle ID",
            "IP-Address",
            "sdk_version",
            "Keywords",
            "_reason",
        ]))
        .unwrap();
    assert!(binding.has("bundle_id") && binding.has("ip_address"));
    assert!(!binding.has("sdk_version") && !binding.has("price"));
    assert_eq!(binding.unmapped(), ["sdk_version", "Keywords"]);
}

#[test]
fn a_wish_goes_before_a_name_and_what_is_set_fills_what_is_empty() {
    let mapping = map(&[("price", "Total"), ("event", "a || b")]);
    assert_eq!(
        bound(&mapping, &["price", "total", "a", "B"]),
        json!({ "event": { "column": "a||B" }, "price": { "column": "total" } })
    );
    let constant = Mapping::new(&Wishes {
        map: pairs(&[("price", "Total")]),
        ..set(&[("price", "1")])
    });
    assert_eq!(
        bound(&constant.unwrap(), &["price", "total"]),
        json!({ "price": { "column": "total", "default": "1" } })
    );
}

#[test]
fn a_header_may_hold_bars_and_dots_itself() {
    let mapping = map(&[
        ("advertising_id", "{idfa||gps_adid}"),
        ("event", "user.name.first"),
    ]);
    assert_eq!(
        bound(&mapping, &["{idfa||gps_adid}", "user.name"]),
        json!({
            "advertising_id": { "column": "{idfa||gps_adid}" },
            "event": { "column": "user.name.first" },
        })
    );
}

#[test]
fn a_column_that_is_not_there_is_an_error_with_a_proposal() {
    assert_eq!(
        unbound(&map(&[("price", "revenu")]), &["Revenue", "Country"]),
        "--map price=revenu: there is no column `revenu`; did you mean `Revenue`?"
    );
    assert_eq!(
        unbound(&map(&[("price", "a||zzz")]), &["a", "Country"]),
        "--map price=a||zzz: there is no column `zzz`"
    );
}

#[test]
fn two_columns_for_one_field_are_an_error_that_names_both() {
    assert_eq!(
        unbound(&map(&[]), &["Event Name", "event", "EVENT"]),
        "the field event: two columns match, `event` and `EVENT`; choose one with --map"
    );
    assert_eq!(
        bound(&map(&[("event", "EVENT")]), &["event", "EVENT"]),
        json!({ "event": { "column": "EVENT" } })
    );
}

#[test]
fn unknown_fields_are_refused_with_the_nearest_name() {
    assert_eq!(
        refusal(&set(&[("advertisingid2", "x")])),
        "--set: there is no field `advertisingid2`; did you mean `advertising_id`?"
    );
    assert_eq!(
        refusal(&set(&[("qqqq", "x")])),
        "--set: there is no field `qqqq`"
    );
    assert_eq!(
        refusal(&set(&[("sdk_version", "x")])),
        "--set sdk_version: it is always `server` and added by this tool"
    );
}

#[test]
fn constants_are_read_at_once() {
    for (field, value, error) in [
        (
            "country",
            "Atlantis",
            "--set country=Atlantis: not an ISO 3166-1 alpha-2 country code: write an ISO 3166-1 alpha-2 code, as DE or GB",
        ),
        (
            "platform",
            "windows",
            "--set platform=windows: not one of the values that Tenjin takes: write ios, android, amazon or android_other",
        ),
        (
            "kind",
            "refund",
            "--set kind=refund: no such kind; the kinds are open, event, purchase, ad_impression, attribution and subscription",
        ),
        ("currency", "", "--set currency=: says nothing"),
        (
            "event_id",
            "7",
            "--set event_id: an id tells rows apart, so it cannot be the same for all",
        ),
    ] {
        assert_eq!(refusal(&set(&[(field, value)])), error);
    }
    for (field, value) in [
        ("Country", "de"),
        ("os_version", "17.5"),
        ("limit_ad_tracking", "yes"),
    ] {
        Mapping::new(&set(&[(field, value)])).unwrap();
    }
}

#[test]
fn an_option_of_its_own_is_named_when_its_value_is_wrong() {
    let wishes = Wishes {
        bundle_id: Some("id123456789".to_owned()),
        ..Wishes::default()
    };
    let said = refusal(&wishes);
    assert!(said.starts_with("--bundle-id id123456789: "), "{said}");
}

#[test]
fn a_constant_is_read_for_the_platform_that_was_said() {
    let wishes = Wishes {
        platform: Some(Platform::Android),
        ..set(&[("os_version", "17.5")])
    };
    assert_eq!(
        refusal(&wishes),
        "--set os_version=17.5: not a whole number in range: write Android's API level, as 34, or its release, as 14"
    );
}

#[test]
fn said_twice_is_fine_said_differently_is_not() {
    let mut wishes = set(&[("bundle_id", "com.a"), ("platform", "ios")]);
    wishes.bundle_id = Some("com.a".to_owned());
    Mapping::new(&wishes).unwrap();
    wishes.bundle_id = Some("com.b".to_owned());
    assert_eq!(
        refusal(&wishes),
        "bundle_id is set twice, to `com.a` and by --bundle-id to `com.b`"
    );
}

#[test]
fn members_are_found_by_name_and_by_path() {
    let mapping = map(&[("event", "properties.name"), ("price", "amount")]);
    let binding = mapping.bind_json();
    assert_eq!(
        mapping.describe(&binding),
        json!({ "event": { "column": "properties.name" }, "price": { "column": "amount" } })
    );
    assert!(binding.has("country") && binding.unmapped().is_empty());
}

#[test]
fn threads_share_a_binding() {
    fn shared<T: Send + Sync>() {}
    shared::<Binding>();
    shared::<Mapping>();
}

/// A mapping file under `--map price=…`.
fn with_price(text: &str, price: Option<&str>) -> Mapping {
    let file = Arc::new(File::parse("my.toml", text).unwrap());
    let wishes: Vec<_> = price.map(|column| ("price", column)).into_iter().collect();
    map(&wishes).over(&file, None).unwrap()
}

/// The currency of one column is never that of another, whatever the columns are called.
#[test]
fn a_condition_follows_the_amount_to_its_other_column() {
    let text = "[fields]\nprice = \"local||usd?\"\ncurrency = { constant = \"USD\", \
                when = [{ column = \"local?\", filled = false }], or = \"cur\" }\n";
    let when = |price: Option<&str>, names: &[&str]| {
        let described = bound(&with_price(text, price), names);
        described["currency"]["when"][0]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let header = ["local", "usd", "cur", "Betrag"];
    assert_eq!(when(None, &header), "local");
    assert_eq!(when(Some("Betrag"), &header), "Betrag");
    assert_eq!(when(Some("Betrag||usd"), &header[1..]), "Betrag");
    assert_eq!(when(Some("local"), &header), "local");
    // Dollars are not the local money that stands beside them.
    assert_eq!(when(Some("usd"), &header), "");
}

#[test]
fn an_id_that_counts_by_a_column_that_is_gone_is_an_error() {
    let text = "[fields]\nprice = \"total?\"\n\
                event_id = { column = \"order\", when = [{ column = \"total?\", above = \"0\" }] }\n";
    bound(&with_price(text, None), &["order", "total"]);
    bound(&with_price(text, Some("Betrag")), &["order", "Betrag"]);
    assert_eq!(
        unbound(&with_price(text, None), &["order", "Betrag"]),
        "my.toml:3:1: event_id counts by what the column `total` says, which is not there: name it \
         as it is called now (--map price=COLUMN, if it is the amount), or take every row's id \
         (--map event_id=COLUMN)"
    );
}

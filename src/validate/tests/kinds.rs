//! What a row is, and who says so.

use super::*;

fn kind_of(trial: &Trial) -> Result<Kind, Fault> {
    let wanted = trial.clone().rules(|rules| rules.build = Build::Requests);
    match wanted.csv().0 {
        Checked::Event(event) => Ok(event.kind),
        Checked::Rejected(rejection) => match rejection.kind {
            Some(kind) => Ok(kind),
            None => Err(rejection.faults.into_iter().next().expect("a fault")),
        },
        other => panic!("{other:?}"),
    }
}

fn unsaid(kind: Kind) -> Trial {
    let mut trial = good(kind);
    trial.wishes.kind = None;
    trial
}

#[test]
fn fields_tell_the_kind_but_an_open_must_be_said() {
    for kind in [Kind::Event, Kind::Purchase, Kind::AdImpression] {
        assert_eq!(kind_of(&unsaid(kind)), Ok(kind));
    }
    let hint = "pass --kind if all rows are of one kind, or name the column that holds it with --map kind=COLUMN";
    let nothing = Fault::new(Code::UnknownKind, "kind", "", hint);
    assert_eq!(kind_of(&unsaid(Kind::Open)), Err(nothing));
}

#[test]
fn any_purchase_field_makes_a_purchase() {
    for field in ["product_id", "price", "currency"] {
        let trial = unsaid(Kind::Event).with(field, "USD");
        assert_eq!(kind_of(&trial), Ok(Kind::Purchase), "{field}");
    }
}

#[test]
fn a_column_goes_before_the_fields() {
    for (cell, kind) in [
        ("open", Kind::Open),
        ("EVENT", Kind::Event),
        ("Ad Impression", Kind::AdImpression),
    ] {
        assert_eq!(
            kind_of(&unsaid(Kind::Purchase).with("kind", cell)),
            Ok(kind)
        );
    }
    let hint = "write open, event, purchase, ad_impression or subscription";
    assert_eq!(
        kind_of(&unsaid(Kind::Event).with("kind", "refund")),
        Err(Fault::new(Code::UnknownKind, "kind", "refund", hint))
    );
    assert_eq!(
        kind_of(&unsaid(Kind::Event).with("kind", "")),
        Ok(Kind::Event)
    );
}

#[test]
fn what_is_said_for_all_goes_before_the_column() {
    assert_eq!(
        kind_of(&good(Kind::Open).with("kind", "purchase")),
        Ok(Kind::Open)
    );
}

#[test]
fn a_constant_decides_only_what_the_row_leaves_open() {
    let currency = |kind| unsaid(kind).set("currency", "USD");
    assert_eq!(kind_of(&currency(Kind::Event)), Ok(Kind::Event));
    assert_eq!(
        kind_of(&currency(Kind::Purchase).without("currency")),
        Ok(Kind::Purchase)
    );
    assert_eq!(
        kind_of(&unsaid(Kind::Open).set("event", "tick")),
        Ok(Kind::Event)
    );
}

#[test]
fn a_price_and_ad_revenue_together_decide_nothing() {
    let hint = "it has a price and ad revenue: pass --kind, or add a column `kind`";
    assert_eq!(
        kind_of(&unsaid(Kind::Purchase).with("revenue_decimal", "1")),
        Err(Fault::new(Code::UnknownKind, "kind", "", hint))
    );
}

#[test]
fn a_row_of_no_kind_still_names_its_app() {
    let Checked::Rejected(rejection) = unsaid(Kind::Open).csv().0 else {
        panic!("not rejected")
    };
    let app = rejection.app.map(|app| app.to_string());
    assert_eq!(app.as_deref(), Some("com.example.game (ios)"));
}

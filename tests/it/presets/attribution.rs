//! Known users: the customers of a `RevenueCat` export, marked by kind `attribution`.

use super::{root, rows};

/// The rows of the customer list with these further options.
fn marked(more: &[&str]) -> String {
    let path = root().join("fixtures/presets/revenuecat-customers/customers.csv");
    let path = path.display().to_string();
    let mut options = vec![
        path.as_str(),
        "--kind=attribution",
        "--bundle-id=com.example.fit",
        "--max-age=none",
    ];
    options.extend(more);
    rows(&options).unwrap()
}

#[test]
fn its_requests_are_the_golden_ones() {
    let made = marked(&["--allow=attribution"]);
    let golden = root().join("tests/it/presets/attribution.golden");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&golden).unwrap_or_default(), made);
}

/// The public importer drops who has only an IDFV, which is most users of iOS.
#[test]
fn a_user_without_an_advertising_id_is_marked_by_the_device() {
    let made = marked(&["--allow=attribution"]);
    let user = "\
  6 attribution attribution
      bundle_id=com.example.fit
      platform=ios
      advertising_id=
      developer_device_id=40900164bb4d4407855c0305faecb45d
";
    assert!(made.contains(user), "{made}");
}

#[test]
fn nobody_is_marked_unless_it_is_allowed() {
    let made = marked(&[]);
    assert!(!made.contains("bundle_id="), "{made}");
    assert!(made.contains("filtered attribution_not_allowed"), "{made}");
}

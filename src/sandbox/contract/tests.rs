//! Requests that keep to the contract, and one breach of each rule.

use super::super::keys::Keys;
use super::*;

fn head(route: Route) -> Head {
    Head {
        method: Method::Post,
        route,
        has_query: false,
        is_form: true,
        auth: Auth::Key(KeyHash::of(b"KEY")),
        length: 0,
        close: false,
        bytes: 0,
    }
}

const ID: &str = "0123456789abcdef0123456789abcdef";
const ZEROS: &str = "00000000000000000000000000000000";
const DASHED: &str = "01234567-89ab-cdef-0123-456789abcdef";

fn open() -> String {
    format!(
        "analytics_installation_id={ID}&advertising_id={ID}&bundle_id=com.example.game\
         &platform=android&os_version=34&sdk_version=server"
    )
}

fn purchase() -> String {
    format!(
        "{}&product_id=coins&price=0.99&quantity=1&currency=USD",
        open()
    )
}

fn impression() -> String {
    format!(
        "bundle_id=com.example.game&platform=ios&app_version=1.0&ip_address=203.0.113.9\
         &ad_revenue_mediation=max&network_name=AdMob&currency=USD&revenue_decimal=0.0012\
         &advertising_id={DASHED}"
    )
}

/// The first text of `from` is replaced, or the whole is appended if `from` is empty.
fn with(body: &str, from: &str, to: &str) -> String {
    assert!(body.contains(from), "{from}");
    if from.is_empty() {
        format!("{body}&{to}")
    } else {
        body.replacen(from, to, 1)
    }
}

fn checked(head: &Head, body: &[u8]) -> Result<Sound, Denial> {
    check(head, body, &KeyRing::new(Keys::Any))
}

fn violation(route: Route, body: &str) -> String {
    match checked(&head(route), body.as_bytes()) {
        Ok(_) => "none".into(),
        Err(denial) => {
            let violation = denial
                .violation
                .unwrap_or_else(|| denial.answer.body.to_string());
            let documented = [400, 202].contains(&denial.answer.status);
            assert!(documented, "{}", denial.answer.status);
            violation
        }
    }
}

#[test]
fn what_is_documented_is_sound() {
    let extras = "limit_ad_tracking=0&app_version=1.0&country=DE&ip_address=203.0.113.9\
        &ad_user_data=1&ad_personalization=0&locale=de_DE&device_model=Pixel+8";
    for (route, body) in [
        (Route::Event, open()),
        (Route::Event, with(&open(), "", extras)),
        (
            Route::Event,
            with(&open(), "", "referrer=utm_source%3Dx&odm_info=y"),
        ),
        (
            Route::Event,
            with(&open(), "", "event=level_up&value=-3&tracking_status=3"),
        ),
        (Route::Purchase, purchase()),
        (
            Route::Purchase,
            with(&purchase(), "", "postcut=1&tracking_status=0"),
        ),
        (Route::AdImpression, impression()),
        (
            Route::AdImpression,
            with(&impression(), "", "opt_in=true&language=de&screen_width=5"),
        ),
        (
            Route::Attribution,
            format!("bundle_id=a.b&platform=ios&advertising_id=&developer_device_id={ID}"),
        ),
    ] {
        let sound = Ok(Sound {
            no_ip: false,
            token: None,
        });
        assert_eq!(checked(&head(route), body.as_bytes()), sound, "{body}");
    }
}

#[test]
fn no_address_is_sound_but_said() {
    let opted_out = with(
        &open(),
        &format!("advertising_id={ID}"),
        &format!("advertising_id={ZEROS}"),
    );
    assert_eq!(
        checked(&head(Route::Event), opted_out.as_bytes()),
        Ok(Sound {
            no_ip: true,
            token: None
        })
    );
    let empty = with(
        &open(),
        &format!("advertising_id={ID}"),
        "advertising_id=&ip_address=::1",
    );
    assert_eq!(
        checked(&head(Route::Event), empty.as_bytes()),
        Ok(Sound {
            no_ip: false,
            token: None
        })
    );
}

#[test]
fn breaches_of_an_event_have_their_texts() {
    let event = |from: &str, to: &str| violation(Route::Event, &with(&open(), from, to));
    let ios = |to: &str| {
        let body = with(&open(), "platform=android&os_version=34", to);
        violation(Route::Event, &body)
    };
    for (found, expected) in [
        (
            event("&sdk_version=server", ""),
            "parameter `sdk_version` is missing",
        ),
        (
            event("sdk_version=server", "sdk_version=1"),
            "`sdk_version` is not one of the known words",
        ),
        (event("", "price=1"), "unknown parameter `price`"),
        (event("", "value=1"), "unknown parameter `value`"),
        (
            event("", "tracking_status=1"),
            "unknown parameter `tracking_status`",
        ),
        (
            event("", "event=x&referrer=y"),
            "unknown parameter `referrer`",
        ),
        (
            event("", "platform=ios"),
            "parameter `platform` is there twice",
        ),
        (
            event("platform=android", "platform=windows"),
            "`platform` is not one of the known words",
        ),
        (
            event("os_version=34", "os_version=8.1"),
            "`os_version` is not an API level",
        ),
        (
            event("", "country=de"),
            "`country` is not an ISO 3166-1 alpha-2 code in capitals",
        ),
        (event("", "event=x&value=1.5"), "`value` is not an integer"),
        (
            event("", &format!("event={}", "x".repeat(80))),
            "`event` is not 1 to 79 characters long",
        ),
        (event("", "app_version="), "`app_version` is empty"),
        (event("", "locale=%FF"), "`locale` is not UTF-8"),
        (
            event(&format!("&advertising_id={ID}"), ""),
            "parameter `advertising_id` is missing",
        ),
        (
            ios("platform=ios&os_version=17.5"),
            "parameter `developer_device_id` is missing on iOS",
        ),
        (
            ios(&format!(
                "platform=ios&os_version=17.5&developer_device_id={ID}"
            )),
            "none",
        ),
        (
            ios("platform=ios&os_version=17.5&developer_device_id=9774d56d682e549c"),
            "`developer_device_id` is not 32 hexadecimal digits or a UUID, as iOS has them",
        ),
        (
            ios(&format!(
                "platform=ios&os_version=v17&developer_device_id={ID}"
            )),
            "`os_version` is not a version such as 17.5",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn breaches_of_money_have_their_texts() {
    let money = |from: &str, to: &str| violation(Route::Purchase, &with(&purchase(), from, to));
    let ad = |from: &str, to: &str| violation(Route::AdImpression, &with(&impression(), from, to));
    for (found, expected) in [
        (
            money("0.99", "0,99"),
            "`price` is not a plain decimal number",
        ),
        (
            money("0.99", "-0.99"),
            "`price` is not a plain decimal number",
        ),
        (
            money("quantity=1", "quantity=0"),
            "`quantity` is not an integer above 0",
        ),
        (
            money("USD", "usd"),
            "`currency` is not an ISO 4217 code in capitals",
        ),
        (money("", "event=x"), "unknown parameter `event`"),
        (
            ad("revenue_decimal=0.0012&", ""),
            "parameter `revenue_decimal` or `revenue_cpm` is missing",
        ),
        (
            ad("", "app_version_code=5"),
            "a parameter that only Android has",
        ),
        (
            ad("=max", "=applovin"),
            "`ad_revenue_mediation` is not one of the known words",
        ),
        (
            ad(
                &format!("advertising_id={DASHED}"),
                &format!("developer_device_id={ID}"),
            ),
            &INVALID_DEVICE.body,
        ),
        (
            ad("", "sdk_version=server"),
            "unknown parameter `sdk_version`",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn nobody_is_no_device() {
    let nobody = open().replace(ID, ZEROS);
    assert_eq!(violation(Route::Event, &nobody), INVALID_DEVICE.body);
    assert_eq!(
        checked(&head(Route::Event), nobody.as_bytes())
            .unwrap_err()
            .answer
            .status,
        202
    );
}

#[test]
fn the_head_is_checked_before_the_body() {
    let status = |change: fn(&mut Head)| {
        let mut head = head(Route::Event);
        change(&mut head);
        let keys = KeyRing::new(Keys::only("KEY"));
        let denial = check(&head, open().as_bytes(), &keys).unwrap_err();
        (denial.answer.status, denial.violation.is_some())
    };
    assert_eq!(status(|head| head.auth = Auth::Missing), (401, true));
    assert_eq!(status(|head| head.auth = Auth::Malformed), (401, true));
    let other = |head: &mut Head| head.auth = Auth::Key(KeyHash::of(b"OTHER"));
    assert_eq!(status(other), (401, false));
    assert_eq!(status(|head| head.has_query = true), (400, true));
    assert_eq!(status(|head| head.is_form = false), (400, true));
    assert_eq!(status(|head| head.method = Method::Get), (405, true));
    assert_eq!(status(|head| head.route = Route::Other), (404, true));
}

#[test]
fn a_key_of_another_app_is_unauthorised() {
    let keys = KeyRing::new(Keys::Listed(vec![
        "KEY=com.example.game/ios".parse().unwrap(),
    ]));
    let denial = check(&head(Route::Event), open().as_bytes(), &keys).unwrap_err();
    assert_eq!(denial.answer, UNAUTHORIZED);
    assert_eq!(denial.violation.as_deref(), Some("the key of another app"));
    let ios = impression();
    assert!(check(&head(Route::AdImpression), ios.as_bytes(), &keys).is_ok());
}

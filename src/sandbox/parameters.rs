//! Which parameters each request may and must have (sources: see `form`), and the reading of a body
//! against that list.

use std::borrow::Cow;

use super::form::Form;

/// One documented parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    name: &'static str,
    form: Form,
    required: bool,
}

const fn must(name: &'static str, form: Form) -> Parameter {
    Parameter {
        name,
        form,
        required: true,
    }
}

const fn may(name: &'static str, form: Form) -> Parameter {
    Parameter {
        name,
        form,
        required: false,
    }
}

/// All that a request may carry: several lists, read as one.
pub(super) type Parameters = &'static [&'static [Parameter]];

const PLATFORM: Form = Form::Word(&["ios", "android", "amazon", "android_other"]);
const FLAG: Form = Form::Word(&["0", "1"]);
const TRUTH: Form = Form::Word(&["true", "false"]);

const COMMON: &[Parameter] = &[
    must("analytics_installation_id", Form::Id),
    must("advertising_id", Form::IdOrEmpty),
    may("developer_device_id", Form::DeviceId),
    must("bundle_id", Form::Text),
    must("platform", PLATFORM),
    must("os_version", Form::Text),
    must("sdk_version", Form::Word(&["server"])),
    may("limit_ad_tracking", FLAG),
    may("app_version", Form::Text),
    may("country", Form::Country),
    may("ip_address", Form::Ip),
    may("ad_user_data", FLAG),
    may("ad_personalization", FLAG),
    may("os_version_release", Form::Text),
    may("build_id", Form::Text),
    may("locale", Form::Text),
    may("device_model", Form::Text),
    may("customer_user_id", Form::Text),
    // undocumented for these kinds, but the official SDK sends it
    may("sent_at", Form::Positive),
];

const TRACKING: &[Parameter] = &[may("tracking_status", Form::Word(&["0", "1", "2", "3"]))];

/// A request to `/v0/event` without an event's name.
pub(super) const OPEN: Parameters = &[
    COMMON,
    &[may("referrer", Form::Text), may("odm_info", Form::Text)],
];

/// A request to `/v0/event` with one.
pub(super) const EVENT: Parameters = &[
    COMMON,
    TRACKING,
    &[must("event", Form::EventName), may("value", Form::Integer)],
];

/// In-app purchase revenue.
pub(super) const PURCHASE: Parameters = &[
    COMMON,
    TRACKING,
    &[
        must("product_id", Form::Text),
        must("price", Form::Decimal),
        must("quantity", Form::Positive),
        must("currency", Form::Currency),
        may("postcut", FLAG),
    ],
];

/// A subscription, once. Documented for the SDK's calls; the names on iOS are from its binary.
pub(super) const SUBSCRIPTION: Parameters = &[
    COMMON,
    TRACKING,
    &[
        must("product_id", Form::Text),
        must("price", Form::Decimal),
        must("currency", Form::Currency),
        may("google_play_purchase_token", Form::Text),
        may("purchase_date", Form::Positive),
        may("receipt", Form::Text),
        may("signature", Form::Text),
        may("transaction_id", Form::Text),
        may("original_transaction_id", Form::Text),
        may("ios_store_kit_transaction", Form::Text),
        may("environment", Form::Text),
    ],
];

/// The undocumented import of known users.
pub(super) const ATTRIBUTION: Parameters = &[&[
    must("bundle_id", Form::Text),
    must("platform", PLATFORM),
    must("advertising_id", Form::IdOrEmpty),
    may("developer_device_id", Form::DeviceId),
]];

/// Impression-level ad revenue.
pub(super) const AD_IMPRESSION: Parameters = &[&[
    must("bundle_id", Form::Text),
    must("platform", PLATFORM),
    must("app_version", Form::Text),
    must("ip_address", Form::Ip),
    must(
        "ad_revenue_mediation",
        Form::Word(&[
            "max",
            "ironsource",
            "admob",
            "topon",
            "cas",
            "tradplus",
            "custom",
        ]),
    ),
    must("network_name", Form::Text),
    must("currency", Form::Currency),
    may("revenue_decimal", Form::Decimal),
    may("revenue_cpm", Form::Decimal),
    may("advertising_id", Form::IdOrEmpty),
    may("developer_device_id", Form::DeviceId),
    may("analytics_installation_id", Form::Id),
    may(
        "ad_format",
        Form::Word(&[
            "banner",
            "mrec",
            "xpromo",
            "native",
            "leaderboard",
            "leader",
            "interstitial",
            "inter",
            "rewarded",
            "reward",
            "rewarded_interstitial",
            "rewarded_inter",
        ]),
    ),
    may("connection_type", Form::Word(&["mobile", "wifi"])),
    may(
        "source_app_store",
        Form::Word(&["unspecified", "googleplay", "amazon", "other"]),
    ),
    may("language", Form::Language),
    may("limit_ad_tracking", TRUTH),
    may("opt_in", TRUTH),
    may("ad_user_data", FLAG),
    may("ad_personalization", FLAG),
    may("app_version_code", Form::Positive),
    may("os_version_release", Form::Text),
    may("sent_at", Form::Positive),
    may("mediation_country", Form::Text),
    may("ad_unit_id", Form::Text),
    may("precision", Form::Text),
    may("creative_id", Form::Text),
    may("placement", Form::Text),
    may("network_placement", Form::Text),
    may("auction_id", Form::Text),
    may("build_id", Form::Text),
    may("carrier", Form::Text),
    may("country", Form::Country),
    may("device", Form::Text),
    may("device_brand", Form::Text),
    may("device_manufacturer", Form::Text),
    may("device_model", Form::Text),
    may("device_product", Form::Text),
    may("locale", Form::Text),
    may("os_version", Form::Text),
    may("timezone", Form::Text),
    may("user_agent", Form::Text),
    may("session_id", Form::Text),
    may("screen_height", Form::Positive),
    may("screen_width", Form::Positive),
]];

/// More than the longest list has.
const LIMIT: usize = 64;

/// A body's values, each in its documented form.
pub(super) struct Values<'b> {
    list: Parameters,
    found: [Option<Cow<'b, str>>; LIMIT],
}

impl<'b> Values<'b> {
    /// Reads a body; the error is the first violation.
    pub(super) fn read(list: Parameters, body: &'b [u8]) -> Result<Self, String> {
        let mut found = [const { None }; LIMIT];
        for (name, value) in form_urlencoded::parse(body) {
            let Some((place, parameter)) = parameters(list).find(|(_, p)| p.name == name) else {
                let name: String = name.chars().take(40).collect();
                return Err(format!(
                    "unknown parameter `{}`",
                    crate::model::shown(&name)
                ));
            };
            if found[place].is_some() {
                return Err(format!("parameter `{}` is there twice", parameter.name));
            }
            if let Some(fault) = parameter.form.fault(&value) {
                return Err(format!("`{}` {fault}", parameter.name));
            }
            found[place] = Some(value);
        }
        match parameters(list).find(|(place, p)| p.required && found[*place].is_none()) {
            Some((_, missing)) => Err(format!("parameter `{}` is missing", missing.name)),
            None => Ok(Values { list, found }),
        }
    }

    /// A value, empty if it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        let place = parameters(self.list).find(|(_, p)| p.name == name);
        let value = place.and_then(|(place, _)| self.found[place].as_deref());
        value.unwrap_or_default()
    }

    /// Whether the parameter is there.
    pub(super) fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
}

fn parameters(list: Parameters) -> impl Iterator<Item = (usize, &'static Parameter)> {
    list.iter().copied().flatten().enumerate()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_list_names_each_parameter_once_and_fits() {
        for list in [
            OPEN,
            EVENT,
            PURCHASE,
            ATTRIBUTION,
            AD_IMPRESSION,
            SUBSCRIPTION,
        ] {
            let names: BTreeSet<_> = parameters(list).map(|(_, p)| p.name).collect();
            assert_eq!(names.len(), parameters(list).count());
            assert!(names.len() <= LIMIT);
        }
    }
}

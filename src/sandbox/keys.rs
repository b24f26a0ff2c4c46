//! The SDK keys that are let in, and for which app each of them is.
//!
//! A key is hashed as it arrives and never kept, so that nothing here can tell one.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// Different keys that are told apart when any is taken; the ones after them are refused.
const MOST: usize = 10_000;

const PLATFORMS: [&str; 4] = ["ios", "android", "amazon", "android_other"];

/// Which keys are let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Keys {
    /// Any key, for any app.
    #[default]
    Any,
    /// Any key, but each for one app on one platform: the first that it is used for.
    EachForOneApp,
    /// These and no others.
    Listed(Vec<SdkKey>),
}

impl Keys {
    /// One key, for any app.
    pub fn only(key: &str) -> Self {
        Keys::Listed(vec![SdkKey {
            hash: KeyHash::of(key.as_bytes()),
            app: None,
        }])
    }
}

/// A key, and the app that it is for: `KEY=com.example.game/ios`. Without an app it is an account
/// key, which serves every app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkKey {
    hash: KeyHash,
    /// `BUNDLE_ID/PLATFORM`
    app: Option<String>,
}

impl FromStr for SdkKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, app) = match text.split_once('=') {
            None => (text, None),
            Some((key, app)) => (key, Some(self::app(app)?)),
        };
        if key.is_empty() {
            return Err("the key is empty");
        }
        let hash = KeyHash::of(key.as_bytes());
        Ok(SdkKey { hash, app })
    }
}

/// The hash of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct KeyHash([u8; 16]);

impl KeyHash {
    pub(super) fn of(key: &[u8]) -> Self {
        let mut hash = [0; 16];
        hash.copy_from_slice(&blake3::hash(key).as_bytes()[..16]);
        KeyHash(hash)
    }
}

/// `BUNDLE_ID/PLATFORM`, if it is one.
fn app(text: &str) -> Result<String, &'static str> {
    let (_, platform) = text
        .rsplit_once('/')
        .filter(|(bundle_id, _)| !bundle_id.is_empty())
        .ok_or("write it as KEY or KEY=BUNDLE_ID/PLATFORM")?;
    if !PLATFORMS.contains(&platform) {
        return Err("the platform is ios, android, amazon or android_other");
    }
    Ok(text.to_owned())
}

/// What is known of the keys while the server runs.
pub(super) struct KeyRing {
    keys: Keys,
    /// Whose each key is, where the first use decides.
    used: Mutex<HashMap<KeyHash, String>>,
}

impl KeyRing {
    pub(super) fn new(keys: Keys) -> Self {
        KeyRing {
            keys,
            used: Mutex::default(),
        }
    }

    /// Whether the key is let in at all.
    pub(super) fn knows(&self, key: KeyHash) -> bool {
        match &self.keys {
            Keys::Any | Keys::EachForOneApp => true,
            Keys::Listed(listed) => listed.iter().any(|one| one.hash == key),
        }
    }

    /// Whether the key is this app's.
    pub(super) fn serves(&self, key: KeyHash, bundle_id: &str, platform: &str) -> bool {
        let app = format!("{bundle_id}/{platform}");
        match &self.keys {
            Keys::Any => true,
            Keys::EachForOneApp => self.is_first(key, app),
            Keys::Listed(listed) => listed
                .iter()
                .any(|one| one.hash == key && one.app.as_ref().is_none_or(|own| *own == app)),
        }
    }

    fn is_first(&self, key: KeyHash, app: String) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = used.get(&key) {
            return *own == app;
        }
        if used.len() == MOST {
            return false;
        }
        used.insert(key, app);
        true
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn ring(keys: &[&str]) -> KeyRing {
        let listed = keys.iter().map(|key| key.parse().unwrap());
        KeyRing::new(Keys::Listed(listed.collect()))
    }

    fn serves(ring: &KeyRing, key: &str, app: &str) -> bool {
        let (bundle_id, platform) = app.split_once('/').unwrap();
        let key = KeyHash::of(key.as_bytes());
        ring.knows(key) && ring.serves(key, bundle_id, platform)
    }

    #[test]
    fn a_listed_key_serves_its_apps_and_an_account_key_all() {
        let ring = ring(&["A=com.a/ios", "B=com.a/android", "B=com.b/android", "C"]);
        for (key, apps) in [
            ("A", [true, false, false]),
            ("B", [false, true, true]),
            ("C", [true, true, true]),
            ("D", [false, false, false]),
        ] {
            let all = ["com.a/ios", "com.a/android", "com.b/android"];
            assert_eq!(all.map(|app| serves(&ring, key, app)), apps, "{key}");
        }
    }

    #[test]
    fn where_any_key_is_taken_the_first_use_says_whose_it_is() {
        let ring = KeyRing::new(Keys::EachForOneApp);
        assert!(serves(&ring, "A", "com.a/ios"));
        assert!(!serves(&ring, "A", "com.a/android"));
        assert!(serves(&ring, "B", "com.a/android"));
        assert!(serves(&ring, "A", "com.a/ios"));
        assert!(serves(&KeyRing::new(Keys::Any), "A", "com.x/amazon"));
    }

    #[test]
    fn what_is_no_key_is_said() {
        for (text, why) in [
            ("", "the key is empty"),
            ("=com.a/ios", "the key is empty"),
            ("A=com.a", "write it as KEY or KEY=BUNDLE_ID/PLATFORM"),
            ("A=/ios", "write it as KEY or KEY=BUNDLE_ID/PLATFORM"),
            (
                "A=com.a/windows",
                "the platform is ios, android, amazon or android_other",
            ),
        ] {
            assert_eq!(text.parse::<SdkKey>(), Err(why), "{text}");
        }
    }
}

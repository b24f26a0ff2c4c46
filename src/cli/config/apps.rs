//! `[apps]`: which apps there are, where the key of each is, and what its partners need.
//!
//! A listed key is only a place; nobody reads it before something is to be sent.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::Document;
use crate::keys::KeySource;
use crate::model::text::among;
use crate::model::{App, Platform, shown};
use crate::parse;
use crate::schema::Group;
use crate::validate::KnownApp;

/// What may stand behind a platform.
const KEYS: [&str; 4] = ["sdk_key_env", "sdk_key_file", COMMAND, "require"];

/// The key of a program and its arguments; for one key for all, too.
pub(super) const COMMAND: &str = "sdk_key_command";

/// An app of the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedApp {
    /// The app.
    pub app: App,
    /// Where its key is.
    pub key: Option<KeySource>,
    /// What its partners need.
    pub require: Vec<Group>,
}

/// The apps of the configuration file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apps(Vec<ListedApp>);

impl Apps {
    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &ListedApp> {
        self.0.iter()
    }

    /// Whether each app has its own key: then rows of other apps cannot be sent.
    pub fn have_keys(&self) -> bool {
        self.iter().any(|listed| listed.key.is_some())
    }

    /// A key that the user names now serves instead of those of the file.
    pub(super) fn forget_keys(&mut self) {
        self.0.iter_mut().for_each(|listed| listed.key = None);
    }

    /// The apps as the rules for rows know them; nothing if none is listed. Where some have a
    /// key, those without one are not known.
    pub fn known(&self) -> Option<Vec<KnownApp>> {
        let have_keys = self.have_keys();
        let counts = |listed: &&ListedApp| listed.key.is_some() || !have_keys;
        let known = |listed: &ListedApp| KnownApp {
            app: listed.app.clone(),
            require: listed.require.clone(),
        };
        let known: Vec<_> = self.iter().filter(counts).map(known).collect();
        (!known.is_empty()).then_some(known)
    }
}

/// Reads the table `[apps]`.
pub(super) fn read(document: &Document, value: &Spanned<DeValue<'_>>) -> anyhow::Result<Apps> {
    let table = document.table(value, "apps is a table: [apps.\"com.example.game\"]")?;
    let mut apps = Apps::default();
    for (bundle_id, platforms) in table {
        let text = "an app is a table of its platforms: ios = { sdk_key_env = \"NAME\" }";
        for (platform, about) in document.table(platforms, text)? {
            let app = App {
                bundle_id: bundle(document, bundle_id)?,
                platform: self::platform(document, platform)?,
            };
            apps.0.push(listed(document, app, about)?);
        }
    }
    Ok(apps)
}

fn bundle(document: &Document, name: &Spanned<impl AsRef<str>>) -> anyhow::Result<Box<str>> {
    let text = name.get_ref().as_ref().trim();
    match parse::bundle_id(text) {
        Ok(text) => Ok(text.into()),
        Err(hint) => Err(document.fault(name.span(), &format!("not a bundle id: {hint}"))),
    }
}

fn platform(document: &Document, name: &Spanned<impl AsRef<str>>) -> anyhow::Result<Platform> {
    let text = name.get_ref().as_ref();
    let names = Platform::ALL.map(Platform::name);
    let found = Platform::ALL
        .into_iter()
        .find(|platform| platform.name() == text);
    found.ok_or_else(|| {
        let text = format!(
            "there is no platform `{}`{}; a bundle id with dots stands in quotes: \
             [apps.\"com.example.game\"]",
            shown(text),
            among(text, &names)
        );
        document.fault(name.span(), &text)
    })
}

fn listed(
    document: &Document,
    app: App,
    about: &Spanned<DeValue<'_>>,
) -> anyhow::Result<ListedApp> {
    let table: &DeTable<'_> = document.table(about, "write { sdk_key_env = \"NAME\" }")?;
    let mut listed = ListedApp {
        app,
        key: None,
        require: Vec::new(),
    };
    for (name, value) in table {
        match name.get_ref().as_ref() {
            "require" => listed.require = groups(document, value)?,
            "sdk_key_env" => {
                let source = KeySource::Env(document.text(value)?.to_owned());
                one_key(document, &mut listed, name.span(), source)?;
            }
            "sdk_key_file" => {
                let source = KeySource::File(PathBuf::from(document.text(value)?));
                one_key(document, &mut listed, name.span(), source)?;
            }
            COMMAND => {
                let source = KeySource::Command(words(document, value)?);
                one_key(document, &mut listed, name.span(), source)?;
            }
            other => {
                let text = format!("an app has no `{}`{}", shown(other), among(other, &KEYS));
                return Err(document.fault(name.span(), &text));
            }
        }
    }
    Ok(listed)
}

/// A program and its arguments, a word each.
pub(super) fn words(
    document: &Document,
    value: &Spanned<DeValue<'_>>,
) -> anyhow::Result<Vec<String>> {
    let list = value.get_ref().as_array().filter(|list| !list.is_empty());
    let Some(list) = list else {
        let text = "write the program and its arguments as a list, no shell takes part: \
                    [\"pass\", \"show\", \"tenjin\"]";
        return Err(document.fault(value.span(), text));
    };
    let word = |value| document.text(value).map(str::to_owned);
    list.iter().map(word).collect()
}

fn one_key(
    document: &Document,
    listed: &mut ListedApp,
    at: Range<usize>,
    source: KeySource,
) -> anyhow::Result<()> {
    match listed.key.replace(source) {
        None => Ok(()),
        Some(_) => Err(document.fault(at, "the app has two keys: name one of them")),
    }
}

fn groups(document: &Document, value: &Spanned<DeValue<'_>>) -> anyhow::Result<Vec<Group>> {
    let names = Group::ALL.map(Group::name);
    let elements = match value.get_ref() {
        DeValue::Array(elements) => elements.iter().collect(),
        _ => vec![value],
    };
    let group = |element: &Spanned<DeValue<'_>>| {
        let text = document.text(element)?;
        let found = Group::ALL.into_iter().find(|group| group.name() == text);
        found.ok_or_else(|| {
            let text = format!(
                "there is no partner `{}`{}",
                shown(text),
                among(text, &names)
            );
            document.fault(element.span(), &text)
        })
    };
    elements.into_iter().map(group).collect()
}

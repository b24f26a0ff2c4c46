//! The presets: mappings that ship with the tool, one data file each.
//!
//! Adding one is a file beside this, a line in [`ALL`], a folder of fixtures and a golden file
//! of the requests that they become.

mod recognise;

use std::sync::{Arc, LazyLock};

use anyhow::bail;

pub use recognise::{Declined, Found, by_header, by_objects};

use crate::mapping::File;
use crate::model::text::proposal;

/// A mapping that ships with the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// What users type.
    pub name: &'static str,
    /// Its file, as `presets NAME` prints it.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        /// Every preset, our own field names first.
        pub const ALL: &[Preset] = &[
            $(Preset { name: $name, text: include_str!(concat!($name, ".toml")) }),+
        ];
    };
}

presets![
    "tenjin",
    "appsflyer",
    "adjust",
    "singular",
    "branch",
    "revenuecat-transactions",
    "revenuecat-customers",
    "revenuecat-webhooks",
    "adapty",
    "qonversion",
    "purchasely",
    "superwall",
    "ga4",
    "amplitude",
    "mixpanel",
    "segment",
    "max",
    "levelplay",
    "appmetrica",
    "appmetrica-revenue",
];

/// Our own field names: what is used when nothing else is recognised.
pub const TENJIN: &str = "tenjin";

impl Preset {
    /// The preset of this name, or an error that proposes one.
    pub fn find(name: &str) -> anyhow::Result<&'static Preset> {
        let wanted = name.trim().to_ascii_lowercase().replace('_', "-");
        if let Some(preset) = ALL.iter().find(|preset| preset.name == wanted) {
            return Ok(preset);
        }
        let shown = crate::model::shown(name);
        let near = proposal(&wanted, ALL.iter().map(|preset| preset.name));
        bail!("there is no preset `{shown}`{near} (`tenjin-s2s presets` lists them)")
    }

    /// Its file with the examples, which only `test` needs.
    pub fn tested(&self) -> Arc<File> {
        Arc::new(read(self.name, self.text))
    }

    /// Its file without the examples, read once.
    pub fn file(&self) -> &'static Arc<File> {
        let at = ALL.iter().position(|preset| preset.name == self.name);
        &FILES[at.unwrap_or_default()]
    }
}

static FILES: LazyLock<Vec<Arc<File>>> = LazyLock::new(|| {
    // The examples stand last, and are most of the text.
    let rules = |preset: &Preset| {
        preset
            .text
            .split("\n[[example]]")
            .next()
            .unwrap_or_default()
    };
    let file = |preset: &Preset| Arc::new(read(preset.name, rules(preset)));
    ALL.iter().map(file).collect()
});

/// How messages call a file that ships, before its name.
pub(super) const ORIGIN_OF_PRESETS: &str = "preset ";

fn read(name: &str, text: &str) -> File {
    File::parse(&format!("{ORIGIN_OF_PRESETS}{name}"), text)
        .expect("a preset is tested to be right")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::mapping::{Mapping, Wishes};
    use crate::schema::Key;

    #[test]
    fn every_preset_is_a_right_mapping_file() {
        for preset in ALL {
            let file = File::parse(preset.name, preset.text).unwrap();
            assert!(!file.about.is_empty(), "{}", preset.name);
            let known = |name: &&String| Key::find(name).is_some();
            assert_eq!(file.needs.iter().find(|name| !known(name)), None);
            let mapping = Mapping::new(&Wishes::default()).unwrap();
            mapping.over(preset.file(), Some(preset.name)).unwrap();
        }
    }

    #[test]
    fn all_but_our_own_say_how_they_are_recognised() {
        for preset in ALL {
            let is_ours = preset.name == TENJIN;
            assert_eq!(
                preset.file().recognise.is_empty(),
                is_ours,
                "{}",
                preset.name
            );
        }
    }

    #[test]
    fn our_own_names_every_field() {
        let text = Preset::find(TENJIN).unwrap().text;
        for key in Key::ALL.iter().filter(|key| **key != Key::SdkVersion) {
            let line = format!("{key} = \"{key}?\"");
            assert!(text.lines().any(|known| known == line), "{line}");
        }
    }

    #[test]
    fn a_wrong_name_gets_a_proposal() {
        assert_eq!(
            Preset::find("tenjn").unwrap_err().to_string(),
            "there is no preset `tenjn`; did you mean `tenjin`? (`tenjin-s2s presets` lists them)"
        );
    }
}

//! Countries by their English names, as vendors' exports spell them.
//!
//! The ISO list gives formal names; what GA4 and Amplitude write instead is listed in `country_names.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A code and a name that the ISO list does not have, in the spelling of [`plain`], a line.
const ALSO: &str = include_str!("country_names.txt");

/// The ISO 3166-1 alpha-2 code of a country's English name; codes stay codes.
pub fn country_code(name: &str) -> Option<&'static str> {
    let is_code = |name: &str| matches!(name.as_bytes(), [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    if is_code(name) && !name.eq_ignore_ascii_case("uk") {
        return None;
    }
    NAMES.get(&plain(name)).copied()
}

static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for country in rust_iso3166::ALL {
        names.insert(plain(country.name), country.alpha2);
        // "Bolivia (Plurinational State of)", "Korea, Republic of"
        let short = country.name.split([',', '(']).next().unwrap_or_default();
        names.entry(plain(short)).or_insert(country.alpha2);
    }
    let also = ALSO.lines().filter_map(|line| line.split_once(' '));
    names.extend(also.map(|(code, name)| (name.to_owned(), code)));
    names
});

/// Letters only, in lower case, without accents, `&` spelt out, Saint cut.
fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace('&', " and ");
    let name = name.replace("saint ", "st ");
    let letters = name.chars().map(|c| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'í' | 'ï' | 'î' => 'i',
        'ñ' => 'n',
        'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ü' | 'ú' | 'û' => 'u',
        other => other,
    });
    letters.filter(char::is_ascii_alphabetic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_exports_spell_them() {
        for (name, code) in [
            ("United Kingdom", "GB"),
            ("United States", "US"),
            ("South Korea", "KR"),
            ("Türkiye", "TR"),
            ("Côte d’Ivoire", "CI"),
            ("Bosnia & Herzegovina", "BA"),
            ("Myanmar (Burma)", "MM"),
            ("Hong Kong", "HK"),
            ("Germany", "DE"),
            ("Viet Nam", "VN"),
            ("Saint Lucia", "LC"),
            ("Taiwan", "TW"),
            ("Congo - Kinshasa", "CD"),
            ("British Virgin Islands", "VG"),
            ("Caribbean Netherlands", "BQ"),
            ("Falkland Islands (Islas Malvinas)", "FK"),
            ("Kosovo", "XK"),
            ("Svalbard & Jan Mayen", "SJ"),
            ("The Bahamas", "BS"),
            ("The Gambia", "GM"),
            ("U.S. Virgin Islands", "VI"),
            ("UK", "GB"),
            ("Antigua & Barbuda", "AG"),
            ("Åland Islands", "AX"),
            ("Congo - Brazzaville", "CG"),
            ("Curaçao", "CW"),
            ("Guinea-Bissau", "GW"),
            ("Isle of Man", "IM"),
            ("Réunion", "RE"),
            ("São Tomé & Príncipe", "ST"),
            ("Sint Maarten", "SX"),
            ("St. Barthélemy", "BL"),
            ("St. Helena", "SH"),
            ("St. Martin", "MF"),
            ("St. Pierre & Miquelon", "PM"),
            ("St. Vincent & Grenadines", "VC"),
            ("Timor-Leste", "TL"),
            ("Turks & Caicos Islands", "TC"),
            ("U.S. Outlying Islands", "UM"),
            ("Wallis & Futuna", "WF"),
        ] {
            assert_eq!(country_code(name), Some(code), "{name}");
        }
    }

    #[test]
    fn codes_and_strangers_stay_what_they_are() {
        assert_eq!(country_code("DE"), None);
        assert_eq!(country_code("(not set)"), None);
        assert_eq!(country_code("Atlantis"), None);
    }
}

//! Countries by their English names, as vendors' exports spell them.
//!
//! The ISO list gives formal names; what GA4 and Amplitude write instead is listed here.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Names that the ISO list does not have, in the spelling of [`plain`].
const ALSO: &[(&str, &str)] = &[
    ("bolivia", "BO"),
    ("bosniaherzegovina", "BA"),
    ("brunei", "BN"),
    ("capeverde", "CV"),
    ("congobrazzaville", "CG"),
    ("congokinshasa", "CD"),
    ("cotedivoire", "CI"),
    ("curacao", "CW"),
    ("czechrepublic", "CZ"),
    ("czechia", "CZ"),
    ("eswatini", "SZ"),
    ("hongkong", "HK"),
    ("iran", "IR"),
    ("ivorycoast", "CI"),
    ("kosovo", "XK"),
    ("laos", "LA"),
    ("macao", "MO"),
    ("macau", "MO"),
    ("macedonia", "MK"),
    ("macedoniafyrom", "MK"),
    ("micronesia", "FM"),
    ("moldova", "MD"),
    ("myanmar", "MM"),
    ("myanmarburma", "MM"),
    ("netherlands", "NL"),
    ("thenetherlands", "NL"),
    ("northkorea", "KP"),
    ("northmacedonia", "MK"),
    ("palestine", "PS"),
    ("reunion", "RE"),
    ("russia", "RU"),
    ("southkorea", "KR"),
    ("korea", "KR"),
    ("republicofkorea", "KR"),
    ("stkittsandnevis", "KN"),
    ("stlucia", "LC"),
    ("stvincentandgrenadines", "VC"),
    ("swaziland", "SZ"),
    ("syria", "SY"),
    ("taiwan", "TW"),
    ("tanzania", "TZ"),
    ("trinidadandtobago", "TT"),
    ("turkey", "TR"),
    ("turkiye", "TR"),
    ("unitedkingdom", "GB"),
    ("greatbritain", "GB"),
    ("unitedstates", "US"),
    ("usa", "US"),
    ("vaticancity", "VA"),
    ("venezuela", "VE"),
    ("vietnam", "VN"),
];

/// The ISO 3166-1 alpha-2 code of a country's English name; codes stay codes.
pub fn country_code(name: &str) -> Option<&'static str> {
    if let [a, b] = name.as_bytes()
        && a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
    {
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
    names.extend(ALSO.iter().map(|(name, code)| ((*name).to_owned(), *code)));
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

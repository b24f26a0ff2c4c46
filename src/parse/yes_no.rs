//! Yes and no in all the spellings that exports have: those of programs, and those that
//! spreadsheets write in the language of the person who saved the file.
//!
//! One list, for rules of mappings and for fields.

/// In lower case.
const YES: &[&str] = &[
    "1",
    "1.0",
    "true",
    "t",
    "yes",
    "y",
    "on",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "vero",
    "sì",
    "si",
    "verdadero",
    "sí",
    "verdadeiro",
    "sim",
    "sant",
    "sann",
    "sand",
    "waar",
    "tosi",
    "kyllä",
    "prawda",
    "tak",
    "pravda",
    "ano",
    "igaz",
    "igen",
    "истина",
    "да",
];

/// In lower case.
const NO: &[&str] = &[
    "0", "0.0", "false", "f", "no", "n", "off", "falsch", "nein", "faux", "non", "falso", "não",
    "nao", "falskt", "usann", "falsk", "nej", "nei", "onwaar", "nee", "epätosi", "ei", "fałsz",
    "nie", "nepravda", "ne", "hamis", "nem", "ложь", "нет",
];

/// What a text says, in any case; nothing if it is neither.
pub fn yes_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => return Some(true),
        "0" | "false" => return Some(false),
        // No spelling is as long as that.
        _ if text.len() > 20 => return None,
        _ => {}
    }
    let text = text.to_lowercase();
    let is_in = |words: &[&str]| words.contains(&text.as_str());
    match (is_in(YES), is_in(NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_of_many_languages() {
        for (yes, no) in [
            ("TRUE", "FALSE"),
            ("WAHR", "FALSCH"),
            ("VRAI", "FAUX"),
            ("VERO", "FALSO"),
            ("VERDADERO", "Falso"),
            ("VERDADEIRO", "falso"),
            ("SANT", "FALSKT"),
            ("WAAR", "ONWAAR"),
            ("TOSI", "EPÄTOSI"),
            ("Ja", "Nein"),
            ("Oui", "Non"),
            ("SÍ", "No"),
            ("T", "f"),
            ("Y", "n"),
            ("1.0", "0.0"),
        ] {
            let read = (yes_no(yes), yes_no(no));
            assert_eq!(read, (Some(true), Some(false)), "{yes} {no}");
        }
        for text in ["", "2", "maybe", "sandbox", "-1", "10", "true false"] {
            assert_eq!(yes_no(text), None, "{text}");
        }
    }

    #[test]
    fn no_word_is_both_and_all_are_in_lower_case() {
        for word in YES.iter().chain(NO) {
            assert!(!(YES.contains(word) && NO.contains(word)), "{word}");
            assert_eq!(*word, word.to_lowercase());
        }
    }
}

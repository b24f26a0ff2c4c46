//! What is wrong with a TOML file, in words for the one who wrote it: the libraries that read it speak
//! of sequences, maps and types of Rust.

use crate::model::shown;

/// What the libraries call a value or what they want, and what people call it.
const WANTED: [(&str, &str); 8] = [
    ("a string", "a text in quotes"),
    ("a sequence", "a list in brackets, [ … ]"),
    ("a map", "a table, { NAME = … }"),
    ("a boolean", "true or false, without quotes"),
    ("i32", "a whole number, without quotes"),
    ("i8", "a whole number, without quotes"),
    ("u8", "a whole number, without quotes"),
    ("u32", "a whole number, without quotes"),
];
/// How they begin what is no TOML.
const BROKEN: [(&str, &str); 6] = [
    (
        "wanted string or table",
        "write one of the known words, in quotes",
    ),
    (
        "string values must be quoted, expected literal string",
        "there is no value here, or a text without its quotes",
    ),
    (
        "key with no value, expected `=`",
        "the key has no value: write KEY = VALUE",
    ),
    (
        "invalid basic string, expected `\"`",
        "the quotes of this text are not closed",
    ),
    (
        "missing escaped value",
        "a backslash means something in double quotes: write it twice, or the text in single quotes",
    ),
    (
        "unexpected key or value, expected newline",
        "nothing more may stand on this line",
    ),
];

/// The same in plain words; what is plain already stays.
pub fn in_words(message: &str) -> String {
    let message = message.trim_end();
    let known = BROKEN.iter().find(|(said, _)| message.starts_with(said));
    if let Some((_, words)) = known {
        return (*words).to_owned();
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("{} is missing in this table", shown(name));
    }
    let mismatch = ["invalid type: ", "invalid value: "];
    let mismatch = mismatch
        .iter()
        .find_map(|begin| message.strip_prefix(begin));
    match mismatch.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, wanted)) => {
            let words = WANTED.iter().find(|(said, _)| *said == wanted);
            let wanted = words.map_or(wanted, |(_, words)| words);
            format!("{}: write {wanted}", shown(&found_in_words(found)))
        }
        None => shown(&message.replace('\n', "; ")).into(),
    }
}

/// What stands there: integer `5` is a number.
fn found_in_words(found: &str) -> String {
    let value = |kind: &str| found.strip_prefix(kind).map(|value| value.replace('`', ""));
    match found {
        "map" => "a table stands here".to_owned(),
        "sequence" => "a list stands here".to_owned(),
        _ => {
            let kinds = [
                ("string ", "a text"),
                ("integer ", "a number"),
                ("floating point ", "a number with decimals"),
                ("boolean ", "yes or no"),
            ];
            let mut named = kinds.iter();
            let named = named.find_map(|(kind, name)| Some(format!("{} is {name}", value(kind)?)));
            named.unwrap_or_else(|| format!("{found} stands here"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_the_libraries_are_put_in_words() {
        for (said, words) in [
            (
                "invalid type: string \"-6\", expected i32",
                "\"-6\" is a text: write a whole number, without quotes",
            ),
            (
                "invalid type: map, expected a sequence",
                "a table stands here: write a list in brackets, [ … ]",
            ),
            (
                "invalid type: integer `5`, expected a string",
                "5 is a number: write a text in quotes",
            ),
            (
                "invalid value: integer `3000000000`, expected i32",
                "3000000000 is a number: write a whole number, without quotes",
            ),
            ("missing field `is`", "`is` is missing in this table"),
            (
                "unclosed table, expected `]`",
                "unclosed table, expected `]`",
            ),
        ] {
            assert_eq!(in_words(said), words, "{said}");
        }
    }
}

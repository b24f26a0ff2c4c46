//! Keys of a mapping file that stand in a wrong place: where they belong.

use crate::schema::Key;

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Above the first table.
    Top,
    /// Among the fields.
    Fields,
    /// In another table.
    Table,
}

/// Keys, where they are wrong, and what to do.
const MISPLACED: [(&[Place], &str, &str); 8] = [
    (
        &[Place::Top],
        "kind",
        "`kind` has no place here: for all rows of the file write kind = { constant = \"purchase\" } \
         below [fields], for some of them a rule, [[kind]] with is = \"purchase\" and when = […]",
    ),
    (
        &[Place::Top],
        "time_format",
        "`time_format` belongs to a field: event_time = { column = \"…\", time_format = \"…\" } \
         below [fields]",
    ),
    (
        &[Place::Top],
        "column constant default table otherwise read scale divide_by or",
        "`{key}` belongs to a field: price = { column = \"…\", {key} = … } below [fields]",
    ),
    (
        &[Place::Top],
        "delimiter encoding format decimal_comma decimal_point preset",
        "`{key}` is an option: pass --{option}, or write it in tenjin-s2s.toml",
    ),
    (
        &[Place::Fields, Place::Table],
        "about needs recognise also_reports id_source",
        "`{key}` is about the whole file: write it above the first line with a [",
    ),
    (
        &[Place::Fields],
        "reason when",
        "`{key}` belongs to a rule that leaves rows out: write it below [[filter]]",
    ),
    (
        &[Place::Fields],
        "rename",
        "`rename` is no field: write a table [rename]",
    ),
    (
        &[Place::Fields],
        "filter",
        "`filter` is no field: write a table [[filter]]",
    ),
];

/// Where the key at this byte belongs, if it is a known one in the wrong place.
pub(super) fn misplaced(text: &str, at: usize) -> Option<String> {
    let (key, place) = (key(text, at)?, place(text, at)?);
    let is_its = |(places, keys, _): &&(&[Place], &str, &str)| {
        places.contains(&place) && keys.split(' ').any(|known| known == key)
    };
    if let Some((_, _, what)) = MISPLACED.iter().find(is_its) {
        let what = what.replace("{option}", &key.replace('_', "-"));
        return Some(what.replace("{key}", key));
    }
    let is_field = place == Place::Top && key != "timezone" && Key::find(key).is_some();
    is_field.then(|| format!("`{key}` is a field: write it below [fields]"))
}

/// The key of a line: an error points at it, or at its value.
fn key(text: &str, at: usize) -> Option<&str> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    Some(line.split_once('=')?.0.trim())
}

fn place(text: &str, at: usize) -> Option<Place> {
    let mut before = text.get(..at)?.lines().map(str::trim);
    Some(match before.rfind(|line| line.starts_with('[')) {
        None => Place::Top,
        Some("[fields]") => Place::Fields,
        Some(_) => Place::Table,
    })
}

#[cfg(test)]
mod tests {
    use crate::mapping::File;

    fn refusal(text: &str) -> String {
        let read = File::parse("my.toml", text);
        read.err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_key_in_the_wrong_place_is_told_where_it_belongs() {
        for (text, error) in [
            (
                "kind = \"purchase\"\n",
                "1:8: `kind` has no place here: for all rows of the file write kind = { constant = \
                 \"purchase\" } below [fields], for some of them a rule, [[kind]] with is = \
                 \"purchase\" and when = […]",
            ),
            (
                "about = \"x\"\nprice = \"Amount\"\n",
                "2:1: `price` is a field: write it below [fields]",
            ),
            (
                "time_format = \"%d.%m.%Y\"\n",
                "1:1: `time_format` belongs to a field: event_time = { column = \"…\", time_format \
                 = \"…\" } below [fields]",
            ),
            (
                "scale = -2\n",
                "1:1: `scale` belongs to a field: price = { column = \"…\", scale = … } below [fields]",
            ),
            (
                "decimal_comma = true\n",
                "1:1: `decimal_comma` is an option: pass --decimal-comma, or write it in tenjin-s2s.toml",
            ),
            (
                "[fields]\nneeds = [\"currency\"]\n",
                "2:9: `needs` is about the whole file: write it above the first line with a [",
            ),
            (
                "[fields]\nrename = { a = \"b\" }\n",
                "2:12: `rename` is no field: write a table [rename]",
            ),
            (
                "[fields]\nreason = 5\n",
                "2:10: `reason` belongs to a rule that leaves rows out: write it below [[filter]]",
            ),
        ] {
            assert_eq!(refusal(text), format!("my.toml:{error}"));
        }
        assert_eq!(
            refusal("timezone = 5\n"),
            "my.toml:1:12: 5 is a number: write a text in quotes"
        );
    }
}

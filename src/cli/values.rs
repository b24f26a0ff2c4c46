//! Values as people type them: read here, or refused with a form that is right.

use std::time::Duration;

use crate::kind::Kind;

/// What separates cells; `None` is detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub Option<u8>);

/// The oldest row that is sent; `None` is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxAge(pub Option<Duration>);

pub(super) fn kind_names() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| name.parse::<Kind>())
}

pub(super) fn allowed_names() -> impl clap::builder::TypedValueParser<Value = Kind> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Kind::NEED_PERMISSION.map(Kind::name))
        .try_map(|name| name.parse::<Kind>())
}

pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    let field = field.trim();
    if field.is_empty() {
        return Err("the name before = is empty".into());
    }
    Ok((field.to_owned(), value.to_owned()))
}

pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text {
        "auto" => Ok(Delimiter(None)),
        "tab" | "\\t" | "\t" => Ok(Delimiter(Some(b'\t'))),
        _ => match text.as_bytes() {
            [one] if one.is_ascii_punctuation() && *one != b'"' => Ok(Delimiter(Some(*one))),
            _ => Err("write auto, tab, or one character such as ; or |".into()),
        },
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|e| format!("{e}; write 30s, 15m or 7d"))
}

pub(super) fn max_age(text: &str) -> Result<MaxAge, String> {
    match text {
        "none" => Ok(MaxAge(None)),
        _ => duration(text).map(|age| MaxAge(Some(age))),
    }
}

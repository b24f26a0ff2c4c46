//! Text becomes a value: a family with one file for each sort of form.
//!
//! Every member takes trimmed, non-empty text and gives a value or says what is wrong with it;
//! what it put right on the way it notes as a [`Fix`]. None of them knows about rows.

mod code;
mod id;
mod money;
mod os_version;
mod placeholder;
mod text;
mod time;
mod time_format;
mod value;

use jiff::tz::TimeZone;

pub use code::{country_code, currencies, currency_code};
pub use id::UuidText;
pub use money::{number_hint, split_mark};
pub use os_version::{level_of_release, release_of, releases};
pub use placeholder::{Placeholders, is_placeholder};
pub use text::{bundle_id, platform, platform_names, yes_no};
pub use time::end_of_next_year;
pub use time_format::{
    check_time_format, day_of_spreadsheet, formats as time_formats, time_in, zone,
};
pub use value::{Arena, Fix, Fixes, ParseError, ParseResult, Value};

use crate::model::Platform;
use crate::schema::Form;

/// What else decides how a text is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'z> {
    /// The row's platform, where it is known.
    pub platform: Option<Platform>,
    /// The zone of times that carry none.
    pub timezone: Option<&'z TimeZone>,
    /// Whether a UUID is sent with dashes; nothing if it is sent as it is written.
    pub dashes: Option<bool>,
    /// No time is later: the end of next year, µs since 1970. `None` if any may come.
    pub latest: Option<i64>,
}

/// Reads trimmed, non-empty text in this form. [`Value::Absent`] for what exports write where
/// there is no value.
pub fn read<'t>(
    form: Form,
    text: &'t str,
    context: Context<'_>,
    arena: &'t Arena,
    fixes: &mut Fixes,
) -> ParseResult<'t> {
    // UUIDs of zeros, and addresses that locate no user, are found where they are parsed.
    let placeholders = match Placeholders::of(form) {
        Placeholders::Addresses => Placeholders::Ids,
        other => other,
    };
    if placeholders.contain(text) {
        return Ok(Value::Absent);
    }
    match form {
        Form::Kind | Form::Literal(_) => Ok(Value::Text(text)),
        Form::Text(limit) | Form::SourceId(limit) | Form::UserId(limit) => text::read(text, limit),
        Form::Uuid => id::uuid(text, context, fixes),
        Form::AdvertisingId => {
            id::uuid_or_hex(text, id::advertising_may_be_hex, context, arena, fixes)
        }
        Form::DeviceId => id::uuid_or_hex(text, Platform::is_android, context, arena, fixes),
        Form::BundleId(limit) => text::app(text, limit),
        Form::Platform => text::read_platform(text, fixes),
        Form::OsVersion => os_version::read(text, context.platform, fixes),
        Form::Ip => code::ip(text, arena, fixes),
        Form::Country => code::country(text, fixes),
        Form::Currency => code::currency(text, fixes),
        Form::Amount => money::amount(text),
        Form::Integer => money::integer(text, fixes).map(Value::Integer),
        Form::Count(most) => money::count(text, most, fixes),
        Form::Digits(most) => money::digits(text, most, fixes),
        Form::Flag | Form::Truth => text::truth(text, form == Form::Truth, fixes),
        Form::Choice(words) => text::choice(text, words, fixes),
        Form::Language => text::language(text, arena, fixes),
        Form::Time | Form::Millis => {
            let time = time::read(text, context.timezone, fixes)?;
            time::plausible(time, context.latest).map(Value::Time)
        }
    }
}

//! Text becomes a value: a family with one file for each sort of form.
//!
//! Every member takes trimmed, non-empty text and gives a value or says what is wrong with it;
//! what it put right on the way it notes as a [`Fix`]. None of them knows about rows.

mod bundle_id;
mod code;
mod country_name;
mod drawer;
mod fix;
mod id;
mod money;
mod os_version;
mod time;
mod trouble;
mod value;
mod word;
mod zone;

use jiff::tz::TimeZone;

pub use bundle_id::bundle_id;
pub use code::currencies;
pub use country_name::country_code;
pub use drawer::Drawer;
pub use fix::{Fix, Fixes};
pub use id::{UuidText, is_placeholder};
pub use os_version::{level_of_release, release_of, releases};
pub use trouble::Trouble;
pub use value::Value;
pub use word::{platform, platform_names};
pub use zone::zone;

use crate::kind::Platform;
use crate::row::Code;
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
}

/// Reads trimmed, non-empty text in this form. [`Value::Absent`] for the placeholders that
/// exports write for "no id".
pub fn read<'t>(
    form: Form,
    text: &'t str,
    context: Context<'_>,
    drawer: &'t Drawer,
    fixes: &mut Fixes,
) -> Result<Value<'t>, Trouble> {
    match form {
        Form::Kind | Form::Literal(_) => Ok(Value::Text(text)),
        Form::SourceId(_) | Form::UserId(_) if is_placeholder(text) => Ok(Value::Absent),
        Form::Text(limit) | Form::SourceId(limit) | Form::UserId(limit) => bounded(text, limit),
        Form::Uuid => id::uuid(text, context, fixes),
        Form::AdvertisingId => id::advertising(text, context, drawer, fixes),
        Form::DeviceId => id::device(text, context, drawer, fixes),
        Form::BundleId(limit) => bundle_id::read(text, limit),
        Form::Platform => word::read_platform(text, fixes),
        Form::OsVersion => os_version::read(text, context.platform, fixes),
        Form::Ip => code::ip(text, drawer, fixes),
        Form::Country => code::country(text, fixes),
        Form::Currency => code::currency(text, fixes),
        Form::Amount => money::amount(text),
        Form::Integer => money::integer(text).map(Value::Integer),
        Form::Count(most) => money::count(text, most),
        Form::Digits(most) => money::digits(text, most),
        Form::Flag | Form::Truth => word::truth(text, form == Form::Truth, fixes),
        Form::Choice(words) => word::choice(text, words, fixes),
        Form::Language => word::language(text, drawer, fixes),
        Form::Time | Form::Millis => time::read(text, context.timezone).map(Value::Time),
    }
}

/// Text of at most this many characters.
fn bounded(text: &str, limit: usize) -> Result<Value<'_>, Trouble> {
    if text.len() <= limit || text.chars().count() <= limit {
        Ok(Value::Text(text))
    } else {
        let hint = format!("shorten it to at most {limit} characters");
        Err(Trouble::new(Code::TooLong, hint))
    }
}

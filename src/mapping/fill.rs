//! What `--set` says: the value of a field in every row that has none, or in those of one
//! platform.

use crate::model::Platform;

/// Values for what is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fill {
    all: Option<Box<str>>,
    by_platform: [Option<Box<str>>; Platform::ALL.len()],
}

impl Fill {
    /// The value for a row of this platform.
    pub(crate) fn get(&self, platform: Option<Platform>) -> Option<&str> {
        let own = platform.and_then(|platform| self.by_platform[platform as usize].as_deref());
        own.or(self.all.as_deref())
    }

    /// The value for rows of every platform.
    pub(super) fn of_all(&self) -> Option<&str> {
        self.all.as_deref()
    }

    /// Whether it says anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_none() && !self.tells_platforms()
    }

    /// Whether it depends on the platform.
    pub(crate) fn tells_platforms(&self) -> bool {
        self.by_platform.iter().any(Option::is_some)
    }

    /// Each value, and the platform that it is for.
    pub(super) fn values(&self) -> impl Iterator<Item = (Option<Platform>, &str)> {
        let own = Platform::ALL.into_iter().zip(&self.by_platform);
        let own = own.filter_map(|(platform, value)| Some((Some(platform), value.as_deref()?)));
        let all = self.all.as_deref().map(|value| (None, value));
        all.into_iter().chain(own)
    }

    /// Puts a value in, and gives what stood there.
    pub(super) fn put(&mut self, platform: Option<Platform>, value: &str) -> Option<Box<str>> {
        match platform {
            None => self.all.replace(value.into()),
            Some(platform) => self.by_platform[platform as usize].replace(value.into()),
        }
    }
}

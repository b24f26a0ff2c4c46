//! A column by its number, and the way inside.

/// A column that a row does not have.
pub(super) const NOWHERE: u16 = u16::MAX;

/// A column by its number, and the way inside.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) column: u16,
    pub(crate) path: Vec<Box<str>>,
    /// What is joined to it, each the first that is not empty.
    pub(crate) rest: Vec<Vec<Slot>>,
}

impl Slot {
    /// A whole column, or what a path leads to in it.
    pub(super) fn new(column: usize, path: Vec<Box<str>>) -> Self {
        Slot {
            column: u16::try_from(column).unwrap_or(NOWHERE),
            path,
            rest: Vec::new(),
        }
    }

    /// Itself, and those that are joined to it.
    pub(super) fn all(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(self).chain(self.rest.iter().flatten())
    }
}

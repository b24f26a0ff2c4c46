//! A filled cell that cannot be read where it is asked for: data, which becomes a fault of the
//! field or of the column. It never counts as empty, and never as "no".

use std::borrow::Cow;

use super::finder::NOWHERE;
use crate::model::{Code, Fault};

/// Why a filled cell cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unread<'c> {
    pub(crate) code: Code,
    /// The cell.
    pub(crate) text: &'c str,
    /// What to do about it.
    pub(crate) hint: &'static str,
    /// Which column it stands in, by the binding's number.
    pub(super) column: u16,
}

impl<'c> Unread<'c> {
    /// A number, in a field whose name says more than its column.
    pub(super) fn number(text: &'c str, hint: &'static str) -> Self {
        Unread {
            code: Code::InvalidNumber,
            text,
            hint,
            column: NOWHERE,
        }
    }

    /// A value that is not one text.
    pub(super) fn shape(shape: Shape, text: &'c str, column: u16) -> Self {
        Unread {
            code: Code::InvalidShape,
            text,
            hint: shape.hint(),
            column,
        }
    }

    /// The same as a fault of this field or column.
    pub(crate) fn at(self, name: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(self.code, name, self.text, self.hint)
    }
}

/// A value that is not one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An object with members.
    Object,
    /// A list of several.
    List,
    /// A path leads into it, and it holds no JSON.
    NoJson,
    /// A path leads to two members of one name, which differ.
    Twice,
}

impl Shape {
    pub(super) fn hint(self) -> &'static str {
        match self {
            Shape::Object => {
                "the cell holds an object: name the member that is meant, as COLUMN.MEMBER"
            }
            Shape::List => {
                "the cell holds several values: name one by its number, as COLUMN.0, or leave one"
            }
            Shape::NoJson => {
                "the cell should hold JSON and does not: it is cut, or was written as something \
                 else; export it again as JSON"
            }
            Shape::Twice => "two members have this name and differ: leave one of them",
        }
    }
}

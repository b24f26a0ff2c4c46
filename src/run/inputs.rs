//! What the report says of an input, and how its rejected rows are written down again.

use std::sync::Arc;

use crate::delivery::feed::Opened;
use crate::report::run::InputFacts;
use crate::report::source::{Shape, Source};

/// An input that is not read again: how its records look is known only by its name.
pub(super) fn remembered(path: &str) -> Source {
    let shape = if path.contains("json") {
        Shape::Ndjson
    } else {
        Shape::Csv {
            delimiter: b',',
            header: "".into(),
        }
    };
    Source {
        path: path.to_owned(),
        shape,
    }
}

fn path(input: &Opened) -> String {
    match input.source.name() {
        "<stdin>" => "-".into(),
        name => name.to_owned(),
    }
}

pub(super) fn shape(input: &Opened) -> Source {
    let shape = match input.source.header() {
        Some(header) => Shape::Csv {
            delimiter: header.delimiter(),
            header: Arc::clone(header.text()),
        },
        None => Shape::Ndjson,
    };
    Source {
        path: path(input),
        shape,
    }
}

impl From<&Opened> for InputFacts {
    fn from(input: &Opened) -> Self {
        InputFacts {
            path: path(input),
            format: input.source.format().name(),
            preset: input.binding.preset().map(str::to_owned),
            ..InputFacts::default()
        }
    }
}

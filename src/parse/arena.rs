//! A place for text that a row needs and its input does not hold: unescaped JSON, changed case.
//!
//! It lends what it keeps, so that a value is always a borrowed text, and costs nothing while
//! it is empty, as it is for nearly every row.

use std::cell::OnceCell;

/// Keeps texts as long as it lives.
#[derive(Debug, Default)]
pub struct Arena {
    text: OnceCell<String>,
    next: OnceCell<Box<Arena>>,
}

impl Arena {
    /// Puts a text down and lends it.
    pub fn keep(&self, text: String) -> &str {
        let mut arena = self;
        while arena.text.get().is_some() {
            arena = arena.next.get_or_init(Box::default);
        }
        arena.text.get_or_init(|| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_kept_stays() {
        let arena = Arena::default();
        let kept: Vec<&str> = (0..100).map(|n: i32| arena.keep(n.to_string())).collect();
        assert_eq!(kept.first(), Some(&"0"));
        assert_eq!(kept.last(), Some(&"99"));
    }
}

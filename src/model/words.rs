//! Lists of stable words, such as reasons and codes: each is written down once, in its list.

/// An enum whose variants have a word each, by which reports, options and scripts know them, and
/// if a type is named what else is to be said of each of them.
macro_rules! words {
    (
        $(#[$about:meta])*
        $seen:vis enum $List:ident $(: $More:ty)? {
            $($(#[doc = $doc:literal])* $Variant:ident = $word:literal $(: $more:expr)?),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize,
            serde::Deserialize,
        )]
        $seen enum $List {
            $($(#[doc = $doc])* #[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $Variant),+
        }

        impl $List {
            /// All of them, in the order of the documentation.
            $seen const ALL: [Self; [$($word),+].len()] = [$(Self::$Variant),+];

            /// The stable word.
            $seen const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word),+
                }
            }

            /// What the word means, for people.
            #[allow(dead_code, reason = "most lists are explained by their documentation alone")]
            $seen fn documentation(self) -> &'static str {
                match self {
                    $(Self::$Variant => concat!($($doc),*).trim_start()),+
                }
            }

            $crate::model::words::more! { $($More)? { $($Variant $(: $more)?),+ } }
        }

        impl std::fmt::Display for $List {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// The rest of what a list says of its variants.
macro_rules! more {
    ({ $($Variant:ident),+ }) => {};
    ($More:ty { $($Variant:ident: $more:expr),+ }) => {
        const fn more(self) -> $More {
            match self {
                $(Self::$Variant => $more),+
            }
        }
    };
}

pub(crate) use {more, words};

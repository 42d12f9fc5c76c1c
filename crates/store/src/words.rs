//! Closed sets of words, as they stand in columns.

/// An enum whose variants are words of the store; `$fault` says what a word of none of them is.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $fault:literal { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            fn from_word(word: &str) -> crate::Result<Self> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(crate::StoreError::Corrupt($fault.into())),
                }
            }
        }
    };
}

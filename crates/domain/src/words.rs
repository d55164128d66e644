//! Enums whose variants are stable words for programs.

/// Declares an enum once: its variants, the `snake_case` word of each, and the list of all.
#[doc(hidden)]
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident => $word:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable word, in `snake_case`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of that word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro is for public enums")]
mod tests {
    words! {
        /// Two words.
        pub enum Side {
            /// Here.
            NearSide => "near_side",
            /// There.
            FarSide => "far_side",
        }
    }

    #[test]
    fn every_variant_is_found_by_its_word() {
        assert_eq!(Side::ALL, [Side::NearSide, Side::FarSide]);
        for side in Side::ALL {
            assert_eq!(Side::from_word(&side.to_string()), Some(*side));
        }
        assert_eq!(Side::from_word("left"), None);
    }
}

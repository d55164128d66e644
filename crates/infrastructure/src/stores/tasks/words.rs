//! What tasks are found by: the words of their titles and descriptions, and their tags.
//!
//! Both databases keep these words exactly as they are told here, so that a search means the same on both. Every
//! word begins with a letter for what it is and a mark of the owner, so that what others write costs a search
//! nothing.

use sha2::{Digest, Sha256};
use taskwell_domain::{Description, Tag, Title, UserId, fold_case};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// How much of a word counts, in bytes. PostgreSQL takes up to 2,046 with what stands before the word.
const LONGEST: usize = 1_000;

/// What a task of that owner is found by, with spaces between.
pub(super) fn words_of<'t>(
    owner: &UserId,
    title: &Title,
    description: &Description,
    tags: impl Iterator<Item = &'t Tag>,
) -> String {
    let mark = mark(owner);
    let text = fold(&format!("{title} {description}"));
    let mut words: Vec<&str> = split(&text).collect();
    words.sort_unstable();
    words.dedup();
    let mut tags: Vec<String> = tags.map(|tag| tag_token(&mark, tag)).collect();
    tags.sort_unstable();
    let mut all = tags.join(" ");
    for word in words {
        if !all.is_empty() {
            all.push(' ');
        }
        all.extend(word_parts(&mark, word));
    }
    all
}

/// A word that a task must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Exactly this one.
    Whole(String),
    /// One that begins like this.
    Beginning(String),
}

/// How much of a word is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Extent {
    Whole,
    Beginning,
}

impl Wanted {
    pub(super) fn extent(&self) -> Extent {
        match self {
            Self::Whole(_) => Extent::Whole,
            Self::Beginning(_) => Extent::Beginning,
        }
    }
}

/// What a task of that owner with these tags must have.
pub(super) fn wanted_tags(owner: &UserId, tags: &[Tag]) -> Vec<Wanted> {
    if tags.is_empty() {
        return Vec::new();
    }
    let mark = mark(owner);
    tags.iter()
        .map(|tag| Wanted::Whole(tag_token(&mark, tag)))
        .collect()
}

/// What a task of that owner must have that is found by this text. Nothing for a text without any word, which
/// finds nothing.
pub(super) fn wanted_words(owner: &UserId, search: &str) -> Vec<Wanted> {
    let mark = mark(owner);
    let text = fold(search);
    let mut words: Vec<String> = split(&text).map(|word| word_token(&mark, word)).collect();
    let last = words.pop().map(Wanted::Beginning);
    words.into_iter().map(Wanted::Whole).chain(last).collect()
}

/// Nearly unique: a collision costs a search a little time, since whose a task is, is asked for besides.
fn mark(owner: &UserId) -> String {
    hex(&Sha256::digest(owner.as_str())[..6])
}

fn word_token(mark: &str, word: &str) -> String {
    word_parts(mark, word).concat()
}

fn word_parts<'w>(mark: &'w str, word: &'w str) -> [&'w str; 3] {
    ["w", mark, word]
}

/// Spaces and signs are part of a tag.
fn tag_token(mark: &str, tag: &Tag) -> String {
    ["t", mark, &hex(tag.key().as_bytes())].concat()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The same for all spellings: case and accents make no difference.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_case(text);
    }
    let bare: String = text
        .nfd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .collect();
    fold_case(&bare)
}

fn split(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| &word[..word.floor_char_boundary(LONGEST)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        split(&fold(text)).map(str::to_owned).collect()
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        for (text, word) in [
            ("NAÏVE", "naive"),
            ("nai\u{308}ve", "naive"),
            ("Ångström", "angstrom"),
            ("STRAẞE", "strasse"),
            ("Straße", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("İstanbul", "istanbul"),
            ("Ёлка", "елка"),
            ("שָׁלוֹם", "שלום"),
        ] {
            assert_eq!(folded(text), [word], "{text}");
        }
    }

    #[test]
    fn letters_and_digits_make_words_and_all_else_parts_them() {
        assert_eq!(
            folded("Ada's e-mail: <ada.l@example.com>, \"A&B\" 2nd:* 👩‍🚀!"),
            [
                "ada", "s", "e", "mail", "ada", "l", "example", "com", "a", "b", "2nd"
            ]
        );
        assert_eq!(folded("牛乳を買う🥛今日"), ["牛乳を買う", "今日"]);
        assert_eq!(folded(" -\u{0}🎉* "), [""; 0]);
    }

    #[test]
    fn signs_that_vowels_are_written_with_stay() {
        assert_eq!(folded("हिन्दी"), ["हिनदी"]);
    }

    #[test]
    fn only_so_much_of_a_word_counts_and_whole_characters_of_it() {
        let word = &folded(&"日".repeat(1_000))[0];
        assert_eq!(word, &"日".repeat(333));
    }

    #[test]
    fn the_last_word_is_a_beginning_and_the_others_are_whole() {
        let ada = UserId::parse("ada").unwrap();
        let wanted = wanted_words(&ada, "Buy mil");
        let mark = mark(&ada);
        assert_eq!(
            wanted,
            [
                Wanted::Whole(format!("w{mark}buy")),
                Wanted::Beginning(format!("w{mark}mil")),
            ]
        );
        assert_eq!(wanted_words(&ada, "* \""), []);
    }

    #[test]
    fn a_tag_is_no_word_and_owners_have_words_of_their_own() {
        let words = |owner: &str, title: &str, tags: &[&str]| {
            let tags: Vec<Tag> = tags.iter().map(|tag| tag.parse().unwrap()).collect();
            let owner = UserId::parse(owner).unwrap();
            words_of(
                &owner,
                &title.parse().unwrap(),
                &Description::default(),
                tags.iter(),
            )
        };
        let mark = mark(&UserId::parse("ada").unwrap());
        assert_eq!(
            words("ada", "a b A", &["a", "B c"]),
            format!("t{mark}61 t{mark}622063 w{mark}a w{mark}b")
        );
        assert_ne!(words("ada", "a", &[]), words("eve", "a", &[]));
    }
}

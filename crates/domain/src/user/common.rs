//! Passwords that everybody tries first.

/// Words that leaked passwords are made of again and again, alone or with some digits and signs behind them.
const WORDS: [&str; 126] = [
    "abc",
    "access",
    "adidas",
    "admin",
    "administrator",
    "amanda",
    "andrea",
    "andrew",
    "angel",
    "anthony",
    "asdasd",
    "asdf",
    "asdfasdf",
    "asdfgh",
    "asdfghjk",
    "asdfghjkl",
    "ashley",
    "babygirl",
    "bailey",
    "barcelona",
    "baseball",
    "basketball",
    "batman",
    "butterfly",
    "changeme",
    "charlie",
    "chelsea",
    "chocolate",
    "computer",
    "cookie",
    "corvette",
    "daniel",
    "default",
    "diamond",
    "dragon",
    "elizabeth",
    "flower",
    "football",
    "freedom",
    "ginger",
    "guest",
    "hannah",
    "harley",
    "hello",
    "hunter",
    "iloveu",
    "iloveyou",
    "internet",
    "jasmine",
    "jennifer",
    "jessica",
    "jonathan",
    "jordan",
    "joshua",
    "justin",
    "killer",
    "letmein",
    "liverpool",
    "login",
    "love",
    "lovely",
    "loveme",
    "maggie",
    "manchester",
    "marina",
    "master",
    "matthew",
    "maverick",
    "mercedes",
    "michael",
    "michelle",
    "monkey",
    "monster",
    "mustang",
    "nicole",
    "ninja",
    "nothing",
    "orange",
    "pass",
    "passw",
    "passwd",
    "password",
    "passwort",
    "pepper",
    "pokemon",
    "princess",
    "purple",
    "qazwsx",
    "qazwsxedc",
    "qwe",
    "qwer",
    "qwert",
    "qwerty",
    "qwertyui",
    "qwertyuiop",
    "qwertz",
    "rainbow",
    "rockyou",
    "root",
    "samantha",
    "samsung",
    "secret",
    "shadow",
    "soccer",
    "starwars",
    "steelers",
    "summer",
    "sunshine",
    "superman",
    "taylor",
    "temp",
    "test",
    "testing",
    "thomas",
    "tigger",
    "todo",
    "trustno",
    "unknown",
    "user",
    "victoria",
    "welcome",
    "whatever",
    "winter",
    "yankees",
    "zxcvbn",
    "zxcvbnm",
];

/// Others of their kind, with digits or signs between the letters.
const MIXED: [&str; 18] = [
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "1qazxsw2",
    "a1b2c3d4",
    "aa123456",
    "abc123456",
    "p@ssw0rd",
    "p@ssword",
    "pa$$w0rd",
    "pa$$word",
    "passw0rd",
    "q1w2e3r4",
    "q1w2e3r4t5",
    "zaq12wsx",
    "zaq1zaq1",
];

/// More digits and signs than this behind a word make it a password of its own.
const LONGEST_TAIL: usize = 6;

/// Whether an attacker tries this among the first, whatever the case of its letters.
pub(super) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    repeats_a_short_unit(&password) || runs_up_or_down(&password) || is_known(&password)
}

/// `aaaaaaaa`, `abababab`, `12341234`.
fn repeats_a_short_unit(password: &str) -> bool {
    let characters: Vec<char> = password.chars().collect();
    (1..=4).any(|period| {
        characters
            .windows(period + 1)
            .all(|pair| pair.first() == pair.last())
    })
}

/// `12345678`, `87654321`, `1234567890`, `abcdefgh`.
fn runs_up_or_down(password: &str) -> bool {
    let codes: Vec<u32> = password.replace("90", "9:").chars().map(u32::from).collect();
    codes.windows(2).all(|pair| matches!(pair, [a, b] if a + 1 == *b))
        || codes.windows(2).all(|pair| matches!(pair, [a, b] if *a == b + 1))
}

fn is_known(password: &str) -> bool {
    let word = password.trim_end_matches(|c: char| !c.is_alphabetic());
    let tail = password.chars().count() - word.chars().count();
    let is_known = |text: &str| WORDS.contains(&text) || MIXED.contains(&text);
    is_known(password) || (tail <= LONGEST_TAIL && is_known(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaked_again_and_again_is_common() {
        for password in [
            "password",
            "Password1",
            "PASSWORD123!",
            "password1234",
            "12345678",
            "123456789",
            "1234567890",
            "87654321",
            "11111111",
            "abababab",
            "12341234",
            "abcdefgh",
            "qwertyuiop",
            "qwerty123",
            "iloveyou",
            "iloveyou1",
            "sunshine",
            "football1",
            "Welcome1",
            "welcome2026!",
            "letmein123",
            "admin123",
            "changeme",
            "1q2w3e4r",
            "1qaz2wsx",
            "P@ssw0rd",
            "P@ssw0rd1!",
            "trustno1",
            "abc12345",
            "test1234",
            "Secret123",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_is_longer_or_of_ones_own_is_not() {
        for password in [
            "violet umbrella 42",
            "correct horse battery staple",
            "passwordpassphrase",
            "password12345678",
            "Tr0ub4dour&3",
            "testpass123",
            "12345679",
            "abcdefgi",
            "日本語のパスワード",
            "zebra!finch7",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }
}

//! Whether the time of a login that fails tells if there is such an account.

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    time::{Duration, Instant},
};

use hyper::StatusCode;

use crate::{
    Result, call::Call, connection::Connection, population::Population, server::Server, times::Times,
};

/// What the order of the tries comes from, the same in each run.
const SEED: u64 = 4711;

/// Pairs of tries before those that count.
const WARM_UP: u16 = 10;

pub(crate) struct Timing {
    /// Logins to an account.
    pub(crate) wrong_password: Times,
    /// Logins to none, each with another address.
    pub(crate) unknown_address: Times,
}

impl Timing {
    /// One try of each kind after the other, that many times, each time in the order that chance decides.
    pub(crate) async fn measure(server: &Server, population: &Population, tries: u16) -> Result<Self> {
        let mut timing = Self {
            wrong_password: Times::default(),
            unknown_address: Times::default(),
        };
        let mut connection = Connection::open(server.authority()).await?;
        let known = population.reader.email.as_str();
        for number in 0..WARM_UP + tries {
            // As long as the known one.
            let unknown = format!("a{number:05}@example.com");
            let known_first = coin(number);
            let emails = if known_first {
                [known, &unknown]
            } else {
                [&unknown, known]
            };
            let [first, second] = [
                try_in_vain(&mut connection, emails[0]).await?,
                try_in_vain(&mut connection, emails[1]).await?,
            ];
            if number >= WARM_UP {
                let (of_known, of_unknown) = if known_first {
                    (first, second)
                } else {
                    (second, first)
                };
                timing.wrong_password.push(of_known);
                timing.unknown_address.push(of_unknown);
            }
        }
        Ok(timing)
    }
}

async fn try_in_vain(connection: &mut Connection, email: &str) -> Result<Duration> {
    let call = Call::login(email, "a wrong password");
    let begun = Instant::now();
    connection.exchange(call, StatusCode::UNAUTHORIZED).await?;
    Ok(begun.elapsed())
}

fn coin(number: u16) -> bool {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    hasher.hash_one((SEED, number)) % 2 == 0
}

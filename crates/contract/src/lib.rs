#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "in a test, what must not fail is unwrapped")]

mod accounts;
mod admins;
mod admission;
mod answers;
mod api_tokens;
mod audit;
mod concurrency;
mod deletion;
mod directory;
mod fields;
mod filters;
mod fixture;
mod given;
mod jobs;
mod limits;
mod list;
mod log;
mod logins;
mod lookups;
mod model;
mod order;
mod owners;
mod passwords;
mod rare;
mod record;
mod refresh;
mod reminders;
mod revocation;
mod search;
mod sessions;
mod sorts;
mod trash;
mod undo;
mod users;

#[doc(hidden)]
pub mod cases;

pub use fixture::{Fixture, Storage};

#[doc(hidden)]
pub use fixture::run;

/// Tests an adapter, brought by its [`Fixture`]: one `#[test]` for each case of the suite.
#[macro_export]
macro_rules! storage_contract {
    ($fixture:ty) => {
        type ContractFixture = $fixture;
        $crate::__cases!($crate::__tests);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($($file:ident { $($case:ident,)+ })+) => {$(
        mod $file {$(
            #[test]
            fn $case() {
                $crate::run::<super::ContractFixture>($crate::cases::$file::$case);
            }
        )+}
    )+};
}

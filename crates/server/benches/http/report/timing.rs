//! The times of logins that fail.

use super::milliseconds;
use crate::{times::Times, timing::Timing};

pub(super) fn text(timing: &Timing) -> String {
    let Timing {
        wrong_password,
        unknown_address,
    } = timing;
    let difference = in_microseconds(unknown_address) - in_microseconds(wrong_password);
    let likelihood = unknown_address.take_longer_than(wrong_password);
    format!(
        "#### Does the time of a login tell whether an account exists?\n\n\
         | login | tries | median | p90 |\n\
         |---|--:|--:|--:|\n\
         {}{}\n\
         The medians differ by {difference:+.0} µs. An unknown address takes longer with a probability of \
         {:.3}; with no difference at all it is 0.500 with a standard error of {:.3}.\n",
        row("wrong password", wrong_password),
        row("unknown address", unknown_address),
        likelihood.probability,
        likelihood.standard_error,
    )
}

fn row(login: &str, times: &Times) -> String {
    format!(
        "| {login} | {} | {} | {} |\n",
        times.count(),
        milliseconds(times.quantile(0.50)),
        milliseconds(times.quantile(0.90)),
    )
}

fn in_microseconds(times: &Times) -> f64 {
    times.quantile(0.50).as_secs_f64() * 1e6
}

//! What a response says of a limit (draft-ietf-httpapi-ratelimit-headers-10).

use std::time::Duration;

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use taskwell_application::{Error, Limit};
use taskwell_domain::{Allowance, UserId};

use crate::services::Services;

pub(crate) const POLICY: &str = "RateLimit-Policy";
pub(crate) const STATE: &str = "RateLimit";

/// How many requests the user of this one has left, once it was counted.
#[derive(Clone, Copy)]
struct Counted(Allowance);

/// Counts a request of that user.
///
/// # Errors
/// [`Error::RateLimited`] if it is one too many.
pub(crate) fn count(request: &HttpRequest, services: &Services, user: &UserId) -> Result<(), Error> {
    let Some(allowance) = services.requests.take(user) else {
        return Ok(());
    };
    request.extensions_mut().insert(Counted(allowance));
    Limit::Requests.check(allowance)
}

/// Says in the headers of the response how the limit stands that the request was counted against, if it was,
/// and unless they tell of another one that was exceeded.
pub(crate) fn tell(request: &HttpRequest, headers: &mut HeaderMap) {
    let counted = request.extensions().get::<Counted>().copied();
    if let Some(Counted(allowance)) = counted
        && !headers.contains_key(STATE)
    {
        for (name, value) in fields(Limit::Requests, allowance) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
    }
}

/// The policy, how many can come at once and in which time they all come back; and the state, how many are left
/// and after which time all are back, or after one too many the next is let through.
pub(crate) fn fields(limit: Limit, allowance: Allowance) -> [(&'static str, String); 2] {
    let (quota, window) = (allowance.quota.burst(), seconds(allowance.quota.window()));
    let (remaining, reset) = (allowance.remaining.unwrap_or(0), seconds(allowance.reset_after));
    [
        (POLICY, format!("\"{limit}\";q={quota};w={window}")),
        (STATE, format!("\"{limit}\";r={remaining};t={reset}")),
    ]
}

/// Whole seconds, rounded up: who waits that long has waited long enough.
pub(crate) fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use taskwell_domain::Quota;

    use super::*;

    #[test]
    fn times_are_whole_seconds_rounded_up() {
        let quota = Quota::per(50, Duration::from_millis(1_001));
        let allowance = Allowance {
            quota,
            remaining: Some(99),
            reset_after: Duration::from_nanos(1),
        };
        let expected = [
            (POLICY, r#""requests";q=100;w=3"#.to_owned()),
            (STATE, r#""requests";r=99;t=1"#.to_owned()),
        ];
        assert_eq!(fields(Limit::Requests, allowance), expected);
        let whole = Duration::from_secs(7);
        assert_eq!((seconds(whole), seconds(Duration::ZERO)), (7, 0));
    }

    #[test]
    fn of_what_was_too_much_nothing_is_left() {
        let allowance = Allowance {
            quota: Quota::per(10, Duration::from_secs(60)),
            remaining: None,
            reset_after: Duration::from_millis(5_500),
        };
        let [_, (_, state)] = fields(Limit::Login, allowance);
        assert_eq!(state, r#""login";r=0;t=6"#);
    }
}

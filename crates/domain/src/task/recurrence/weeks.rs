use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Weeks of a year by their numbers, from 1 on or back from -1 (RFC 5545 *BYWEEKNO*). The library does not always find
/// those that reach into another year.
pub(super) struct Weeks {
    pub(super) numbers: Vec<i8>,
    /// The day that weeks begin on.
    pub(super) begin: Weekday,
}

impl Weeks {
    /// Whether the day is in one of them.
    pub(super) fn have(&self, day: NaiveDate) -> bool {
        // A week is one of the year that most of its days are in, and so its middle.
        let middle = first_of_week(day, self.begin) + Days::new(3);
        let days = if middle.leap_year() { 366 } else { 365 };
        let number = i8::try_from(middle.ordinal0() / 7 + 1).unwrap_or(i8::MAX);
        let from_end = -i8::try_from((days - middle.ordinal()) / 7 + 1).unwrap_or(i8::MAX);
        self.numbers.contains(&number) || self.numbers.contains(&from_end)
    }
}

/// The first day of the week that has that day.
pub(super) fn first_of_week(day: NaiveDate, begin: Weekday) -> NaiveDate {
    day - Days::new(day.weekday().days_since(begin).into())
}

//! Rules as the library must have them to mean what they do here.

use std::collections::BTreeSet;

use chrono::{Datelike, Month, NaiveDate};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

use super::{
    rule::is_numbered,
    weeks::{Weeks, first_of_week},
};

/// The day from which the library counts. Positions are counted through whole sets, and the library begins them at the
/// start: right for months and years, of which it knows the other days, but not for weeks.
pub(super) fn begin(rule: &RRule<Unvalidated>, start: NaiveDate) -> NaiveDate {
    match counts_through_weeks(rule) {
        true => first_of_week(start, rule.get_week_start()),
        false => start,
    }
}

fn counts_through_weeks(rule: &RRule<Unvalidated>) -> bool {
    rule.get_freq() == Frequency::Weekly && !rule.get_by_set_pos().is_empty()
}

/// The rule without the weeks that it names, which are left to be looked for, but for one that counts positions: they
/// are positions among the days of the weeks.
pub(super) fn without_weeks(rule: RRule<Unvalidated>) -> (RRule<Unvalidated>, Option<Weeks>) {
    if rule.get_by_week_no().is_empty() || !rule.get_by_set_pos().is_empty() {
        return (rule, None);
    }
    let weeks = Weeks {
        numbers: rule.get_by_week_no().to_vec(),
        begin: rule.get_week_start(),
    };
    (rule.by_week_no(Vec::new()), Some(weeks))
}

/// The rule with its weekdays as the library must have them to mean what the RFC does.
pub(super) fn by_weekdays(rule: RRule<Unvalidated>, start: NaiveDate) -> RRule<Unvalidated> {
    let days = rule.get_by_weekday();
    // A week alone says no day; the start does, even where the library does not begin there.
    if (!rule.get_by_week_no().is_empty() || counts_through_weeks(&rule))
        && days.is_empty()
        && rule.get_by_month_day().is_empty()
        && rule.get_by_year_day().is_empty()
    {
        return rule.by_weekday(vec![NWeekday::Every(start.weekday())]);
    }
    // Numbered weekdays and others would exclude each other.
    if !days.iter().any(is_numbered) {
        return rule;
    }
    let is_of_year = rule.get_freq() == Frequency::Yearly && rule.get_by_month().is_empty();
    let most = if is_of_year { 53 } else { 5 };
    let numbered = days.iter().flat_map(|day| match *day {
        NWeekday::Every(day) => (1..=most).map(|number| NWeekday::Nth(number, day)).collect(),
        numbered => vec![numbered],
    });
    let numbered = numbered.collect();
    rule.by_weekday(numbered)
}

/// Where the rule takes the day of the month from the start, months that are shorter have the series on their
/// last day. The RFC would leave them out, which is not what somebody means who pays rent on the 31st.
pub(super) fn clamped(rule: RRule<Unvalidated>, start: NaiveDate) -> RRule<Unvalidated> {
    let names_days = !rule.get_by_weekday().is_empty()
        || !rule.get_by_month_day().is_empty()
        || !rule.get_by_year_day().is_empty()
        || !rule.get_by_week_no().is_empty();
    let day = i8::try_from(start.day()).unwrap_or(i8::MAX);
    if day <= 28 || names_days || !rule.get_by_set_pos().is_empty() {
        return rule;
    }
    let last_of =
        |rule: RRule<Unvalidated>, positions| rule.by_month_day((28..=day).collect()).by_set_pos(positions);
    match rule.get_freq() {
        Frequency::Monthly => last_of(rule, vec![-1]),
        Frequency::Yearly => {
            let of_start = u8::try_from(start.month()).ok();
            let named = rule.get_by_month().iter().copied();
            let months: BTreeSet<u8> = match named.len() {
                0 => of_start.into_iter().collect(),
                _ => named.collect(),
            };
            let positions = positions_of_last(&months, day);
            let months: Vec<Month> = months
                .into_iter()
                .filter_map(|month| Month::try_from(month).ok())
                .collect();
            last_of(rule.by_month(&months), positions)
        }
        _ => rule,
    }
}

/// Which of the days of a year from the 28th to `day` in these months are the last of their month. They are counted
/// from the end of the year, and those of January from its beginning, so the length of February does not matter.
fn positions_of_last(months: &BTreeSet<u8>, day: i8) -> Vec<i32> {
    let mut later = 0;
    let from_end = months.iter().rev().map(|month| {
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let days = i32::from(day.min(longest)) - 27;
        let position = if *month == 1 { days } else { -1 - later };
        later += days;
        position
    });
    from_end.collect()
}

"""Says when a recurring task is due, according to python-dateutil.

Each line of the input is a day and a rule, such as `2026-01-31 FREQ=MONTHLY`; the line of the output has the first
twenty days before the year 2400, none if the rule never comes to pass.
"""

import datetime
import sys
from itertools import islice, takewhile

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, rrulestr, rruleset

# dateutil searches until then for days that may not exist, and that takes it many seconds.
datetime.MAXYEAR = 2399

WEEKDAYS = "MO TU WE TH FR SA SU".split()


def main():
    for line in sys.stdin:
        start, rule = line.split()
        days = due(datetime.datetime.fromisoformat(start), rule)
        print(*(day.date() for day in days), flush=True)


def due(start, rule):
    parts = dict(part.split("=") for part in rule.split(";"))
    # What a task counts is not what dateutil does: the start is always the first.
    count = int(parts.pop("COUNT", sys.maxsize))
    later = takewhile(lambda day: day.year <= datetime.MAXYEAR, named(start, parts))
    first = next(later, None)
    if first is None:
        return []
    days = [start] if first == start else [start, first]
    return islice([*days, *islice(later, 20)], min(count, 20))


def named(start, parts):
    """The days from the start on that the rule names."""
    days = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"} & parts.keys()
    if not days and parts["FREQ"] in ("MONTHLY", "YEARLY"):
        return clamped(start, parts)
    if days - {"BYSETPOS"} == {"BYWEEKNO"}:
        parts = {**parts, "BYDAY": WEEKDAYS[start.weekday()]}
    week_start = WEEKDAYS.index(parts.get("WKST", "MO"))
    if "BYWEEKNO" in parts and "BYSETPOS" not in parts:
        # dateutil is wrong about weeks at the turn of a year.
        weeks = [int(week) for week in parts.pop("BYWEEKNO").split(",")]
        return (day for day in parsed(start, parts) if in_weeks(day, weeks, week_start))
    if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts:
        # dateutil counts positions from its start on; a week has them from its own.
        parts = {"BYDAY": WEEKDAYS[start.weekday()], **parts}
        begin = start - datetime.timedelta((start.weekday() - week_start) % 7)
        return (day for day in parsed(begin, parts) if day >= start)
    weekdays = parts.get("BYDAY", "").split(",")
    numbered = [day for day in weekdays if len(day) > 2]
    others = [day for day in weekdays if len(day) == 2]
    if not (numbered and others):
        return iter(parsed(start, parts))
    # dateutil has none that are both.
    union = rruleset()
    for some in (numbered, others):
        union.rrule(parsed(start, {**parts, "BYDAY": ",".join(some)}))
    return iter(union)


def in_weeks(day, weeks, week_start):
    """Whether the day is in one of these weeks: the first one of a year has four days of it, or more."""
    def first(year):
        fourth = datetime.datetime(year, 1, 4)
        return fourth - datetime.timedelta((fourth.weekday() - week_start) % 7)

    year = next(year for year in (day.year + 1, day.year, day.year - 1) if first(year) <= day)
    number = (day - first(year)).days // 7 + 1
    count = (first(year + 1) - first(year)).days // 7
    return number in weeks or number - count - 1 in weeks


def parsed(start, parts):
    return rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)


def clamped(start, parts):
    """Months and years from the start on, on its day of the month or, where that is missing, on the last."""
    interval = int(parts.get("INTERVAL", 1))
    months = sorted(int(month) for month in parts.get("BYMONTH", "0").split(","))
    until = parsed(start, {"FREQ": "DAILY", **({"UNTIL": parts["UNTIL"]} if "UNTIL" in parts else {})})._until
    step = 0
    while True:
        if parts["FREQ"] == "MONTHLY":
            day = start + relativedelta(months=step)
            days = [day] if months == [0] or day.month in months else []
        else:
            in_year = [month or start.month for month in months]
            days = [start + relativedelta(years=step, month=month) for month in in_year]
        for day in days:
            if until and day > until:
                return
            if day >= start:
                yield day
        step += interval
        if step > 12 * 500:
            return


main()

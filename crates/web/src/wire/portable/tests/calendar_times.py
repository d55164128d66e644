"""Says when the to-dos of an iCalendar file are due, according to the Python package icalendar.

Each line of the output has the first fifty times of a to-do in UTC. What a zone is, the file alone says.
"""

import datetime
import sys
from itertools import islice

from dateutil.rrule import rrulestr
from icalendar import Calendar

[calendar] = Calendar.from_ical(sys.stdin.buffer.read(), multiple=True)
assert not calendar.get_missing_tzids(), calendar.get_missing_tzids()
zones = {zone.tz_name: zone.to_tz(lookup_tzid=False) for zone in calendar.timezones}
for todo in calendar.todos:
    assert not todo.errors, todo.errors
    start = todo["DTSTART"].dt.replace(tzinfo=zones[todo["DTSTART"].params["TZID"]])
    times = rrulestr(todo["RRULE"].to_ical().decode(), dtstart=start)
    print(*(f"{time.astimezone(datetime.timezone.utc):%Y-%m-%dT%H:%M:%S.000Z}" for time in islice(times, 50)))

mod calendar;
mod calendar_times;
mod csv;
mod given;
mod json;
mod round_trip;

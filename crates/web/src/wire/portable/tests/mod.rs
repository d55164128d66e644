mod calendar;
mod csv;
mod given;
mod json;
mod round_trip;

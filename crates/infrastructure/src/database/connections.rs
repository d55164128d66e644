use deadpool::Status;

/// The connections of a pool, or of several that do the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// What they are for.
    pub pool: &'static str,
    /// How many are open and wait to be used.
    pub idle: usize,
    /// How many are in use.
    pub used: usize,
    /// How many there may be.
    pub max: usize,
}

impl Connections {
    /// Of all these together, looked at one after the other.
    pub(super) fn of(pool: &'static str, each: impl IntoIterator<Item = Status>) -> Self {
        let mut all = Self {
            pool,
            idle: 0,
            used: 0,
            max: 0,
        };
        for one in each {
            all.idle += one.available;
            all.used += one.size - one.available;
            all.max += one.max_size;
        }
        all
    }
}

use log::LevelFilter;
use sqlx::Pool;

/// At this level the pools say, as the target `sqlx::pool::acquire`, how long each connection was waited for.
pub(super) const SAYS_WAITS_AT: LevelFilter = LevelFilter::Info;

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
    pub(super) fn of<'a, D: sqlx::Database>(
        pool: &'static str,
        pools: impl IntoIterator<Item = &'a Pool<D>>,
    ) -> Self {
        let mut all = Self {
            pool,
            idle: 0,
            used: 0,
            max: 0,
        };
        for one in pools {
            let idle = one.num_idle();
            all.idle += idle;
            all.used += (one.size() as usize).saturating_sub(idle);
            all.max += one.options().get_max_connections() as usize;
        }
        all
    }
}

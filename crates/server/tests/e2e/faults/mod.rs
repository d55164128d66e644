//! What goes wrong in production, done on purpose while clients write. Whatever was acknowledged must be there afterwards.

mod ledger;
mod load;
mod nginx;

mod connection_reset;
mod disk_full;
mod failover;
mod pool_exhausted;
mod postgres_killed;
mod postgres_paused;
mod rolling_restart;
mod server_killed;
mod server_stopped;

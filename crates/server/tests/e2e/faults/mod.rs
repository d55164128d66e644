//! What goes wrong in production, done on purpose while clients write. Whatever was acknowledged must be there afterwards.

mod ledger;
mod load;

mod server_killed;

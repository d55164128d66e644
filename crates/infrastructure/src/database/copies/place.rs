use std::{
    iter,
    path::{Path, PathBuf},
};

use super::CopyError;

/// Whether nothing stands where a database is to be: neither it, nor what one that is gone has left beside it, which
/// SQLite would take for a part of the new one.
pub(super) fn vacant(database: &Path) -> Result<(), CopyError> {
    let mut places = iter::once(database.to_owned()).chain(companions(database));
    match places.find(|place| is_taken(place)) {
        Some(taken) => Err(CopyError::Exists(taken)),
        None => Ok(()),
    }
}

/// Whether something has that name, a link that leads nowhere included.
pub(super) fn is_taken(place: &Path) -> bool {
    place.symlink_metadata().is_ok()
}

/// What SQLite keeps beside a database that is open, or that was not closed.
pub(super) fn companions(database: &Path) -> impl Iterator<Item = PathBuf> {
    ["-wal", "-shm", "-journal"].into_iter().map(|ending| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        name.into()
    })
}

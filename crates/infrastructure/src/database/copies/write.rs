use std::{
    fs::{self, File},
    io,
    path::Path,
};

use sqlx::SqliteConnection;
use tempfile::NamedTempFile;

use super::{
    CopyError,
    claim::claim,
    closed,
    error::failed,
    place::{companions, is_taken},
};
use crate::private_files;

/// Writes a copy under its name, once it is whole: what is not finished has a name of its own, beside it.
pub(super) async fn write(
    from: &mut SqliteConnection,
    source: &Path,
    target: &Path,
    replace: bool,
) -> Result<(), CopyError> {
    // Where the name is a link, it is followed, as SQLite does.
    let target = &fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    if !replace {
        let copy = copied(from, source, target).await?;
        copy.persist_noclobber(target)
            .map_err(|error| CopyError::written(target, error.error))?;
        return on_disk(target);
    }
    // First, so that nobody begins to work on what is about to go.
    let replaced = claim(target).await?;
    let copy = copied(from, source, target).await?;
    for companion in companions(target).filter(|companion| is_taken(companion)) {
        fs::remove_file(&companion).map_err(|error| CopyError::written(&companion, error))?;
    }
    copy.persist(target)
        .map_err(|error| CopyError::written(target, error.error))?;
    if let Some(replaced) = replaced {
        closed(replaced).await;
    }
    on_disk(target)
}

/// Copies by `VACUUM INTO`, which reads in one transaction, so that the copy is of one moment, and which no writer waits
/// for. The backup API of SQLite would begin anew whenever another process writes.
async fn copied(
    from: &mut SqliteConnection,
    source: &Path,
    target: &Path,
) -> Result<NamedTempFile, CopyError> {
    let unwritten = |error| CopyError::written(target, error);
    let aside = tempfile::Builder::new()
        .prefix(".taskwell-")
        .suffix(".part")
        .tempfile_in(private_files::folder_of(target))
        .map_err(unwritten)?;
    let name = aside.path().to_str();
    let name = name.ok_or_else(|| unwritten(io::Error::other("its path is no Unicode")))?;
    sqlx::query("VACUUM INTO ?")
        .bind(name)
        .execute(from)
        .await
        .map_err(|error| failed(source, error))?;
    aside.as_file().sync_all().map_err(unwritten)?;
    Ok(aside)
}

/// So that the name outlives a power cut too.
fn on_disk(target: &Path) -> Result<(), CopyError> {
    File::open(private_files::folder_of(target))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| CopyError::written(target, error))
}

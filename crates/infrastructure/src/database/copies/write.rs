use std::{
    fs::{self, File},
    io,
    path::Path,
};

use sqlx::SqliteConnection;

use super::{CopyError, claim::claim, closed, error::failed};
use crate::private_files;

/// Copies by `VACUUM INTO`, which reads in one transaction, so that the copy is of one moment, and which no writer waits
/// for. The backup API of SQLite would begin anew whenever another process writes. It is written beside its final
/// name, and what is not finished has no other name than that.
pub(super) async fn write(
    from: &mut SqliteConnection,
    source: &Path,
    target: &Path,
    replace: bool,
) -> Result<(), CopyError> {
    // Where the name is a link, it is followed, as SQLite does.
    let target = &fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let unwritten = |error| CopyError::written(target, error);
    let folder = private_files::folder_of(target);
    let aside = tempfile::Builder::new()
        .prefix(".taskwell-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(unwritten)?;
    let name = aside.path().to_str();
    let name = name.ok_or_else(|| unwritten(io::Error::other("its path is no Unicode")))?;
    sqlx::query("VACUUM INTO ?")
        .bind(name)
        .execute(from)
        .await
        .map_err(|error| failed(source, error))?;
    aside.as_file().sync_all().map_err(unwritten)?;
    if replace {
        let replaced = claim(target).await?;
        let named = aside.persist(target);
        if let Some(replaced) = replaced {
            closed(replaced).await;
        }
        named
    } else {
        aside.persist_noclobber(target)
    }
    .map_err(|error| unwritten(error.error))?;
    // The name is on the disk too.
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(unwritten)
}

//! A secret that is made once and kept in a file.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::private_files;

/// Why there is no kept secret.
#[derive(Debug, thiserror::Error)]
pub enum KeptSecretError {
    /// Its file can be read by others than its owner. Who made it so may have to make a new secret.
    #[error("others than its owner may read it (mode {mode:04o}), `chmod 600` ends that")]
    Shared {
        /// The permissions of the file.
        mode: u32,
    },
    /// Its file can neither be read nor made.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The secret in that file: its content without the white space at its end. Where there is no file yet, one
/// is made with 256 random bits, readable for its owner alone; the folder too, if need be. Of several programs
/// that do this at once, all get the same secret. Whether a secret that somebody else put there is a good
/// one is not looked at.
///
/// # Errors
/// The file can neither be read nor made, or others can read it.
pub fn kept_secret(path: &Path) -> Result<Vec<u8>, KeptSecretError> {
    if !path.try_exists()? {
        make(path, |aside, path| fs::hard_link(aside, path))?;
    }
    let mut file = File::open(path)?;
    check_mode(&file)?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    content.truncate(content.trim_ascii_end().len());
    Ok(content)
}

/// A secret of 256 random bits, kept nowhere.
///
/// # Errors
/// The system gives no random bytes.
pub fn new_secret() -> io::Result<[u8; 32]> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    Ok(secret)
}

#[cfg(unix)]
fn check_mode(file: &File) -> Result<(), KeptSecretError> {
    use std::os::unix::fs::PermissionsExt;
    const GROUP_AND_OTHERS: u32 = 0o077;
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    if mode & GROUP_AND_OTHERS == 0 {
        Ok(())
    } else {
        Err(KeptSecretError::Shared { mode })
    }
}

#[cfg(not(unix))]
fn check_mode(_: &File) -> Result<(), KeptSecretError> {
    Ok(())
}

/// Writes the secret aside and links it into its place: the file is there as a whole or not at all, and
/// the link, unlike a rename, does not replace one that another program has made meanwhile. Not every file
/// system has links; there the file is written in its place.
fn make(path: &Path, link: impl Fn(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    let folder = private_files::folder_of(path);
    private_files::make_folder(folder)?;
    let text = STANDARD.encode(new_secret()?) + "\n";
    let aside = aside(folder)?;
    let made = write(&aside, &text).and_then(|()| match link(&aside, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => write(path, &text),
        linked => linked,
    });
    let removed = fs::remove_file(&aside);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => removed?,
        made => made.and(removed)?,
    }
    sync(folder);
    Ok(())
}

fn aside(folder: &Path) -> io::Result<PathBuf> {
    Ok(folder.join(format!(".secret-{:016x}", getrandom::u64()?)))
}

/// A new file with that text, or none.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private_files::create_file(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    written
}

/// So that the name of the new file outlives a power cut too. Not every system can do that for a folder;
/// then the worst is that a new secret is made and users log in again.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_then_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not/there/yet/secret");
        let made = kept_secret(&path).unwrap();
        assert_eq!(STANDARD.decode(&made).unwrap().len(), 32);
        assert_eq!(kept_secret(&path).unwrap(), made);

        let other = folder.path().join("other");
        assert_ne!(kept_secret(&other).unwrap(), made);
    }

    #[cfg(unix)]
    mod unix {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt};

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn only_its_owner_can_get_at_it() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("data/secret");
            kept_secret(&path).unwrap();
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
        }

        #[test]
        fn one_that_others_can_read_is_refused() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("secret");
            kept_secret(&path).unwrap();
            for mode in [0o644, 0o640, 0o604] {
                fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
                let error = kept_secret(&path).unwrap_err();
                assert!(
                    matches!(error, KeptSecretError::Shared { mode: told } if told == mode),
                    "{error:?}"
                );
            }
            fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
            assert!(kept_secret(&path).is_ok());
        }
    }

    #[test]
    fn where_there_are_no_links_it_is_made_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let no_links = |_: &Path, _: &Path| Err(io::ErrorKind::Unsupported.into());
        make(&path, no_links).unwrap();
        let made = kept_secret(&path).unwrap();
        assert_eq!(STANDARD.decode(&made).unwrap().len(), 32);

        make(&path, no_links).unwrap();
        assert_eq!(kept_secret(&path).unwrap(), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn many_at_once_get_the_same_secret_and_leave_nothing_else() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("data/secret");
            let start = Barrier::new(8);
            let secrets: Vec<Vec<u8>> = thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            kept_secret(&path).unwrap()
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(secrets.iter().all(|secret| *secret == secrets[0]));
            let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
            assert_eq!(files, 1);
        }
    }

    #[test]
    fn white_space_at_its_end_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        private_files::create_file(&path)
            .unwrap()
            .write_all(b" from elsewhere \r\n")
            .unwrap();
        assert_eq!(kept_secret(&path).unwrap(), b" from elsewhere");
    }
}

//! A secret that is made once and kept in a file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};

/// The secret in that file: its text without the white space around it, so that the same text given in
/// another way is the same secret. Where there is no file yet, one is made with 256 random bits, readable for
/// its owner alone; the folder too, if need be. Of several programs that do this at once, all get the same secret.
///
/// # Errors
/// The file can neither be read nor made, or is empty.
pub fn kept_secret(path: &Path) -> io::Result<Vec<u8>> {
    if !path.try_exists()? {
        make(path)?;
    }
    match fs::read(path)?.trim_ascii() {
        [] => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file of the secret is empty",
        )),
        secret => Ok(secret.to_vec()),
    }
}

/// Writes the secret aside and links it into its place: the file is there as a whole or not at all, and
/// the link, unlike a rename, does not replace one that another program has made meanwhile.
fn make(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    let aside = aside(folder)?;
    let made = write(&aside, &STANDARD.encode(secret)).and_then(|()| fs::hard_link(&aside, path));
    let removed = fs::remove_file(&aside);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => removed,
        made => made.and(removed),
    }
}

fn aside(folder: &Path) -> io::Result<PathBuf> {
    Ok(folder.join(format!(".secret-{:016x}", getrandom::u64()?)))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = create_private(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        kept_secret(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
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
    fn white_space_around_it_does_not_count_and_an_empty_file_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, " from elsewhere\r\n").unwrap();
        assert_eq!(kept_secret(&path).unwrap(), b"from elsewhere");
        fs::write(&path, "\n").unwrap();
        assert_eq!(kept_secret(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}

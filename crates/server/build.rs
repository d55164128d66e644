//! Links the program.

use std::{env, process::Command};

/// A program that may lie anywhere in memory lists what has to be corrected by where it lies; this one's list takes a
/// tenth of the memory that it needs at rest. Packed it takes next to none, but the C library must be able to read it.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_for_this_machine = env::var("HOST").ok() == env::var("TARGET").ok();
    if is_for_this_machine && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's GNU C library, if it has one.
fn glibc() -> Option<(u32, u32)> {
    let answer = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let (major, minor) = answer.strip_prefix("glibc ")?.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

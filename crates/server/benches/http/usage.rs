//! What a process takes, as far as Linux tells.

use std::{fs, time::Duration};

/// Linux counts processor time in these for everybody (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

#[derive(Clone, Copy)]
pub(crate) struct Usage {
    /// On all cores, in user space and for it in the kernel.
    pub(crate) cpu: Duration,
    /// Bytes in memory now.
    pub(crate) resident: u64,
    /// Bytes in memory at most so far.
    pub(crate) peak: u64,
}

impl Usage {
    /// `None` where there is no `/proc`.
    pub(crate) fn of(process: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        Some(Self {
            cpu: cpu(&stat)?,
            resident: bytes(&status, "VmRSS:")?,
            peak: bytes(&status, "VmHWM:")?,
        })
    }
}

/// Fields 14 and 15 of proc_pid_stat(5); field 2, the name, may have spaces in it but ends in the last `)`.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, from_third) = stat.rsplit_once(") ")?;
    let mut times = from_third.split(' ').skip(11);
    let user: u32 = times.next()?.parse().ok()?;
    let system: u32 = times.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

fn bytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

use std::{error::Error, fmt};

use serde::Serialize;
use taskwell_application::told;

use super::last_runs::LastRun;

/// All that was looked at.
#[derive(Serialize)]
pub(super) struct Findings {
    ok: bool,
    checks: Vec<Check>,
    /// Every job, also one that never ran; none where that cannot be told.
    pub(super) jobs: Vec<LastRun>,
}

/// One thing that was looked at.
#[derive(Serialize)]
pub(super) struct Check {
    name: String,
    ok: bool,
    /// What was found.
    detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Check {
    pub(super) fn fine(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ok: true,
            detail: detail.into(),
            advice: None,
        }
    }

    /// Something is wrong, and an error says what.
    pub(super) fn fault(
        name: impl Into<String>,
        error: &(dyn Error + 'static),
        advice: impl Into<String>,
    ) -> Self {
        Self::wrong(name, told(error), advice)
    }

    /// Something is wrong.
    pub(super) fn wrong(
        name: impl Into<String>,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            ok: false,
            advice: Some(advice.into()),
            ..Self::fine(name, detail)
        }
    }
}

impl Findings {
    pub(super) fn of(checks: Vec<Check>) -> Self {
        let mut findings = Self {
            ok: true,
            checks: Vec::new(),
            jobs: Vec::new(),
        };
        findings.add(checks);
        findings
    }

    pub(super) fn add(&mut self, checks: impl IntoIterator<Item = Check>) {
        self.checks.extend(checks);
        self.ok = self.faults() == 0;
    }

    pub(super) fn faults(&self) -> usize {
        self.checks.iter().filter(|check| !check.ok).count()
    }
}

/// For people: a line for each check, and what to do about a fault below it.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let state = if check.ok { "ok   " } else { "FAULT" };
            writeln!(f, "{state}  {:<14}  {}", check.name, check.detail)?;
            if let Some(advice) = &check.advice {
                writeln!(f, "                       → {advice}")?;
            }
        }
        for job in &self.jobs {
            writeln!(f, "job    {job}")?;
        }
        Ok(())
    }
}

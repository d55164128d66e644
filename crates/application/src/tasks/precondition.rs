use taskwell_domain::{Seq, Task};

use crate::Error;

/// On which versions of a task something may be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition(Option<Vec<Seq>>);

impl Precondition {
    /// On any version.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Besides what was asked for already, only on one of `versions`.
    #[must_use]
    pub fn and_one_of(self, versions: Vec<Seq>) -> Self {
        Self(Some(match self.0 {
            None => versions,
            Some(allowed) => allowed.into_iter().filter(|v| versions.contains(v)).collect(),
        }))
    }

    /// # Errors
    /// [`Error::PreconditionFailed`] if it may not be done on this task.
    pub(super) fn check(&self, task: &Task) -> Result<(), Error> {
        if self.allows(task.version) {
            Ok(())
        } else {
            Err(Error::PreconditionFailed(Box::new(task.clone())))
        }
    }

    /// Whether it may be done on this version.
    #[must_use]
    pub fn allows(&self, version: Seq) -> bool {
        self.0.as_ref().is_none_or(|allowed| allowed.contains(&version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_demands_must_both_hold() {
        let [one, two, three] = [1, 2, 3].map(Seq::from);
        assert!(Precondition::none().allows(one));
        let both = Precondition::none()
            .and_one_of(vec![one, two])
            .and_one_of(vec![two, three]);
        assert!(both.allows(two));
        assert!(!both.allows(one));
        assert!(!both.allows(three));
        assert!(!Precondition::none().and_one_of(vec![]).allows(one));
    }
}

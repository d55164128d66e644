//! What a token opens.

use crate::{Fault, FaultCode, words};

words! {
    /// What a token for a program may be used for. Each grants only itself: to write is not to read.
    pub enum Scope {
        /// Reading tasks and their changes.
        TasksRead => "tasks:read",
        /// Creating, changing and deleting tasks.
        TasksWrite => "tasks:write",
        /// Reading the own account.
        AccountRead => "account:read",
    }
}

/// The scopes of a token: at least one, each once, in the order of [`Scope::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// These scopes; one that is named twice is there once.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`] if there is none.
    pub fn new(named: &[Scope]) -> Result<Self, Fault> {
        let scopes: Vec<Scope> = Scope::ALL
            .iter()
            .copied()
            .filter(|scope| named.contains(scope))
            .collect();
        if scopes.is_empty() {
            return Err(Fault::new(FaultCode::TooShort, "must name at least one scope"));
        }
        Ok(Self(scopes))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

/// What somebody who has shown a token may do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Grant {
    /// All that the account may: somebody logged in.
    Everything,
    /// This and nothing else, nothing about the account above all: a program with a token.
    Only(Scopes),
}

impl Grant {
    /// Whether it covers that.
    #[must_use]
    pub fn covers(&self, scope: Scope) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(scopes) => scopes.0.contains(&scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_grants_only_itself() {
        for granted in Scope::ALL {
            let grant = Grant::Only(Scopes::new(&[*granted]).unwrap());
            for asked in Scope::ALL {
                assert_eq!(grant.covers(*asked), asked == granted, "{granted} for {asked}");
            }
        }
        assert!(Scope::ALL.iter().all(|scope| Grant::Everything.covers(*scope)));
    }

    #[test]
    fn scopes_are_a_set_that_is_not_empty() {
        let twice = [Scope::TasksWrite, Scope::TasksRead, Scope::TasksWrite];
        let scopes = Scopes::new(&twice).unwrap();
        assert_eq!(
            scopes.iter().collect::<Vec<_>>(),
            [Scope::TasksRead, Scope::TasksWrite]
        );
        assert_eq!(Scopes::new(&[]).unwrap_err().code, FaultCode::TooShort);
    }
}

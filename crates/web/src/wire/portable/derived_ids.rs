//! Ids for rows that bring none.

use std::collections::HashMap;

use taskwell_domain::{TaskId, UserId};
use uuid::Uuid;

/// What tells these ids from all other UUIDs of their kind. It never changes: with another one, a file that was
/// imported before would be imported once more.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b0f_3c52_9d1e_4a7b_8c64_f02a_51d7_e839);

/// Gives out ids that follow from the owner, from what a row says, and from how many rows before it said the same
/// (UUIDv5, RFC 9562, section 5.5): the same file has the same ids each time.
pub(super) struct DerivedIds {
    owner: Uuid,
    used: HashMap<Uuid, u32>,
}

impl DerivedIds {
    pub(super) fn of(owner: &UserId) -> Self {
        Self {
            owner: Uuid::new_v5(&NAMESPACE, owner.as_str().as_bytes()),
            used: HashMap::new(),
        }
    }

    /// The id of the next row that says this.
    pub(super) fn next(&mut self, content: &[u8]) -> TaskId {
        let content = Uuid::new_v5(&self.owner, content);
        let number = self.used.entry(content).or_default();
        *number += 1;
        TaskId::from(Uuid::new_v5(&content, &number.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(owner: &str, contents: &[&str]) -> Vec<String> {
        let mut ids = DerivedIds::of(&UserId::parse(owner).unwrap());
        let next = |content: &&str| ids.next(content.as_bytes()).to_string();
        contents.iter().map(next).collect()
    }

    #[test]
    fn the_same_rows_have_the_same_ids_each_time() {
        assert_eq!(ids("ada", &["a", "b", "a"]), ids("ada", &["a", "b", "a"]));
    }

    #[test]
    fn equal_rows_other_rows_and_other_owners_have_other_ids() {
        let mut all = ids("ada", &["a", "a", "b"]);
        all.extend(ids("bob", &["a", "a", "b"]));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
    }

    #[test]
    fn an_id_is_the_one_that_earlier_versions_gave() {
        assert_eq!(ids("ada", &["a"]), ["57579888-1cbc-5968-898e-b11b2587c68d"]);
    }
}

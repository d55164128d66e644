use super::edit::{self, Edit, handle};
use crate::{access::Owner, endpoint::endpoint};

endpoint!(PUT "/api/{user_id}/tasks/{id}", Owner, Edit, |describe| edit::describe(describe, "putTask"));

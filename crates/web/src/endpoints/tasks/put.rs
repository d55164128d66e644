use super::edit::{self, Edit, handle};
use crate::{
    access::{Owner, TasksWrite},
    endpoint::endpoint,
};

endpoint!(PUT "/api/{user_id}/tasks/{id}", Owner<TasksWrite>, Edit, |describe| edit::describe(describe, "putTask"));

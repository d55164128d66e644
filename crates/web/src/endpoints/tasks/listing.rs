//! What the lists of tasks have in common: which tasks, in which order, from where, how many.

use actix_web::{HttpRequest, HttpResponse};
use taskwell_application::tasks::{ListTasks, TaskList};
use taskwell_wire::listing::{
    self, COMPLETED, COUNT, DUE_AFTER, DUE_BEFORE, PRIORITY, Q, SKIP, SORT, TAG, UPDATED_SINCE,
};

use crate::{
    endpoint::Describe,
    input::Reader,
    paging::{self, CURSOR, LIMIT},
    problem::Failure,
    wire::TaskBody,
};

/// What is asked of the tasks in the trash, or of those outside.
pub(super) fn read(reader: &mut Reader<'_>, deleted: bool) -> Result<ListTasks, Failure> {
    let search = reader.parameter(&Q);
    let key = paging::key(reader.request())?;
    Ok(listing::read(reader, deleted, search, key)?)
}

/// Says so in the document.
pub(super) fn describe(operation: Describe) -> Describe {
    operation
        .query(&SKIP)
        .query(&LIMIT)
        .query(&CURSOR)
        .query(&COMPLETED)
        .query_list(&PRIORITY)
        .query_list(&TAG)
        .query(&DUE_AFTER)
        .query(&DUE_BEFORE)
        .query(&UPDATED_SINCE)
        .query(&Q)
        .query(&SORT)
        .query(&COUNT)
}

/// The page, and where it goes on.
pub(super) fn respond(request: &HttpRequest, list: TaskList) -> Result<HttpResponse, Failure> {
    let mut response = HttpResponse::Ok();
    if let Some(next) = &list.next {
        let cursor = listing::encode(next, paging::key(request)?)?;
        paging::link(&mut response, request, &[SKIP.name], &cursor);
    }
    if let Some(total) = list.total {
        response.insert_header(("X-Total-Count", total.to_string()));
    }
    let tasks: Vec<TaskBody> = list.tasks.into_iter().map(TaskBody::from).collect();
    Ok(response.json(tasks))
}

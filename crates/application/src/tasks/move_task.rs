use taskwell_domain::{Fault, FaultCode, FieldFault, Place, Position, Task, TaskId};

use super::{
    Done, IdempotencyKey, Precondition, Tasks,
    idempotency::Answer,
    write::{MAX_ATTEMPTS, Recorded, changed},
};
use crate::{Actor, Error, ports::Side};

/// Where a task is to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Beside this task.
    pub id: TaskId,
    /// On this side of it.
    pub side: Side,
}

impl Beside {
    /// The field that names the other task.
    pub(super) fn field(self) -> &'static str {
        match self.side {
            Side::Before => "before",
            Side::After => "after",
        }
    }

    /// # Errors
    /// [`Error::Validation`] for a task beside itself.
    pub(super) fn check(self, id: TaskId) -> Result<(), Error> {
        if self.id == id {
            let fault = Fault::new(FaultCode::InvalidValue, "must be another task");
            return Err(Error::Validation(vec![FieldFault::new(self.field(), fault)]));
        }
        Ok(())
    }

    /// The place beside `other`, behind which comes `next` on that side; `None` if there is none left.
    pub(super) fn place(self, other: &Position, next: Option<&Position>) -> Option<Place> {
        match (self.side, next) {
            (Side::After, None) => Some(Place::Last),
            (Side::After, next) => Position::between(Some(other), next).map(Place::At),
            (Side::Before, next) => Position::between(next, Some(other)).map(Place::At),
        }
    }
}

impl Tasks {
    /// Moves a task beside another one in the caller's own order; the task as it stands then. No other task
    /// changes.
    ///
    /// # Errors
    /// [`Error::Validation`] if the other task is the same one or is not there, [`Error::PreconditionFailed`] on
    /// a version that was not asked for, [`Error::Forbidden`] and [`Error::NotFound`] as for [`Tasks::get`],
    /// [`Error::IdempotencyKeyReused`].
    pub async fn move_task(
        &self,
        actor: &Actor,
        id: TaskId,
        beside: Beside,
        precondition: &Precondition,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Task>, Error> {
        self.once(actor, key, Answer::one, async {
            beside.check(id)?;
            for _ in 0..MAX_ATTEMPTS {
                let found = self
                    .store
                    .find_neighbours(&actor.user_id, id, beside.id, beside.side)
                    .await?;
                let Some(task) = found.task else {
                    return Err(self.missing(actor, id).await?);
                };
                precondition.check(&task)?;
                let other = found.beside.ok_or_else(|| no_such_task(beside.field()))?;
                let now = self.clock.now();
                let change = match beside.place(&other.position, found.next.as_ref()) {
                    _ if found.next.as_ref() == Some(&task.position) => None,
                    None => return Err(Error::Conflict),
                    Some(place) => task.move_to(place, now),
                };
                if change.is_none() && key.is_none() {
                    return Ok(Done::now(task));
                }
                match self.record_one(actor, &task, change, key, now).await? {
                    Recorded::Now(changes) => return Ok(Done::now(changed(changes).unwrap_or(task))),
                    Recorded::Overtaken => {}
                    Recorded::Before(answer) => return answer.one(),
                }
            }
            Err(Error::Conflict)
        })
        .await
    }
}

pub(super) fn no_such_task(field: &'static str) -> Error {
    let fault = Fault::new(
        FaultCode::InvalidValue,
        "must be a task of the same user, outside the trash",
    );
    Error::Validation(vec![FieldFault::new(field, fault)])
}

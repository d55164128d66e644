//! The owner's own order.

use taskwell_application::ports::{Neighbours, Side};
use taskwell_domain::{Position, TaskId};

use crate::memory::Account;

impl Account {
    pub(super) fn neighbours(&self, id: TaskId, beside: TaskId, side: Side) -> Neighbours {
        let beside = self.outside_the_trash(beside).cloned();
        Neighbours {
            task: self.outside_the_trash(id).cloned(),
            next: beside
                .as_ref()
                .and_then(|beside| self.next_position(&beside.position, side, &[])),
            beside,
        }
    }

    pub(super) fn next_position(
        &self,
        position: &Position,
        side: Side,
        except: &[TaskId],
    ) -> Option<Position> {
        let others = self.tasks.values().filter(|task| !except.contains(&task.id));
        let places = others.map(|task| &task.position);
        match side {
            Side::After => places.filter(|place| *place > position).min(),
            Side::Before => places.filter(|place| *place < position).max(),
        }
        .cloned()
    }
}

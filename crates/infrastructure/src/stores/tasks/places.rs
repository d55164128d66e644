//! Places in the owner's own order.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};
use taskwell_application::ports::{Neighbours, Side, StoreError};
use taskwell_domain::{Position, TaskId, UserId};

use super::{find_among, scalar};
use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
    stores::corrupt,
};

pub(super) async fn find_neighbours(
    database: &Database,
    owner: &UserId,
    id: TaskId,
    beside: TaskId,
    side: Side,
) -> Result<Neighbours, StoreError> {
    let named = of(owner)
        .filter(Column::Id.eq(beside.as_uuid()))
        .filter(Column::DeletedAt.is_null());
    let place = scalar(named.select_only().column(Column::Position).into_query());
    let next = scalar(next(of(owner), place, side).into_query());
    let both = Column::Id
        .is_in([id.as_uuid(), beside.as_uuid()])
        .and(Column::DeletedAt.is_null());
    let found = of(owner).filter(both.or(Expr::col((Entity, Column::Position)).eq(next)));
    let tasks = find_among(database.read(), found).await?;

    let visible = |id: TaskId| {
        let found = tasks
            .iter()
            .find(|task| task.id == id && task.deleted_at.is_none());
        found.cloned()
    };
    let beside = visible(beside);
    let next = beside.as_ref().and_then(|beside| {
        let places = tasks.iter().map(|task| &task.position);
        match side {
            Side::After => places.filter(|place| **place > beside.position).min(),
            Side::Before => places.filter(|place| **place < beside.position).max(),
        }
    });
    Ok(Neighbours {
        next: next.cloned(),
        task: visible(id),
        beside,
    })
}

pub(super) async fn next_position(
    database: &Database,
    owner: &UserId,
    position: &Position,
    side: Side,
    except: &[TaskId],
) -> Result<Option<Position>, StoreError> {
    let others = of(owner).filter(Column::Id.is_not_in(except.iter().map(|id| id.as_uuid())));
    let next: Option<String> = next(others, Expr::value(position.as_str()), side)
        .into_tuple()
        .one(database.read())
        .await
        .map_err(store_error)?;
    next.map(|next| Position::parse(&next).map_err(|fault| corrupt("tasks.position", fault)))
        .transpose()
}

fn of(owner: &UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(owner.as_str()))
}

/// The next place of one of the tasks on that side of `place`.
fn next(tasks: Select<Entity>, place: Expr, side: Side) -> Select<Entity> {
    let position = Expr::col((Entity, Column::Position));
    let (beyond, order) = match side {
        Side::After => (position.gt(place), Order::Asc),
        Side::Before => (position.lt(place), Order::Desc),
    };
    tasks
        .filter(beyond)
        .order_by(Column::Position, order)
        .limit(1)
        .select_only()
        .column(Column::Position)
}

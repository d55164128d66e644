//! Listing accounts.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LikeExpr},
};
use taskwell_application::ports::{StoreError, UserPage, UserPosition, UserQuery};
use taskwell_domain::User;

use crate::{
    database::{Database, store_error},
    entities::users::{Column, Entity},
};

pub(super) async fn list(database: &Database, query: &UserQuery) -> Result<UserPage, StoreError> {
    // No text has such a character, and PostgreSQL does not even take the question.
    if query.search.as_ref().is_some_and(|search| search.contains('\0')) {
        return Ok(UserPage {
            users: Vec::new(),
            more: false,
        });
    }
    let meant = Condition::all()
        .add_option(query.search.as_deref().map(matching))
        .add_option(query.after.as_ref().map(after));
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut rows = Entity::find()
        .filter(meant)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        // One more tells whether others follow.
        .limit(u64::from(query.limit) + 1)
        .all(database.read())
        .await
        .map_err(store_error)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let users: Result<Vec<User>, StoreError> = rows.into_iter().map(User::try_from).collect();
    Ok(UserPage { users: users?, more })
}

fn matching(search: &str) -> Condition {
    const ESCAPE: char = '!';
    let mut pattern = String::from("%");
    // Case is left out as in `Email::key`.
    for c in search.to_lowercase().chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern.push('%');
    Condition::any()
        .add(Column::Id.eq(search))
        .add(Expr::col(Column::EmailKey).like(LikeExpr::new(pattern).escape(ESCAPE)))
}

/// One comparison of both columns as a row: the index leads straight there.
fn after(position: &UserPosition) -> Expr {
    let columns = Expr::tuple([Expr::col(Column::CreatedAt), Expr::col(Column::Id)]);
    columns.lt(Expr::tuple([
        Expr::value(position.created_at.as_datetime()),
        Expr::value(position.id.as_str()),
    ]))
}

//! Holding on to an account that an administrator is about to change.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use taskwell_application::ports::{Constraint, StoreError};
use taskwell_domain::{Role, User, UserId};

use crate::{
    database::{Database, Transaction, store_error},
    entities::users::{Column, Entity},
};

/// The account of that id, in a transaction in which nobody else writes it. If it is an enabled admin and
/// `remains_admin` says that it will be none, the others are held as well, so that one of them is left.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] if there is no other enabled admin.
pub(super) async fn hold(
    database: &Database,
    id: &UserId,
    remains_admin: impl Fn(&User) -> bool + Send,
) -> Result<(Transaction, User), StoreError> {
    let takes_admin = |user: &User| user.is_enabled_admin() && !remains_admin(user);
    let itself = Column::Id.eq(id.as_str());

    let transaction = database.begin().await.map_err(store_error)?;
    let held = lock(&transaction, itself.clone()).await?;
    let user = held.into_iter().next().ok_or(StoreError::NotFound)?;
    if !takes_admin(&user) {
        return Ok((transaction, user));
    }
    // Two that each hold an admin would wait for the other's in a circle. So let go, and take all in order.
    transaction.rollback().await.map_err(store_error)?;

    let transaction = database.begin().await.map_err(store_error)?;
    let held = lock(&transaction, itself.or(is_admin())).await?;
    let (itself, others): (Vec<User>, Vec<User>) = held.into_iter().partition(|user| user.id == *id);
    let user = itself.into_iter().next().ok_or(StoreError::NotFound)?;
    if takes_admin(&user) && !others.iter().any(User::is_enabled_admin) {
        return Err(StoreError::Conflict(Constraint::LastAdmin));
    }
    Ok((transaction, user))
}

/// In the text of the statement, not beside it: only then is it known to mean the index of admins.
fn is_admin() -> Expr {
    Expr::col(Column::Role).eq(Expr::Constant(Role::Admin.as_str().into()))
}

/// These accounts, as they stand once nobody else writes them; foreign keys that refer to them do not wait.
async fn lock(transaction: &Transaction, which: Expr) -> Result<Vec<User>, StoreError> {
    Entity::find()
        .filter(which)
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(transaction)
        .await
        .map_err(store_error)?
        .into_iter()
        .map(User::try_from)
        .collect()
}

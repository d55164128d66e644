use sea_orm::{
    ConnectionTrait, EntityTrait, ExprTrait, IntoSimpleExpr, Iterable, PrimaryKeyToColumn, QueryFilter,
    QuerySelect, QueryTrait,
    sea_query::{Expr, LockBehavior, LockType},
};
use taskwell_application::ports::StoreError;

use crate::database::store_error;

/// Deletes the rows of that table that fulfil `condition`; how many. Rows that somebody else is writing are
/// left for the next time: whoever cleans up waits for nobody, and so never in a circle.
pub(super) async fn purge<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    condition: Expr,
) -> Result<u64, StoreError> {
    let key = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let free = E::find()
        .select_only()
        .columns(key())
        .filter(condition)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let purged = E::delete_many()
        .filter(Expr::tuple(key().map(IntoSimpleExpr::into_simple_expr)).in_subquery(free))
        .exec(connection)
        .await
        .map_err(store_error)?;
    Ok(purged.rows_affected)
}

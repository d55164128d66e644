//! What the errors of the databases mean.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::{
    error::{DatabaseError, ErrorKind},
    sqlite::SqliteError,
};
use taskwell_application::ports::{Constraint, StoreError};

/// The constraints that a use case knows, and what it means to break them. PostgreSQL tells their names, SQLite
/// only their columns.
const CONSTRAINTS: [(&str, &str, StoreError); 3] = [
    (
        "users_email_key_key",
        "users.email_key",
        StoreError::Conflict(Constraint::Email),
    ),
    (
        "tasks_pkey",
        "tasks.id, tasks.user_id",
        StoreError::Conflict(Constraint::TaskId),
    ),
    // Somebody else has taken the place that the change was decided on.
    (
        "tasks_user_id_position_key",
        "tasks.user_id, tasks.position",
        StoreError::Stale,
    ),
];

/// What a failed statement means to a use case.
pub(crate) fn store_error(error: DbErr) -> StoreError {
    let Some(cause) = driver_error(&error) else {
        return match error {
            DbErr::ConnectionAcquire(_) => StoreError::Unavailable(Box::new(error)),
            other => StoreError::Internal(Box::new(other)),
        };
    };
    if is_unavailable(cause) {
        return StoreError::Unavailable(Box::new(error));
    }
    if let sqlx::Error::ColumnDecode { index, .. } = cause {
        return StoreError::Corrupt(format!("column {index} has a value of another type"));
    }
    match cause.as_database_error().and_then(violation) {
        Some(known) => known,
        None => StoreError::Internal(Box::new(error)),
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    if let DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause)) = error
    {
        Some(cause)
    } else {
        None
    }
}

fn violation(error: &dyn DatabaseError) -> Option<StoreError> {
    match error.kind() {
        ErrorKind::UniqueViolation => CONSTRAINTS
            .into_iter()
            .find(|(name, columns, _)| {
                error.constraint() == Some(name) || sqlite_columns(error) == Some(columns)
            })
            .map(|(.., meaning)| meaning),
        // All foreign keys of the schema name the owner.
        ErrorKind::ForeignKeyViolation => Some(StoreError::NotFound),
        _ => None,
    }
}

fn sqlite_columns(error: &dyn DatabaseError) -> Option<&str> {
    error
        .try_downcast_ref::<SqliteError>()?
        .message()
        .strip_prefix("UNIQUE constraint failed: ")
}

/// Whether the database is away, busy or out of space, or gave up a statement that it might do another time.
pub(super) fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        // A connection that ends within the handshake is told as a breach of the protocol.
        sqlx::Error::Io(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            match error.try_downcast_ref::<SqliteError>() {
                Some(_) => is_transient_in_sqlite(&code),
                None => is_transient_in_postgres(&code),
            }
        }
        _ => false,
    }
}

/// SQLSTATE, see <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn is_transient_in_postgres(code: &str) -> bool {
    // Connection failures, transactions rolled back (deadlocks among them), resources used up, an operator
    // (or a time limit) intervened, errors of the system; a server that only reads because another one has
    // taken over; a lock that could not be had.
    const CLASSES: [&str; 5] = ["08", "40", "53", "57", "58"];
    const CODES: [&str; 2] = ["25006", "55P03"];
    CLASSES.iter().any(|class| code.starts_with(class)) || CODES.contains(&code)
}

/// See <https://www.sqlite.org/rescode.html>.
fn is_transient_in_sqlite(code: &str) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    // The low byte is the primary result code, the rest tells more.
    code.parse::<u32>()
        .is_ok_and(|code| [BUSY, LOCKED, IOERR, FULL, CANTOPEN].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_may_come_back_is_unavailable() {
        for code in [
            "08006", "40001", "40P01", "53300", "57014", "57P01", "57P03", "25006",
        ] {
            assert!(is_transient_in_postgres(code), "{code}");
        }
        for code in ["23505", "28P01", "3D000", "42P01", "22P02", ""] {
            assert!(!is_transient_in_postgres(code), "{code}");
        }
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED, SQLITE_IOERR_READ, SQLITE_FULL, SQLITE_CANTOPEN
        for code in ["5", "517", "6", "266", "13", "14"] {
            assert!(is_transient_in_sqlite(code), "{code}");
        }
        // SQLITE_ERROR, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CORRUPT, SQLITE_NOTADB
        for code in ["1", "2067", "11", "26", ""] {
            assert!(!is_transient_in_sqlite(code), "{code}");
        }
    }

    #[test]
    fn a_pool_without_a_free_connection_is_unavailable() {
        let error = DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout);
        assert!(matches!(store_error(error), StoreError::Unavailable(_)));
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let error = DbErr::Conn(RuntimeErr::SqlxError(sqlx::Error::Io(refused).into()));
        assert!(matches!(store_error(error), StoreError::Unavailable(_)));
    }

    #[test]
    fn what_nobody_foresaw_is_internal() {
        let error = DbErr::Custom("?".to_owned());
        assert!(matches!(store_error(error), StoreError::Internal(_)));
    }
}

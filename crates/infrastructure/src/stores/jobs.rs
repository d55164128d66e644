use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use taskwell_application::ports::{Job, JobRun, JobStore, NewRun, RunEnd, StoreError};
use taskwell_domain::{RequestId, Timestamp};

use super::corrupt;
use crate::{
    database::{Database, store_error},
    entities::jobs::{Column, Entity, Model},
};

/// Shares the jobs by a row for each of them, written on a condition: whoever writes it has the job.
#[derive(Clone, Debug)]
pub struct SqlJobStore {
    database: Database,
}

impl SqlJobStore {
    /// The jobs in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl JobStore for SqlJobStore {
    async fn begin(&self, job: Job, run: &NewRun) -> Result<bool, StoreError> {
        let row = Model {
            name: job.as_str().to_owned(),
            run: run.id.to_string(),
            began_at: run.at.as_datetime(),
            leased_until: run.leased_until.as_datetime(),
            ended_at: None,
            done: None,
            failure: None,
        };
        let stored = |column| Expr::col((Entity, column));
        let is_free = Condition::any()
            .add(stored(Column::EndedAt).is_not_null())
            .add(stored(Column::LeasedUntil).lte(run.at.as_datetime()));
        let is_needed = stored(Column::BeganAt).lte(run.unless_after.as_datetime());
        let is_of_the_future = stored(Column::BeganAt).gte(run.leased_until.as_datetime());
        let is_over = Condition::all().add(is_free).add(is_needed);
        let take = OnConflict::column(Column::Name)
            .update_columns([
                Column::Run,
                Column::BeganAt,
                Column::LeasedUntil,
                Column::EndedAt,
                Column::Done,
                Column::Failure,
            ])
            .action_cond_where(Condition::any().add(is_over).add(is_of_the_future))
            .to_owned();
        let taken = Entity::insert(row.into_active_model())
            .on_conflict(take)
            .exec_without_returning(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(taken > 0)
    }

    async fn end(&self, job: Job, run: &RequestId, end: &RunEnd) -> Result<(), StoreError> {
        let (done, failure) = match &end.outcome {
            Ok(done) => (Some(i64::try_from(*done).unwrap_or(i64::MAX)), None),
            Err(failure) => (None, Some(failure.as_str())),
        };
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(end.at.as_datetime()))
            .col_expr(Column::Done, Expr::value(done))
            .col_expr(Column::Failure, Expr::value(failure))
            .filter(Column::Name.eq(job.as_str()))
            .filter(Column::Run.eq(run.as_str()))
            .exec(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn last_runs(&self) -> Result<Vec<JobRun>, StoreError> {
        let rows = Entity::find()
            .all(self.database.read())
            .await
            .map_err(store_error)?;
        // A newer server may have jobs that this one does not know.
        let known = rows
            .into_iter()
            .filter_map(|row| Some((Job::from_word(&row.name)?, row)));
        known.map(|(job, row)| job_run(job, row)).collect()
    }
}

fn job_run(job: Job, row: Model) -> Result<JobRun, StoreError> {
    let outcome = match (row.failure, row.done) {
        (Some(failure), _) => Err(failure),
        (None, done) => {
            let done = u64::try_from(done.unwrap_or_default());
            Ok(done.map_err(|error| corrupt("jobs.done", error))?)
        }
    };
    Ok(JobRun {
        job,
        began_at: Timestamp::from(row.began_at),
        leased_until: Timestamp::from(row.leased_until),
        end: row.ended_at.map(|at| RunEnd {
            at: Timestamp::from(at),
            outcome,
        }),
    })
}

//! What is done every day, by way of PgBouncer.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;

use crate::{
    api_tokens, assistants, database::TestDatabase, doctor, everyday, housekeeping, idempotency, last_admin,
    reminders, server::Server, sessions, several_servers, streams, sync, tasks, user_commands,
};

/// Runs tests of other modules once more, each behind a pooler of its own.
macro_rules! by_way_of_a_pooler {
    ($($module:ident::$name:ident;)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            $module::$name::on(TestDatabase::behind_a_pooler().await).await;
        })+
    };
}

by_way_of_a_pooler! {
    api_tokens::a_token_works_until_it_expires_or_is_revoked_and_tells_when_it_was_used;
    assistants::an_assistant_plans_does_and_undoes_what_it_did_itself;
    doctor::where_all_is_well_nothing_is_wrong_and_every_job_was_done;
    everyday::a_user_registers_logs_in_and_manages_tasks;
    everyday::what_was_written_is_there_after_a_restart;
    everyday::a_task_of_somebody_else_cannot_be_reached;
    everyday::a_walk_by_links_sees_every_task_once_while_others_are_created;
    everyday::fifty_clients_toggle_one_task_and_none_is_lost;
    housekeeping::what_nobody_asks_for_any_more_goes_by_itself_and_the_rest_stays;
    idempotency::fifty_equal_creates_at_two_servers_make_one_task_and_fifty_equal_answers;
    idempotency::a_write_is_answered_as_before_after_a_restart_whatever_happened_since;
    last_admin::of_admins_who_all_step_down_at_once_on_two_servers_one_is_left;
    reminders::a_reminder_comes_within_two_seconds_of_its_time_and_once;
    reminders::of_three_servers_one_sends_each_reminder;
    sessions::a_refresh_gives_new_tokens_and_the_spent_one_works_for_another_tab;
    sessions::a_spent_token_that_comes_back_late_ends_the_session_and_is_noted;
    sessions::of_a_deleted_account_nothing_is_left_but_the_audit_trail;
    several_servers::two_servers_that_start_at_once_on_an_empty_database_both_come_up;
    several_servers::a_role_is_lost_everywhere_within_two_seconds;
    several_servers::a_deleted_account_is_gone_everywhere_within_two_seconds;
    streams::what_is_written_on_one_server_is_seen_on_both;
    streams::who_is_cut_off_in_a_storm_and_comes_back_elsewhere_misses_nothing_and_sees_nothing_twice;
    sync::who_only_follows_the_log_ends_with_the_very_bytes_of_a_full_read;
    tasks::of_batches_that_make_the_same_task_all_are_done_and_it_is_made_once;
    tasks::two_thousand_tasks_come_back_from_either_file_as_they_were_and_only_once;
    user_commands::what_a_command_does_a_running_server_knows_within_two_seconds;
}

/// A session of ours has the limit; here each transaction has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_given_up() {
    let database = TestDatabase::behind_a_pooler().await;
    let soon = ("TASKWELL__DATABASE__STATEMENT_TIMEOUT", "200ms");
    // Nothing else would end the wait.
    let late = ("TASKWELL__SERVER__REQUEST_TIMEOUT", "60s");
    let server = Server::start_with(database.url(), &[soon, late]);
    let ada = server.client().signed_up("ada@example.com").await;
    let mut other = PgConnection::connect(database.direct_url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    lock.execute("SELECT id FROM users FOR UPDATE").await.unwrap();
    let task = json!({"title": "Buy milk"});
    let answer = timeout(Duration::from_secs(30), ada.post("/api/me/tasks", &task)).await;
    answer.expect("it is answered").fails_with(503, "unavailable");
    lock.commit().await.unwrap();
    ada.post("/api/me/tasks", &task).await.is(201);
}

//! What is done every day, by way of PgBouncer.

use crate::{
    database::TestDatabase, everyday, idempotency, reminders, sessions, several_servers, streams, tasks,
    user_commands,
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
    everyday::a_user_registers_logs_in_and_manages_tasks;
    everyday::what_was_written_is_there_after_a_restart;
    everyday::a_task_of_somebody_else_cannot_be_reached;
    everyday::a_walk_by_links_sees_every_task_once_while_others_are_created;
    everyday::fifty_clients_toggle_one_task_and_none_is_lost;
    idempotency::fifty_equal_creates_at_two_servers_make_one_task_and_fifty_equal_answers;
    idempotency::a_write_is_answered_as_before_after_a_restart_whatever_happened_since;
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
    tasks::of_batches_that_make_the_same_task_all_are_done_and_it_is_made_once;
    tasks::two_thousand_tasks_come_back_from_either_file_as_they_were_and_only_once;
    user_commands::what_a_command_does_a_running_server_knows_within_two_seconds;
}

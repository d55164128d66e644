//! The list of all cases. A case that is missing here is dead code, which the compiler tells.

use crate::fixture::{Running, Storage};

#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($($tests:tt)+) => {
        $($tests)+! {
            users {
                an_account_is_found_as_it_was_added,
                a_new_account_is_noted,
                an_unknown_account_is_not_found,
                an_account_without_an_address_takes_none,
                credentials_are_found_ignoring_case,
                an_address_is_not_a_pattern,
                an_address_is_taken_ignoring_case,
                a_user_id_is_opaque,
                a_user_id_is_taken_once,
                of_racing_adds_of_one_address_one_wins,
            }
            admission {
                an_account_from_elsewhere_is_made_when_first_seen,
                an_account_from_elsewhere_is_made_once,
                the_account_of_an_id_is_answered_whoever_it_belongs_to,
                an_account_that_comes_back_takes_no_token_from_before_its_deletion,
                of_racing_admissions_one_makes_the_account,
                an_account_from_elsewhere_does_not_log_in_here,
                an_address_is_unique_only_among_the_accounts_that_log_in_here,
                a_deleted_account_does_not_come_back_by_itself,
                the_id_of_a_deleted_account_is_not_free_for_older_tokens_of_others,
                who_deleted_another_is_not_shut_out,
                the_newest_token_seen_is_noted,
                a_token_that_tells_no_address_leaves_none,
                a_token_tells_nothing_of_an_account_that_logs_in_here,
                of_racing_tokens_the_newest_is_noted,
                a_token_of_nobody_is_not_noted,
            }
            accounts {
                a_change_changes_what_it_names_alone,
                a_change_is_noted_with_every_entry,
                an_account_from_elsewhere_is_changed_as_any,
                an_account_that_never_was_is_not_found,
            }
            admins {
                the_last_admin_stays_one,
                an_admin_who_is_shut_out_does_not_count,
                one_of_two_admins_may_go,
                where_no_admin_is_anybody_may_go,
                of_racing_admins_one_is_left,
            }
            revocation {
                revoked_tokens_work_no_more,
                a_session_that_expired_before_a_revocation_is_not_renewed,
                what_others_have_is_not_revoked,
            }
            deletion {
                an_account_goes_with_all_that_it_owns_but_the_audit_trail,
                nothing_of_a_deleted_account_comes_back_with_its_id,
                an_account_from_elsewhere_goes_as_any,
                what_races_a_deletion_leaves_nothing_behind,
            }
            passwords {
                a_password_takes_the_place_of_the_verified_one_or_of_any,
                a_new_password_ends_the_sessions_that_are_active,
                a_session_that_expired_before_a_new_password_is_not_renewed,
                a_new_password_keeps_the_session_that_it_was_set_in,
                a_password_in_the_place_of_another_is_stale,
                where_no_password_is_none_is_set,
                of_racing_changes_of_one_password_one_wins,
                no_login_with_the_old_password_outlives_it,
            }
            directory {
                accounts_are_listed_newest_first_and_as_they_stand,
                pages_of_accounts_make_the_whole,
                whether_more_accounts_follow_is_told_exactly,
                a_place_among_accounts_outlives_its_account,
                accounts_are_found_by_a_part_of_their_address_ignoring_case,
                accounts_are_found_by_their_whole_id,
                what_is_searched_for_is_not_a_pattern,
            }
            logins {
                a_login_is_noted_with_the_account_and_in_the_audit_trail,
                a_login_with_another_password_is_stale,
                a_login_to_a_disabled_account_is_stale,
                a_login_to_an_account_that_is_gone_is_stale,
                a_login_to_an_account_without_a_password_is_stale,
                a_network_that_a_session_was_begun_from_is_known,
                a_network_that_a_session_was_renewed_from_is_not_where_it_was_begun,
                whoever_cannot_be_placed_has_begun_nowhere,
            }
            sessions {
                a_session_is_found_as_it_was_started,
                a_session_that_never_was_is_not_found,
                a_session_belongs_to_its_user,
                an_ended_session_says_when,
                a_session_ends_once,
                an_expired_session_ends_no_more,
                the_end_is_noted_where_there_is_something_to_say,
                where_nothing_ends_nothing_is_noted,
                of_racing_ends_one_ends,
                the_other_sessions_go_on,
                active_sessions_are_listed_newest_first,
                the_thousand_newest_sessions_are_listed,
                what_was_over_before_then_is_purged_and_nothing_else,
            }
            refresh {
                a_token_leads_to_its_session_and_user,
                an_unknown_token_leads_nowhere,
                a_token_of_an_ended_session_is_still_known,
                a_renewed_session_is_kept_as_it_was_renewed,
                a_spent_token_keeps_the_time_of_its_first_use,
                an_ended_session_is_not_renewed,
                a_session_that_is_gone_is_not_renewed,
                racing_renewals_with_one_token_all_succeed,
                a_renewal_does_not_bring_an_ended_session_back,
                tokens_given_out_before_then_are_purged,
            }
            api_tokens {
                a_token_is_found_as_it_was_added,
                a_token_that_never_was_is_not_found,
                a_token_is_not_found_by_the_hash_of_a_refresh_token,
                a_token_needs_its_user,
                a_token_needs_a_session_that_is_active,
                a_token_needs_a_login_elsewhere_that_is_not_revoked,
                who_is_shut_out_makes_no_token,
                tokens_that_expired_before_then_are_purged,
                tokens_are_listed_newest_first,
                the_thousand_newest_tokens_are_listed,
                a_deleted_token_is_gone_and_the_others_stay,
                a_token_that_is_not_there_is_not_deleted,
                of_racing_deletions_one_deletes,
                the_latest_use_of_a_token_is_noted,
                a_use_of_a_token_that_is_not_there_is_not_noted,
            }
            lookups {
                what_was_not_there_is_seen_once_it_is,
                an_admission_and_a_newer_token_are_seen_at_once,
                a_login_is_seen_at_once,
                a_change_of_an_account_is_seen_at_once,
                a_renewal_is_seen_at_once,
                the_end_of_a_session_is_seen_at_once,
                a_purge_of_sessions_is_seen_at_once,
                what_a_new_password_ends_is_seen_at_once,
                a_revocation_is_seen_at_once,
                the_deletion_of_an_account_is_seen_at_once,
                a_use_of_a_token_is_seen_at_once,
                the_deletion_of_a_token_is_seen_at_once,
                who_changed_nothing_sees_what_was_there,
                a_lookup_that_races_a_change_does_not_outlive_it,
            }
            audit {
                every_field_of_an_entry_survives,
                entries_are_listed_newest_first,
                what_a_user_did_and_what_was_done_to_one_is_found,
                pages_of_entries_make_the_whole,
                whether_more_entries_follow_is_told_exactly,
                entries_from_before_then_are_purged,
            }
            limits {
                a_burst_is_granted_and_then_no_more,
                one_more_is_granted_after_each_interval_exactly,
                a_rest_restores_the_burst_and_no_more,
                a_part_of_a_rest_restores_a_part_of_the_burst,
                keys_are_counted_each_for_itself,
                each_quota_holds_for_its_own_keys,
                of_racing_takes_exactly_the_burst_is_granted,
                what_makes_no_difference_is_purged_and_nothing_else,
            }
            record {
                a_task_is_found_as_it_was_recorded,
                a_completed_task_opens_again,
                what_is_done_to_a_task_shows_at_once,
                a_stale_change_writes_nothing,
                a_change_of_a_task_that_never_was_is_stale,
                a_taken_id_is_refused,
                an_id_in_the_trash_is_taken,
                an_owner_that_never_was_is_not_found,
                several_changes_are_recorded_in_order,
                several_changes_change_each_its_own_task,
                several_changes_last_together_or_not_at_all,
                two_changes_of_one_version_exclude_each_other,
                two_creations_of_one_id_exclude_each_other,
                no_changes_take_no_number,
                a_change_rests_on_an_earlier_one_of_the_same_recording,
                without_an_earlier_one_a_change_that_rests_on_it_is_stale,
                what_is_expected_of_the_log_must_be_so,
                a_task_comes_back_from_the_trash,
                what_is_purged_is_gone_for_good,
                the_tasks_of_those_ids_are_found_in_the_trash_too,
            }
            fields {
                every_text_survives_exactly,
                every_instant_survives_exactly,
                every_due_time_survives_exactly,
                every_tag_survives_in_its_place,
                every_priority_survives,
                a_series_goes_on_as_it_would_have,
                every_field_is_replaced_and_emptied,
                every_place_survives_exactly,
                a_task_in_the_trash_keeps_all_that_it_has,
            }
            answers {
                an_answer_is_found_with_what_it_names,
                an_answer_is_remembered_without_changes_too,
                an_answer_may_name_a_task_of_a_thousand,
                a_second_answer_under_a_key_is_refused_and_nothing_written,
                that_there_is_an_answer_is_told_before_all_else,
                what_is_refused_leaves_no_answer,
                keys_are_each_owners_own,
                after_a_day_a_key_means_another_request,
                answers_from_before_then_are_forgotten,
                answers_go_with_their_account,
                of_fifty_equal_requests_at_once_one_is_recorded,
                of_fifty_equal_requests_a_day_after_the_first_one_is_recorded,
            }
            order {
                the_last_place_is_that_of_the_number,
                a_place_is_free_once_it_was_left_in_the_same_recording,
                a_moved_task_stands_where_it_was_moved,
                a_place_is_taken_once,
                a_place_that_one_leaves_is_free_for_the_next,
                neighbours_are_found_on_either_side,
                a_task_in_the_trash_is_no_neighbour_but_has_its_place,
                the_tasks_of_others_are_no_neighbours,
                the_next_place_leaves_out_what_is_to_be_left_out,
                movers_at_once_leave_every_task_a_place_of_its_own,
            }
            owners {
                each_owner_has_an_own_counter,
                owners_may_use_the_same_id,
                nobody_sees_the_tasks_of_another,
                nobody_sees_what_happened_to_the_tasks_of_another,
                nobody_changes_the_task_of_another,
                a_task_of_another_is_told_apart,
                a_stranger_has_nothing,
            }
            log {
                the_log_is_what_the_records_answered,
                an_entry_shows_the_task_as_it_stood,
                the_log_is_read_in_pieces,
                after_the_end_there_is_nothing,
                an_origin_survives_exactly,
                a_creation_is_remembered,
                a_creation_that_never_was_is_not_found,
                the_history_of_a_task_is_its_part_of_the_log_newest_first,
                a_batch_is_found_whole_from_any_of_its_numbers,
                a_task_is_found_as_any_change_left_it,
                a_task_is_found_as_it_stood_before_any_change,
            }
            trash {
                the_trash_is_listed_apart,
                what_went_to_the_trash_before_then_is_found_whosever_it_is,
                what_expired_is_found_in_steps,
                what_undoing_needs_is_not_forgotten,
                how_far_the_log_goes_back_is_told,
                of_a_purged_task_nothing_need_be_remembered,
                what_is_forgotten_is_from_before_then_to_the_millisecond,
            }
            reminders {
                what_it_is_time_for_is_found_whosever_it_is,
                it_is_time_to_the_millisecond,
                a_reminder_that_was_sent_is_not_found_until_there_is_another,
                nobody_is_reminded_of_what_is_done_or_gone,
                what_has_waited_longest_is_found_first_in_steps,
                of_racing_servers_one_sends_each_reminder,
            }
            jobs {
                a_run_is_told_as_it_began_and_as_it_ended,
                nobody_begins_what_another_is_at,
                whoever_died_loses_its_lease,
                nothing_begins_again_that_began_lately_unless_it_must,
                a_clock_that_was_fast_holds_nobody_up,
                each_job_is_begun_for_itself,
                of_racing_servers_one_begins,
            }
            list {
                every_order_holds_in_either_direction,
                skip_and_limit_cut_out_a_window,
                more_is_told_exactly,
                pages_of_any_size_make_the_whole,
                pages_of_a_filtered_list_make_the_whole,
                where_nothing_is_the_page_is_empty,
                a_mark_outlives_its_task,
                a_walk_sees_each_surviving_task_once,
            }
            sorts {
                the_order_of_creation_is_exact_to_the_millisecond,
                the_order_of_changes_is_exact_to_the_millisecond,
                what_is_due_first_comes_first_wherever_that_is,
                what_is_never_due_comes_last_in_either_direction,
                priorities_come_in_their_order,
                titles_come_by_code_point_ignoring_case,
                places_come_by_code_point,
                tasks_that_stand_equal_come_by_their_ids,
            }
            filters {
                every_filter_lets_pass_what_it_says,
                filters_together_let_pass_what_each_of_them_does,
            }
            rare {
                what_is_rare_is_found_wherever_it_stands,
                what_is_due_last_of_many_comes_before_what_is_never_due,
                what_many_are_of_which_all_stand_far_off_is_found,
            }
            search {
                every_word_must_be_there_in_title_or_description,
                the_last_word_may_be_a_beginning_the_others_may_not,
                case_and_accents_make_no_difference,
                words_are_letters_and_digits_whatever_is_between_them,
                a_search_is_words_and_no_language,
                without_a_word_nothing_is_found,
                words_of_any_length_are_found,
                tags_are_not_searched,
                what_is_found_keeps_up_with_what_is_written,
                nobody_finds_the_tasks_of_another,
                what_is_found_comes_in_any_order_page_by_page,
            }
            undo {
                undoing_puts_back_what_stood_before_unless_it_was_touched_since,
            }
            concurrency {
                numbers_appear_in_order_and_without_gaps,
                of_edits_of_one_version_one_wins,
                an_edit_and_a_deletion_of_one_version_exclude_each_other,
                writers_that_try_again_all_succeed,
                records_of_several_changes_do_not_block_each_other,
                of_creations_of_one_id_one_wins,
                owners_do_not_get_in_each_others_way,
                a_walk_among_writers_sees_each_task_once,
            }
            model {
                a_storage_does_what_a_model_of_it_does,
            }
        }
    };
}

/// Gives every case one type.
macro_rules! declare {
    ($($file:ident { $($case:ident,)+ })+) => {$(
        #[doc(hidden)]
        pub mod $file {$(
            #[doc(hidden)]
            pub fn $case(storage: super::Storage) -> super::Running {
                Box::pin(crate::$file::$case(storage))
            }
        )+}
    )+};
}

__cases!(declare);

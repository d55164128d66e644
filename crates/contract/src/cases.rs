//! The list of all cases. A case that is missing here is dead code, which the compiler tells.

use crate::fixture::{Running, Storage};

#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($($tests:tt)+) => {
        $($tests)+! {
            users {
                an_account_is_found_as_it_was_added,
                an_unknown_account_is_not_found,
                an_account_without_an_address_takes_none,
                credentials_are_found_ignoring_case,
                an_address_is_not_a_pattern,
                an_address_is_taken_ignoring_case,
                a_user_id_is_opaque,
                a_user_id_is_taken_once,
                of_racing_adds_of_one_address_one_wins,
            }
            sessions {
                a_session_is_found_as_it_was_started,
                a_session_that_never_was_is_not_found,
                a_session_belongs_to_its_user,
                an_ended_session_says_when,
                a_session_ends_once,
                the_other_sessions_go_on,
                ending_what_is_not_there_does_nothing,
                a_session_needs_its_user,
            }
            record {
                a_task_is_found_as_it_was_recorded,
                every_text_survives_exactly,
                every_instant_survives_exactly,
                an_edit_replaces_the_task,
                a_completed_task_opens_again,
                a_deleted_task_is_gone,
                a_stale_change_writes_nothing,
                a_change_of_a_task_that_never_was_is_stale,
                a_taken_id_is_refused,
                an_id_in_the_trash_is_taken,
                an_owner_that_never_was_is_not_found,
                several_changes_are_recorded_in_order,
                several_changes_last_together_or_not_at_all,
                two_changes_of_one_version_exclude_each_other,
                two_creations_of_one_id_exclude_each_other,
                no_changes_take_no_number,
            }
            owners {
                each_owner_has_an_own_counter,
                owners_may_use_the_same_id,
                nobody_sees_the_tasks_of_another,
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
            }
            list {
                the_order_is_that_of_creation_in_either_direction,
                the_order_is_exact_to_the_millisecond,
                skip_and_limit_cut_out_a_window,
                more_is_told_exactly,
                pages_of_any_size_make_the_whole,
                the_filter_holds_for_list_and_count,
                pages_of_a_filtered_list_make_the_whole,
                where_nothing_is_the_page_is_empty,
                a_position_outlives_its_task,
                a_walk_sees_each_surviving_task_once,
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

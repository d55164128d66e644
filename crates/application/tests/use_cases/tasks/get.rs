use taskwell_application::ports::MockTaskStore;
use taskwell_domain::{Date, NewTask, Recurrence, Task, TaskEdit};

use super::{ada, finds, now, refused, task, task_id, tasks, title, unreachable_tasks};

#[tokio::test]
async fn a_task_is_given_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    assert_eq!(tasks(store).get(&ada(), task_id()).await.unwrap(), task());
}

#[tokio::test]
async fn why_a_task_is_out_of_reach_is_told() {
    for (store, code) in unreachable_tasks() {
        assert_eq!(refused(tasks(store).get(&ada(), task_id()).await), code);
    }
}

fn due_daily() -> Task {
    let new = NewTask {
        id: task_id(),
        title: title("Water the plants"),
        fields: TaskEdit {
            due_date: Some(Some(Date::parse("2026-12-30").unwrap())),
            recurrence: Some(Some(Recurrence::parse("FREQ=DAILY;COUNT=4").unwrap())),
            ..TaskEdit::default()
        },
    };
    let change = Task::create(&new, ada().user_id, now()).unwrap();
    change.task().clone()
}

#[tokio::test]
async fn the_next_times_that_a_task_is_due_begin_with_the_present_one() {
    let days = ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"];
    for (limit, expected) in [(1, &days[..1]), (3, &days[..3]), (100, &days[..])] {
        let mut store = MockTaskStore::new();
        finds(&mut store, [Ok(Some(due_daily()))]);
        let occurrences = tasks(store).occurrences(&ada(), task_id(), limit).await.unwrap();
        let told: Vec<String> = occurrences
            .iter()
            .map(|occurrence| occurrence.date.to_string())
            .collect();
        assert_eq!(told, expected);
        assert_eq!(Some(occurrences[0].at), due_daily().due_at());
    }
}

#[tokio::test]
async fn a_task_that_is_never_due_has_no_occurrences() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    let occurrences = tasks(store).occurrences(&ada(), task_id(), 10).await;
    assert_eq!(occurrences.unwrap(), []);
}

#[tokio::test]
async fn a_task_out_of_reach_has_no_occurrences() {
    for (store, code) in unreachable_tasks() {
        let outcome = tasks(store).occurrences(&ada(), task_id(), 10).await;
        assert_eq!(refused(outcome), code);
    }
}

use taskwell_application::ports::MockTaskStore;

use super::{ada, finds, refused, task, task_id, tasks, unreachable_tasks};

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

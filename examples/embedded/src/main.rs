//! A task list inside a program: no server, no database.

#![expect(clippy::print_stdout, reason = "it shows what it does")]

use std::{error::Error, sync::Arc};

use taskwell_application::{
    Actor, Error as Refused, Tasks,
    ports::{Clock, IdGenerator, Sort, SortKey, TaskFilter, UserStore},
    tasks::{Asserted, CreateTask, Created, EditTask, ListTasks, Precondition},
};
use taskwell_domain::{
    ActorKind, AuditAction, AuditEntry, ChangeActor, Completion, Issuer, Seq, Task, TaskEdit, Title, User,
};
use taskwell_example_embedded::{MemoryStorage, RandomIds, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let storage = Arc::new(MemoryStorage::new());
    let ada = sign_up(&storage).await?;
    let tasks = Tasks::new(storage.clone(), Arc::new(SystemClock), Arc::new(RandomIds));

    println!("Ada writes down two things to do:");
    let milk = create(&tasks, &ada, "Buy milk").await?;
    let bob = create(&tasks, &ada, "Call Bob").await?;
    show(&milk);
    show(&bob);

    println!("She makes one of them clearer and does the other:");
    show(
        &tasks
            .edit(&ada, milk.id, &rename("Buy oat milk")?, None)
            .await?
            .value,
    );
    let done = Completion::Set(true);
    let any_version = Precondition::none();
    show(
        &tasks
            .complete(&ada, bob.id, done, &any_version, None)
            .await?
            .value,
    );

    println!("Her other device has not heard of it and edits what it read before:");
    let stale = EditTask {
        precondition: Precondition::none().and_one_of(vec![milk.version]),
        ..rename("Buy soy milk")?
    };
    match tasks.edit(&ada, milk.id, &stale, None).await {
        Err(refused @ Refused::PreconditionFailed(_)) => println!("  refused: {refused}"),
        other => return Err(format!("a stale write was not refused: {other:?}").into()),
    }

    println!("What is left to do:");
    for task in tasks.list(&ada, open_tasks()).await?.tasks {
        show(&task);
    }

    println!("What happened, oldest first:");
    for change in tasks.changes(&ada, Seq::START, 100).await?.changes {
        let title = change.task.as_ref().map(|task| task.title.as_str());
        println!(
            "  {} {} {:?}",
            change.seq,
            change.kind.as_str(),
            title.unwrap_or_default()
        );
    }
    Ok(())
}

/// Makes an account that nobody can log in to, and somebody who acts for it.
async fn sign_up(storage: &MemoryStorage) -> Result<Actor, Box<dyn Error>> {
    let now = SystemClock.now();
    let here = Issuer::parse("example")?;
    let user = User::admitted(RandomIds.user_id(), here, None, now);
    let entry = AuditEntry {
        id: RandomIds.audit_id(),
        at: now,
        actor_id: None,
        action: AuditAction::Registered,
        subject_id: Some(user.id.clone()),
        address: None,
        detail: None,
    };
    storage.admit(&user, Some(now), &entry).await?;
    Ok(Actor {
        user_id: user.id,
        via: ChangeActor {
            kind: ActorKind::Session,
            id: RandomIds.session_id().to_string(),
        },
        request_id: RandomIds.request_id(),
    })
}

async fn create(tasks: &Tasks, actor: &Actor, title: &str) -> Result<Task, Box<dyn Error>> {
    let command = CreateTask {
        id: None,
        title: Title::parse(title)?,
        fields: TaskEdit::default(),
        asserted: Asserted::default(),
    };
    let (Created::Now(task) | Created::Before(task)) = tasks.create(actor, &command, None).await?.value;
    Ok(task)
}

fn rename(title: &str) -> Result<EditTask, Box<dyn Error>> {
    let edit = TaskEdit {
        title: Some(Title::parse(title)?),
        ..TaskEdit::default()
    };
    Ok(EditTask {
        edit,
        ..EditTask::default()
    })
}

fn open_tasks() -> ListTasks {
    ListTasks {
        filter: TaskFilter {
            completed: Some(false),
            ..TaskFilter::default()
        },
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: false,
        },
        skip: 0,
        cursor: None,
        limit: 100,
        count: false,
    }
}

fn show(task: &Task) {
    let mark = if task.is_completed() { 'x' } else { ' ' };
    println!("  [{mark}] {} (version {})", task.title, task.version);
}

//! What is done and what is asked, drawn by lot.

use std::{collections::BTreeMap, time::Duration};

use taskwell_application::ports::{
    AnsweredTask, Constraint, NewAnswer, Recording, Side, Sort, SortKey, Start, TaskFilter, TaskQuery,
};
use taskwell_domain::{
    Completion, NewTask, Origin, Place, Position, Priority, Seq, Tag, Task, TaskChange, TaskEdit, TaskId,
    TimeOfDay,
};

use super::{chance::Chance, expected::Model};
use crate::{
    given::{answer, batch_id, date, description, origin, rule, tag, tags, task_id, title, zone},
    list::after,
};

/// Why a recording is to be refused: never for two reasons at once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    Stale,
    Taken(Constraint),
}

const WORDS: [&str; 6] = ["milk", "Milkshake", "bread", "BREAD", "two", "the"];

const TAGS: [&str; 4] = ["home", "Work", "WORK", "émile"];

const DAYS: [&str; 4] = ["2026-01-31", "2026-11-21", "2026-11-22", "2027-02-28"];

const ZONES: [&str; 3] = ["Europe/Berlin", "Pacific/Auckland", "UTC"];

const RULES: [&str; 3] = ["FREQ=DAILY", "FREQ=MONTHLY;COUNT=4", "FREQ=WEEKLY;INTERVAL=2"];

const SEARCHES: [&str; 5] = ["milk", "m", "the milk", "bread t", "no"];

const SIDES: [Side; 2] = [Side::Before, Side::After];

const FLAGS: [bool; 2] = [false, true];

/// Few enough to meet again.
pub(super) fn id(chance: &mut Chance) -> TaskId {
    task_id(chance.below(30))
}

pub(super) fn side(chance: &mut Chance) -> Side {
    chance.pick(&SIDES)
}

pub(super) fn key(chance: &mut Chance) -> String {
    format!("key {}", chance.below(40))
}

/// A recording, and what stands against it if anything does.
pub(super) fn recording(chance: &mut Chance, model: &mut Model) -> (Recording, Option<Fault>) {
    // Often several at one instant.
    model.now = model.now.after(Duration::from_millis(chance.below(3)));
    let mut changes = changes(chance, model);
    let mut expects = chance.maybe(|_| model.latest());
    let mut answer = chance.maybe(|chance| new_answer(chance, model, changes.len()));
    let mut fault = None;
    if chance.one_in(5) {
        match chance.below(4) {
            0 => {
                expects = Some(Seq::from(model.latest().get() + 1 + chance.below(3)));
                fault = Some(Fault::Stale);
            }
            1 => {
                if let Some(key) = model.answers.keys().next().cloned() {
                    answer = Some(NewAnswer {
                        key,
                        ..new_answer(chance, model, changes.len())
                    });
                    fault = Some(Fault::Taken(Constraint::IdempotencyKey));
                }
            }
            2 => {
                let known: Vec<TaskId> = model.tasks.keys().copied().collect();
                let untouched = untouched(&known, &changes);
                if let [id, ..] = untouched[..] {
                    changes.push(creation(chance, model, id));
                    fault = Some(Fault::Taken(Constraint::TaskId));
                }
            }
            _ => {
                let known: Vec<TaskId> = model.tasks.keys().copied().collect();
                let untouched = untouched(&known, &changes);
                if let [id, ..] = untouched[..] {
                    let outdated = Task {
                        version: Seq::from(model.tasks[&id].version.get() - 1),
                        ..model.tasks[&id].clone()
                    };
                    let change = outdated.move_to(Place::Last, model.now).unwrap();
                    changes.insert(0, change);
                    // The answer would name others.
                    answer = None;
                    fault = Some(Fault::Stale);
                }
            }
        }
    }
    let batch = chance.maybe(|_| batch_id(model.log.len() as u64));
    let recording = Recording {
        changes,
        origin: Origin {
            batch,
            at: model.now,
            ..origin()
        },
        expects,
        answer,
    };
    (recording, fault)
}

fn untouched(ids: &[TaskId], changes: &[TaskChange]) -> Vec<TaskId> {
    let is_touched = |id: &TaskId| changes.iter().any(|change| change.task().id == *id);
    ids.iter().copied().filter(|id| !is_touched(id)).collect()
}

/// Under a key that is still free.
fn new_answer(chance: &mut Chance, model: &Model, changes: usize) -> NewAnswer {
    let free = (0..)
        .map(|n| format!("key {n}"))
        .find(|key| !model.answers.contains_key(key));
    let mut tasks: Vec<AnsweredTask> = (0..changes).map(AnsweredTask::Changed).collect();
    if let Some(task) = model.tasks.values().next() {
        tasks.push(AnsweredTask::At(task.version));
    }
    NewAnswer {
        fingerprint: [u8::try_from(chance.below(256)).unwrap(); 32],
        detail: chance.maybe(|chance| chance.pick(&WORDS).to_string()),
        ..answer(&free.unwrap(), tasks)
    }
}

/// Up to four changes, each on what those before it left.
fn changes(chance: &mut Chance, model: &Model) -> Vec<TaskChange> {
    let mut tasks = model.tasks.clone();
    let mut changes: Vec<TaskChange> = Vec::new();
    for _ in 0..=chance.below(4) {
        let id = id(chance);
        let change = match tasks.get(&id) {
            None => Some(creation(chance, model, id)),
            Some(task) => change(chance, model, &tasks, task),
        };
        let Some(change) = change else {
            continue;
        };
        let was_touched = changes.iter().any(|other| other.task().id == id);
        let change = match was_touched && tasks.contains_key(&id) {
            true => change.after_earlier(),
            false => change,
        };
        let seq = Seq::from(model.latest().get() + changes.len() as u64 + 1);
        let recorded = change.clone().recorded_as(seq, &origin());
        match recorded.task {
            Some(task) => tasks.insert(id, task),
            None => tasks.remove(&id),
        };
        changes.push(change);
    }
    changes
}

fn creation(chance: &mut Chance, model: &Model, id: TaskId) -> TaskChange {
    let new = NewTask {
        id,
        title: title(chance.pick(&WORDS)),
        fields: edit(chance),
    };
    let change = Task::create(&new, model.owner.clone(), model.now);
    // A rule that has no occurrence there, for one.
    let plain = || {
        let new = NewTask {
            fields: TaskEdit::default(),
            ..new.clone()
        };
        Task::create(&new, model.owner.clone(), model.now)
    };
    change.or_else(|_| plain()).unwrap()
}

/// What may happen to that task, unless it would change nothing.
fn change(
    chance: &mut Chance,
    model: &Model,
    tasks: &BTreeMap<TaskId, Task>,
    task: &Task,
) -> Option<TaskChange> {
    let now = model.now;
    if task.deleted_at.is_some() {
        return match chance.one_in(3) {
            true => task.purge(now),
            false => task.restore(now),
        };
    }
    match chance.below(9) {
        0 => task.delete(now),
        1 => task.complete(Completion::Toggle, now),
        2 => task.move_to(Place::Last, now),
        5 => task.remind(now),
        3 | 4 => {
            let mut places: Vec<&Position> = tasks.values().map(|task| &task.position).collect();
            places.sort();
            let upper = chance.below(places.len() as u64 + 1);
            let upper = usize::try_from(upper).unwrap();
            let lower = upper.checked_sub(1).map(|lower| places[lower]);
            let between = Position::between(lower, places.get(upper).copied());
            task.move_to(Place::At(between.unwrap()), now)
        }
        _ => task.edit(&edit(chance), now).ok().flatten(),
    }
}

/// What an edit may say.
pub(crate) fn edit(chance: &mut Chance) -> TaskEdit {
    let words = |chance: &mut Chance| {
        let words: Vec<&str> = (0..=chance.below(3)).map(|_| chance.pick(&WORDS)).collect();
        words.join(" ")
    };
    TaskEdit {
        title: chance.maybe(|chance| title(&words(chance))),
        description: chance.maybe(|chance| description(&words(chance))),
        completed: chance.maybe(|chance| chance.pick(&FLAGS)),
        priority: chance.maybe(|chance| chance.pick(Priority::ALL)),
        due_date: chance.maybe(|chance| chance.maybe(|chance| date(chance.pick(&DAYS)))),
        due_time: chance.maybe(|chance| chance.maybe(|_| TimeOfDay::parse("02:30").unwrap())),
        time_zone: chance.maybe(|chance| chance.maybe(|chance| zone(chance.pick(&ZONES)))),
        remind_at: chance.maybe(|chance| {
            chance.maybe(|chance| origin().at.after(Duration::from_millis(chance.below(400))))
        }),
        recurrence: chance.maybe(|chance| chance.maybe(|chance| rule(chance.pick(&RULES)))),
        tags: chance.maybe(|chance| {
            let some: Vec<&str> = (0..chance.below(4)).map(|_| chance.pick(&TAGS)).collect();
            tags(&some)
        }),
    }
}

/// A filter, an order and a page, which may begin after any task that passes.
pub(super) fn query(chance: &mut Chance, model: &Model) -> TaskQuery {
    let instant = |chance: &mut Chance| {
        let tasks: Vec<&Task> = model.tasks.values().collect();
        let task = tasks.get(usize::try_from(chance.below(30)).unwrap());
        task.and_then(|task| task.due_at()).unwrap_or(origin().at)
    };
    let seldom = |chance: &mut Chance| chance.one_in(5);
    let filter = TaskFilter {
        deleted: seldom(chance),
        completed: seldom(chance).then(|| chance.pick(&FLAGS)),
        priorities: match seldom(chance) {
            true => vec![chance.pick(Priority::ALL), Priority::None],
            false => vec![],
        },
        tags: match seldom(chance) {
            true => vec![some_tag(chance)],
            false => vec![],
        },
        due_after: seldom(chance).then(|| instant(chance)),
        due_before: seldom(chance).then(|| instant(chance)),
        updated_since: seldom(chance).then(|| origin().at.after(Duration::from_millis(chance.below(300)))),
        search: seldom(chance).then(|| chance.pick(&SEARCHES).to_owned()),
    };
    let sort = Sort {
        key: chance.pick(SortKey::ALL),
        descending: chance.pick(&FLAGS),
    };
    let passing = model.matching(&filter);
    let start = match passing.is_empty() || chance.one_in(2) {
        true => Start::Skip(chance.below(4)),
        false => after(chance.pick(&passing.iter().collect::<Vec<_>>()), sort),
    };
    TaskQuery {
        filter,
        sort,
        start,
        limit: u32::try_from(1 + chance.below(6)).unwrap(),
    }
}

fn some_tag(chance: &mut Chance) -> Tag {
    tag(chance.pick(&TAGS))
}

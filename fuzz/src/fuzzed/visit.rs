//! Somebody new at the application in process, with its storage in memory.

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
};

use actix_web::rt::{System, SystemRunner};
use serde_json::Value;

use super::support::{Answer, Person, World};

/// After so many visitors the world is made anew, for none of them is forgotten.
const VISITORS: u32 = 500;

// Never dropped: at the end of a thread they would look for what is gone by then.
thread_local! {
    static RUNNER: ManuallyDrop<SystemRunner> = ManuallyDrop::new(System::new());
    static WORLD: ManuallyDrop<RefCell<World>> = ManuallyDrop::new(RefCell::new(World::new()));
    static VISITOR: Cell<u32> = const { Cell::new(0) };
}

/// Has somebody visit who was not there before, and has nothing yet.
pub(crate) fn visit(visit: impl AsyncFnOnce(&World, &Person)) {
    let number = VISITOR.replace(VISITOR.get() + 1);
    WORLD.with(|world| {
        let world = &mut *world.borrow_mut();
        if number > 0 && number.is_multiple_of(VISITORS) {
            *world = World::new();
        }
        let person = world.outsider(&format!("visitor-{number}"));
        RUNNER.with(|runner| runner.block_on(visit(world, &person)));
    });
}

/// The last number of the log: what was refused must leave it as it was.
pub(crate) async fn latest(world: &World, person: &Person) -> Value {
    world.get("/api/changes/latest").by(person).await.ok()
}

/// All tasks outside the trash, as they are exported.
pub(crate) async fn exported(world: &World, person: &Person) -> Vec<Value> {
    let export = world.get("/api/tasks/export").by(person).await.ok();
    export["tasks"].as_array().unwrap().clone()
}

/// Whether it is done; otherwise it must be the request that is at fault, never the server.
pub(crate) fn is_done(answer: &Answer) -> bool {
    assert!(answer.status < 500, "{answer}");
    answer.status < 300
}

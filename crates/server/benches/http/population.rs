//! Who and what is in the database.

use std::iter;

use futures_util::future::try_join_all;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Result, call::Call, connection::Connection, operation::task_body};

/// How many tasks the one who reads has.
const TASKS: usize = 1_000;

/// So many stand before the page in the middle.
pub(crate) const BEFORE_THE_MIDDLE: u64 = 480;

pub(crate) const PASSWORD: &str = "violet umbrella 42";

pub(crate) struct Population {
    /// One with many tasks, who reads.
    pub(crate) reader: Account,
    /// One with a task for each connection, who write: the writes of one user wait in line.
    pub(crate) writers: Vec<Account>,
    /// The address of a page of the reader's from the middle on, as Taskwell says it.
    pub(crate) from_the_middle: String,
}

pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    /// The ids of the tasks.
    pub(crate) tasks: Vec<String>,
}

impl Population {
    /// Everybody registers, logs in and creates tasks, over HTTP.
    pub(crate) async fn settle(authority: &str, connections: usize) -> Result<Self> {
        let mut connection = Connection::open(authority).await?;
        let mut reader = Account::register(&mut connection, "reader@example.com").await?;
        let shares = iter::repeat_n(TASKS.div_ceil(connections), connections);
        let created = shares.map(|share| reader.create(authority, share, task_body));
        reader.tasks = try_join_all(created).await?.concat();

        let mut writers = Vec::with_capacity(connections);
        for number in 1..=connections {
            let mut connection = Connection::open(authority).await?;
            let email = format!("writer{number}@example.com");
            let mut writer = Account::register(&mut connection, &email).await?;
            writer.tasks = writer.create(authority, 1, |_| plain()).await?;
            writers.push(writer);
        }
        let middle = format!("{}?skip={BEFORE_THE_MIDDLE}&limit=20", reader.tasks_path());
        let middle = Call::new(Method::GET, middle).with_token(&reader.token);
        let from_the_middle = connection.next_page(middle).await?;
        Ok(Self {
            reader,
            writers,
            from_the_middle,
        })
    }
}

impl Account {
    async fn register(connection: &mut Connection, email: &str) -> Result<Self> {
        let register = Call::new(Method::POST, "/api/auth/register")
            .with_body(json!({"email": email, "password": PASSWORD}));
        connection.exchange(register, StatusCode::CREATED).await?;
        let login = Call::login(email, PASSWORD);
        let answer = connection.exchange(login, StatusCode::OK).await?;
        let answer: LoggedIn = serde_json::from_slice(&answer)?;
        Ok(Self {
            id: answer.user.id,
            email: email.to_owned(),
            token: answer.access_token,
            tasks: Vec::new(),
        })
    }

    /// The ids of that many new tasks.
    async fn create(&self, authority: &str, count: usize, body: fn(usize) -> Value) -> Result<Vec<String>> {
        let mut connection = Connection::open(authority).await?;
        let mut ids = Vec::with_capacity(count);
        for nth in 0..count {
            let create = Call::new(Method::POST, self.tasks_path())
                .with_token(&self.token)
                .with_body(body(nth));
            let created = connection.exchange(create, StatusCode::CREATED).await?;
            let created: HasId = serde_json::from_slice(&created)?;
            ids.push(created.id);
        }
        Ok(ids)
    }

    /// Where the tasks are: by the id, which says to any server whose they are.
    pub(crate) fn tasks_path(&self) -> String {
        format!("/api/{}/tasks", self.id)
    }

    /// A task as people write them.
    pub(crate) fn create_call(&self) -> Call<'_> {
        Call::new(Method::POST, self.tasks_path())
            .with_token(&self.token)
            .with_body(plain())
    }
}

fn plain() -> Value {
    json!({
        "title": "Call the plumber about the tap",
        "description": "It has been dripping since Tuesday.\nHis number is on the fridge.",
    })
}

#[derive(Deserialize)]
struct LoggedIn {
    access_token: String,
    user: HasId,
}

#[derive(Deserialize)]
struct HasId {
    id: String,
}

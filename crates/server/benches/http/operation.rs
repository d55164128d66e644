//! What is measured.

use hyper::{Method, StatusCode};

use crate::{
    call::Call,
    population::{Account, PASSWORD, Population},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Tasks of one user, one after the other.
    Get,
    /// The first page.
    List,
    /// Each connection for a user of its own.
    Create,
    /// Each connection the same task of a user of its own.
    Toggle,
    /// Each connection the same user.
    Login,
}

impl Operation {
    /// These the bare server can do too.
    pub(crate) const READS: [Self; 2] = [Self::Get, Self::List];
    pub(crate) const WRITES: [Self; 2] = [Self::Create, Self::Toggle];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Create => "create",
            Self::Toggle => "toggle",
            Self::Login => "login",
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Create => StatusCode::CREATED,
            _ => StatusCode::OK,
        }
    }

    /// What that connection asks for the `nth` time. There are no more connections than users who write.
    pub(crate) fn call(self, population: &Population, connection: usize, nth: usize) -> Call<'_> {
        let Population { reader, writers } = population;
        let writer = &writers[connection];
        match self {
            Self::Get => {
                // Far from what other connections ask for.
                let index = connection * reader.tasks.len() / writers.len() + nth;
                let path = task_path(reader, index % reader.tasks.len());
                Call::new(Method::GET, path).with_token(&reader.token)
            }
            Self::List => Call::new(Method::GET, "/api/me/tasks").with_token(&reader.token),
            Self::Create => writer.create_call(),
            Self::Toggle => {
                let path = task_path(writer, 0) + "/complete";
                Call::new(Method::PATCH, path).with_token(&writer.token)
            }
            Self::Login => Call::login(&writer.email, PASSWORD),
        }
    }
}

fn task_path(owner: &Account, index: usize) -> String {
    format!("/api/me/tasks/{}", owner.tasks[index])
}

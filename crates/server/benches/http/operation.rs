//! What is measured.

use hyper::{Method, StatusCode};
use serde_json::json;
use taskwell_application::ports::{Start, TaskFilter, TaskQuery};
use taskwell_domain::Priority;

use crate::{
    call::Call,
    population::{Account, PASSWORD, Population},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Tasks of one user, one after the other.
    Get,
    List(Listing),
    /// Each connection for a user of its own.
    Create,
    /// Each connection the same task of a user of its own.
    Toggle,
    /// Of ten requests six gets, two first pages, a create and a toggle.
    Mixed,
    /// Each connection the same user.
    Login,
}

/// A page of one user's tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    First,
    Filtered,
    /// From the middle on.
    Cursor,
    Search,
}

impl Operation {
    /// These the bare server can do too.
    pub(crate) const COMPARED: [Self; 8] = [
        Self::Get,
        Self::List(Listing::First),
        Self::List(Listing::Filtered),
        Self::List(Listing::Cursor),
        Self::List(Listing::Search),
        Self::Create,
        Self::Toggle,
        Self::Mixed,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List(Listing::First) => "list",
            Self::List(Listing::Filtered) => "filtered list",
            Self::List(Listing::Cursor) => "cursor page",
            Self::List(Listing::Search) => "search",
            Self::Create => "create",
            Self::Toggle => "toggle",
            Self::Mixed => "mixed",
            Self::Login => "login",
        }
    }

    /// Whether the answer is the same each time, whoever gives it.
    pub(crate) fn only_reads(self) -> bool {
        matches!(self, Self::Get | Self::List(_))
    }

    pub(crate) fn status(self, nth: usize) -> StatusCode {
        match self {
            Self::Create => StatusCode::CREATED,
            Self::Mixed => Self::of_mixed(nth).status(nth),
            _ => StatusCode::OK,
        }
    }

    /// What that connection asks for the `nth` time. There are no more connections than users who write.
    pub(crate) fn call(self, population: &Population, connection: usize, nth: usize) -> Call<'_> {
        let Population { reader, writers, .. } = population;
        let writer = &writers[connection];
        match self {
            Self::Get => {
                // Far from what other connections ask for.
                let index = connection * reader.tasks.len() / writers.len() + nth;
                let path = task_path(reader, index % reader.tasks.len());
                Call::new(Method::GET, path).with_token(&reader.token)
            }
            Self::List(listing) => {
                let path = match listing.query() {
                    Some(query) => format!("{}?{query}", reader.tasks_path()),
                    None => population.from_the_middle.clone(),
                };
                Call::new(Method::GET, path).with_token(&reader.token)
            }
            Self::Create => writer.create_call(),
            Self::Toggle => {
                let path = task_path(writer, 0) + "/complete";
                Call::new(Method::PATCH, path).with_token(&writer.token)
            }
            Self::Mixed => Self::of_mixed(nth).call(population, connection, nth),
            Self::Login => Call::login(&writer.email, PASSWORD),
        }
    }

    fn of_mixed(nth: usize) -> Self {
        match nth % 10 {
            0..6 => Self::Get,
            6 | 7 => Self::List(Listing::First),
            8 => Self::Create,
            _ => Self::Toggle,
        }
    }
}

impl Listing {
    pub(crate) const ALL: [Self; 4] = [Self::First, Self::Filtered, Self::Cursor, Self::Search];

    /// As it stands in the address; none for what only Taskwell can say.
    pub(crate) fn query(self) -> Option<&'static str> {
        match self {
            Self::First => Some(""),
            Self::Filtered => Some("completed=false&priority=high&priority=urgent"),
            Self::Search => Some("q=dentist"),
            Self::Cursor => None,
        }
    }

    /// The same as the store is asked, but for where it begins.
    pub(crate) fn asked(self) -> TaskQuery {
        let filter = match self {
            Self::First | Self::Cursor => TaskFilter::default(),
            Self::Filtered => TaskFilter {
                completed: Some(false),
                priorities: vec![Priority::High, Priority::Urgent],
                ..TaskFilter::default()
            },
            Self::Search => TaskFilter {
                search: Some("dentist".to_owned()),
                ..TaskFilter::default()
            },
        };
        TaskQuery {
            filter,
            ..first_page(0)
        }
    }
}

/// The page behind so many tasks.
pub(crate) fn first_page(skip: u64) -> TaskQuery {
    TaskQuery {
        filter: TaskFilter::default(),
        sort: taskwell_application::ports::Sort::default(),
        start: Start::Skip(skip),
        limit: 20,
    }
}

/// The `nth` task of the one who reads: of ten two are done, of five two matter, and one in fifty is found by its text.
pub(crate) fn task_body(nth: usize) -> serde_json::Value {
    json!({
        "title": if nth % 50 == 7 { "Call the dentist about Thursday" } else { "Call the plumber about the tap" },
        "description": "It has been dripping since Tuesday.\nHis number is on the fridge.",
        "completed": nth % 10 < 2,
        "priority": Priority::ALL[nth % Priority::ALL.len()].as_str(),
    })
}

fn task_path(owner: &Account, index: usize) -> String {
    format!("{}/{}", owner.tasks_path(), owner.tasks[index])
}

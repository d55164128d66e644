//! The server to compare with: actix handlers with nothing but SQL, without accounts, tokens, limits, checks or log. What
//! they answer to reads is the same to the byte.

mod row;
mod statements;
mod tasks;

use std::{env, process::Command};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    web::{self, Data, Json, Path},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use self::{
    row::Task,
    statements::Statements,
    tasks::{Source, Tasks},
};
use crate::{Result, arguments, place::Place, print, server::Server};

/// Starts this program once more, as that server.
pub(crate) fn start(place: &Place, user_id: &str, workers: usize) -> Result<Server> {
    let connections = (place.max_connections() / workers).max(1);
    let mut command = Command::new(env::current_exe()?);
    command
        .arg("bare")
        .args(["--database-url", place.url()])
        .args(["--user-id", user_id])
        .args(["--workers", &workers.to_string()])
        .args(["--connections", &connections.to_string()]);
    Server::start(&mut command, place.folder())
}

/// Is that server until somebody ends it.
pub(crate) async fn serve(options: &arguments::Bare) -> Result<()> {
    let statements = Statements::of(&options.database_url, &options.user_id).await?;
    let source = Source::new(options, statements)?;
    let server = HttpServer::new(move || {
        // Each worker has its own connections, and none waits for another one's thread.
        let tasks = Data::new(source.open());
        App::new()
            .app_data(tasks)
            .route("/api/{user_id}/tasks", web::get().to(list))
            .route("/api/{user_id}/tasks", web::post().to(create))
            .route("/api/{user_id}/tasks/{id}", web::get().to(get))
            .route("/api/{user_id}/tasks/{id}/complete", web::patch().to(toggle))
    })
    .workers(options.workers)
    .shutdown_timeout(1)
    .bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        print(&(json!({"event": "ready", "url": format!("http://{address}")}).to_string() + "\n"))?;
    }
    Ok(server.run().await?)
}

type Key = Path<(String, Uuid)>;

async fn get(tasks: Data<Tasks>, key: Key) -> HttpResponse {
    let (user_id, id) = key.into_inner();
    one(HttpResponse::Ok, tasks.get(&user_id, id).await)
}

async fn list(tasks: Data<Tasks>, user_id: Path<String>, request: HttpRequest) -> HttpResponse {
    match tasks.list(&user_id, request.query_string()).await {
        // One more than a page was read, as Taskwell does, to know whether there are more.
        Ok(found) => HttpResponse::Ok().json(found.get(..20).unwrap_or(&found)),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// What is sent to create a task.
#[derive(Deserialize)]
struct New {
    title: String,
    description: String,
}

async fn create(tasks: Data<Tasks>, user_id: Path<String>, new: Json<New>) -> HttpResponse {
    let Json(New { title, description }) = new;
    let created = tasks.create(&user_id, &title, &description).await;
    one(HttpResponse::Created, created)
}

async fn toggle(tasks: Data<Tasks>, key: Key) -> HttpResponse {
    let (user_id, id) = key.into_inner();
    one(HttpResponse::Ok, tasks.toggle(&user_id, id).await)
}

fn one(status: fn() -> actix_web::HttpResponseBuilder, found: sqlx::Result<Option<Task>>) -> HttpResponse {
    match found {
        Ok(Some(task)) => status().json(task),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

//! The server to compare with: actix handlers with nothing but SQL, for one user, who needs no token. What
//! they answer is the same to the byte.

mod tasks;

use std::{env, process::Command};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Data, Path},
};
use serde_json::json;
use uuid::Uuid;

use self::tasks::{Source, Tasks};
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
    let source = Source::new(options)?;
    let server = HttpServer::new(move || {
        // Each worker has its own connections, and none waits for another one's thread.
        let tasks = Data::new(source.open());
        App::new()
            .app_data(tasks)
            .route("/api/me/tasks", web::get().to(list))
            .route("/api/me/tasks/{id}", web::get().to(get))
    })
    .workers(options.workers)
    .shutdown_timeout(1)
    .bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        print(&(json!({"event": "ready", "url": format!("http://{address}")}).to_string() + "\n"))?;
    }
    Ok(server.run().await?)
}

async fn get(tasks: Data<Tasks>, id: Path<Uuid>) -> HttpResponse {
    match tasks.get(*id).await {
        Ok(Some(task)) => HttpResponse::Ok().json(task),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

async fn list(tasks: Data<Tasks>) -> HttpResponse {
    match tasks.list().await {
        Ok(tasks) => HttpResponse::Ok().json(tasks),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

//! The memory of an export.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::{Result, data::Data, server::Server};

/// How long the reader takes for each piece that it gets.
const PAUSE: Duration = Duration::from_millis(2);

#[derive(Deserialize)]
struct LoggedIn {
    access_token: String,
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

/// Each file from a server that has done nothing else, so that its peak is that of the export.
pub(crate) async fn measure(data: &Data, count: u32) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let who = log_in(&Server::start(data.url(), folder.path())?).await?;
    data.fill(&who.user.id, count).await?;
    let mut text = format!(
        "\n#### Export of {count} tasks on {}\n\n| file | size | took | idle | peak | above idle |\n|---|--:|--:|--:|--:|--:|\n",
        data.name()
    );
    for format in ["json", "csv", "ics"] {
        let server = Server::start(data.url(), folder.path())?;
        // As much as any request takes: connections, statements, keys.
        read(&server, &who, "/api/me/tasks", Duration::ZERO).await?;
        sleep(Duration::from_secs(1)).await;
        let idle = server.memory("VmRSS")?;
        let begun = Instant::now();
        let bytes = read(
            &server,
            &who,
            &format!("/api/me/tasks/export?format={format}"),
            PAUSE,
        )
        .await?;
        let took = begun.elapsed().as_secs_f64();
        let peak = server.memory("VmHWM")?;
        let size = bytes as f64 / f64::from(1 << 20);
        writeln!(
            text,
            "| {format} | {size:.1} MiB | {took:.1} s | {idle:.1} MiB | {peak:.1} MiB | {:.1} MiB |",
            peak - idle
        )?;
    }
    Ok(text)
}

async fn log_in(server: &Server) -> Result<LoggedIn> {
    let client = reqwest::Client::new();
    let account = json!({"email": "many@example.com", "password": "violet umbrella 42"});
    let register = client
        .post(format!("{}/api/auth/register", server.url))
        .json(&account);
    register.send().await?.error_for_status()?;
    let login = client
        .post(format!("{}/api/auth/login", server.url))
        .json(&account);
    Ok(login.send().await?.error_for_status()?.json().await?)
}

/// The size of the answer.
async fn read(server: &Server, who: &LoggedIn, path: &str, pause: Duration) -> Result<usize> {
    let request = reqwest::Client::new()
        .get(format!("{}{path}", server.url))
        .bearer_auth(&who.access_token);
    let mut response = request.send().await?.error_for_status()?;
    let mut size = 0;
    while let Some(piece) = response.chunk().await? {
        size += piece.len();
        sleep(pause).await;
    }
    Ok(size)
}

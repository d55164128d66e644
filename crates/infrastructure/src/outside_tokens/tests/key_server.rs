//! An issuer's web server, well or badly behaved.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
};

/// What it answers.
#[derive(Clone)]
pub(super) enum Answer {
    Keys(Vec<Value>),
    /// A status line, headers and a body, each as it stands.
    Page(String),
    /// Nothing at all.
    Silence,
    /// The head of an answer, and never its body.
    Head,
    /// 100 MB, announced before or not.
    Endless {
        announced: bool,
    },
}

pub(super) struct KeyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// How much each endless answer came to.
    sent: mpsc::UnboundedReceiver<usize>,
    task: JoinHandle<()>,
}

struct Shared {
    answer: Mutex<Answer>,
    asked: AtomicUsize,
    sent: mpsc::UnboundedSender<usize>,
}

impl KeyServer {
    pub(super) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (sender, sent) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            answer: Mutex::new(answer),
            asked: AtomicUsize::new(0),
            sent: sender,
        });
        Self {
            address: listener.local_addr().unwrap(),
            shared: Arc::clone(&shared),
            sent,
            task: tokio::spawn(serve(listener, shared)),
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/api/auth/jwks", self.address)
    }

    pub(super) fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().unwrap() = answer;
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// How much of the next endless answer went out until the other side had enough.
    pub(super) async fn sent(&mut self) -> usize {
        self.sent.recv().await.unwrap()
    }

    /// From then on nobody listens any more.
    pub(super) async fn die(&mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(respond(stream, Arc::clone(&shared)));
    }
}

async fn respond(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let answer = shared.answer.lock().unwrap().clone();
    let text = match answer {
        Answer::Keys(keys) => page("200 OK", "", &json!({ "keys": keys }).to_string()),
        Answer::Page(text) => text,
        Answer::Silence => String::new(),
        Answer::Head => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":".to_owned(),
        Answer::Endless { announced } => return flood(stream, announced, &shared).await,
    };
    // The other side may have had enough.
    let _ = stream.write_all(text.as_bytes()).await;
    if text.is_empty() || text.ends_with("{\"keys\":") {
        std::future::pending::<()>().await;
    }
}

pub(super) fn page(status: &str, header: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{header}\r\n{body}",
        body.len()
    )
}

async fn flood(mut stream: TcpStream, announced: bool, shared: &Shared) {
    const ALL: usize = 100 * 1024 * 1024;
    let length = format!("Content-Length: {ALL}\r\n");
    let head = format!("HTTP/1.1 200 OK\r\n{}\r\n", if announced { &length } else { "" });
    let mut written = stream.write_all(head.as_bytes()).await;
    let mut sent = 0;
    while sent < ALL && written.is_ok() {
        written = stream.write_all(&[b' '; 16 * 1024]).await;
        sent += 16 * 1024;
    }
    shared.sent.send(sent).unwrap();
}

//! A wire to a server that can be cut, and that counts what goes over it to a database.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinHandle,
};

/// A TCP proxy in front of a server: PostgreSQL, or the one under test.
pub(crate) struct Proxy {
    url: String,
    line: watch::Sender<Line>,
    round_trips: Arc<Mutex<Vec<Arc<AtomicUsize>>>>,
    accepting: JoinHandle<()>,
}

/// Where connections lead, and whether they do.
#[derive(Clone)]
struct Line {
    server: String,
    is_up: bool,
    resets: usize,
    freezes: usize,
}

impl Line {
    fn is_cut_since(&self, begun: &Self) -> bool {
        !self.is_up || self.resets > begun.resets
    }
}

impl Proxy {
    /// A proxy for the server of that address.
    pub(crate) async fn to(url: &str) -> Self {
        Self::carrying(url, true).await
    }

    /// The same, but what comes from other servers as a signal does not come through it.
    pub(crate) async fn without_signals(database_url: &str) -> Self {
        Self::carrying(database_url, false).await
    }

    async fn carrying(url: &str, signals: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let server = server_of(url).to_owned();
        let url = url.replacen(&server, &format!("127.0.0.1:{port}"), 1);
        let counts = url.starts_with("postgres");
        let (line, is_so) = watch::channel(Line {
            server,
            is_up: true,
            resets: 0,
            freezes: 0,
        });
        let round_trips: Arc<Mutex<Vec<Arc<AtomicUsize>>>> = Arc::default();
        let counters = Arc::clone(&round_trips);
        let accepting = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.expect("connections can be accepted");
                let counter = counts.then(Arc::<AtomicUsize>::default);
                counters.lock().expect("nobody panicked").extend(counter.clone());
                let is_so = is_so.clone();
                tokio::spawn(async move { carry(client, is_so, signals, counter.as_deref()).await });
            }
        });
        Self {
            url,
            line,
            round_trips,
            accepting,
        }
    }

    /// The address of the server by way of the proxy.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection and lets no new one through, or lets them through again.
    pub(crate) fn set_up(&self, up: bool) {
        self.line.send_modify(|line| line.is_up = up);
    }

    /// Resets every connection, on both sides, and lets new ones through.
    pub(crate) fn reset(&self) {
        self.line.send_modify(|line| line.resets += 1);
    }

    /// Carries nothing more on the connections that there are, and says so to nobody.
    pub(crate) fn freeze(&self) {
        self.line.send_modify(|line| line.freezes += 1);
    }

    /// Leads new connections to the server of that address.
    pub(crate) fn turn_to(&self, url: &str) {
        self.line
            .send_modify(|line| server_of(url).clone_into(&mut line.server));
    }

    /// How often so far the server has asked PostgreSQL something and waited for the answer, on each connection.
    pub(crate) fn round_trips(&self) -> Vec<usize> {
        let counters = self.round_trips.lock().expect("nobody panicked");
        counters
            .iter()
            .map(|counter| counter.load(Ordering::SeqCst))
            .collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The host and the port of an address.
fn server_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("an address has a scheme");
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

async fn carry(
    client: TcpStream,
    mut line: watch::Receiver<Line>,
    signals: bool,
    counter: Option<&AtomicUsize>,
) {
    let begun = line.borrow_and_update().clone();
    if !begun.is_up {
        return;
    }
    let Ok(server) = TcpStream::connect(&begun.server).await else {
        return;
    };
    for side in [&client, &server] {
        // Else each message would wait for the one before to be acknowledged.
        side.set_nodelay(true).expect("a connection can be told");
    }
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = async {
        match counter {
            Some(counter) => carry_counting(&mut from_client, &mut to_server, signals, counter).await,
            None => carry_bytes(&mut from_client, &mut to_server).await,
        }
    };
    tokio::select! {
        () = asking => return,
        () = carry_bytes(&mut from_server, &mut to_client) => return,
        _ = line.wait_for(|now| now.is_cut_since(&begun) || now.freezes > begun.freezes) => {}
    }
    if line
        .wait_for(|now| now.is_cut_since(&begun))
        .await
        .is_ok_and(|now| now.is_up)
    {
        // What is closed then is reset, and what was on the way is lost.
        for side in [to_client.as_ref(), to_server.as_ref()] {
            side.set_zero_linger().expect("a connection can be reset");
        }
    }
}

async fn carry_bytes(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) {
    // The end of a connection is how every one of them ends.
    let _ = tokio::io::copy(from, to).await;
}

/// What connections call themselves that carry signals between servers: no request waits for these.
const SIGNALS: &[u8] = b"taskwell signals";

fn contains(message: &[u8], text: &[u8]) -> bool {
    message.windows(text.len()).any(|window| window == text)
}

/// Counts the messages that have a statement run, `Execute` and the simple `Query`, after each of which the
/// server under test waits for the answer (PostgreSQL documentation, "Message Formats"). The lone `Sync` by
/// which its pool tests a connection that it gets back runs nothing, and nobody waits for it.
async fn carry_counting(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    signals: bool,
    counter: &AtomicUsize,
) {
    let (mut started, mut is_of_requests) = (false, true);
    loop {
        // The first messages have no type byte: perhaps a request for TLS, which is 8 bytes long, then the
        // one that starts the session.
        let kind = if started { from.read_u8().await.ok() } else { None };
        if started && kind.is_none() {
            return;
        }
        let Ok(length) = from.read_u32().await else { return };
        let mut message = vec![0; usize::try_from(length).unwrap_or_default().saturating_sub(4)];
        if from.read_exact(&mut message).await.is_err() {
            return;
        }
        if kind.is_none() && contains(&message, SIGNALS) {
            if !signals {
                return;
            }
            is_of_requests = false;
        }
        if is_of_requests && matches!(kind, Some(b'E' | b'Q')) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        let head: Vec<u8> = kind.into_iter().chain(length.to_be_bytes()).collect();
        if to.write_all(&head).await.is_err() || to.write_all(&message).await.is_err() {
            return;
        }
        started |= length != 8;
    }
}

//! A wire between the server and its database that can be cut, and that counts what goes over it.

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

/// A TCP proxy in front of PostgreSQL.
pub(crate) struct Proxy {
    url: String,
    up: watch::Sender<bool>,
    frozen: watch::Sender<()>,
    round_trips: Arc<Mutex<Vec<Arc<AtomicUsize>>>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy for the database of that address.
    pub(crate) async fn to(database_url: &str) -> Self {
        Self::carrying(database_url, true).await
    }

    /// The same, but what comes from other servers as a signal does not come through it.
    pub(crate) async fn without_signals(database_url: &str) -> Self {
        Self::carrying(database_url, false).await
    }

    async fn carrying(database_url: &str, signals: bool) -> Self {
        let (scheme, rest) = database_url.split_once("://").expect("an address has a scheme");
        let (authority, path) = rest.split_once('/').expect("an address names a database");
        let (user, server) = authority.rsplit_once('@').expect("an address names a user");
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (up, is_up) = watch::channel(true);
        let frozen = watch::Sender::new(());
        let freezing = frozen.clone();
        let round_trips: Arc<Mutex<Vec<Arc<AtomicUsize>>>> = Arc::default();
        let counters = Arc::clone(&round_trips);
        let accepting = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.expect("connections can be accepted");
                let (server, is_up, counter) = (server.clone(), is_up.clone(), Arc::default());
                let frozen = freezing.subscribe();
                counters
                    .lock()
                    .expect("nobody panicked")
                    .push(Arc::clone(&counter));
                tokio::spawn(async move { carry(client, &server, is_up, frozen, signals, &counter).await });
            }
        });
        Self {
            url: format!("{scheme}://{user}@127.0.0.1:{port}/{path}"),
            up,
            frozen,
            round_trips,
            accepting,
        }
    }

    /// The address of the database by way of the proxy.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection and lets no new one through, or lets them through again.
    pub(crate) fn set_up(&self, up: bool) {
        self.up.send_replace(up);
    }

    /// Carries nothing more on the connections that there are, and says so to nobody.
    pub(crate) fn freeze(&self) {
        self.frozen.send_replace(());
    }

    /// How often so far the server has asked something and waited for the answer, on each connection.
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

async fn carry(
    client: TcpStream,
    server: &str,
    mut is_up: watch::Receiver<bool>,
    mut frozen: watch::Receiver<()>,
    signals: bool,
    counter: &AtomicUsize,
) {
    if !*is_up.borrow_and_update() {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    for connection in [&client, &server] {
        // Else each message would wait for the one before to be acknowledged.
        connection.set_nodelay(true).expect("a connection can be told");
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let carrying = async {
        tokio::select! {
            () = carry_counting(from_client, to_server, signals, counter) => {}
            () = carry_bytes(from_server, to_client) => {}
        }
    };
    tokio::pin!(carrying);
    tokio::select! {
        () = &mut carrying => return,
        _ = is_up.wait_for(|up| !up) => return,
        _ = frozen.changed() => {}
    }
    let _cut = is_up.wait_for(|up| !up).await;
}

async fn carry_bytes(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    // The end of a connection is how every one of them ends.
    let _ = tokio::io::copy(&mut from, &mut to).await;
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
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
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

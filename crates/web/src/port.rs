use std::{
    io,
    net::{Shutdown, TcpListener},
};

use actix_web::dev::ServerHandle;
use socket2::SockRef;

/// Closes the port of a server, which goes on answering those who are connected.
///
/// # Errors
/// If the system does not close a port that somebody else, here the server, has open too. Linux does.
pub async fn stop_listening(server: &ServerHandle, listener: &TcpListener) -> io::Result<()> {
    let port = SockRef::from(listener);
    #[cfg(target_os = "linux")]
    hear_nobody_more(&port).await;
    // It would take the closed port for a fault.
    server.pause().await;
    port.shutdown(Shutdown::Both)
}

/// Connections that wait to be taken are reset with the port, and with them what was sent on them. So for the time
/// that the server needs to take them no more are let in: who tries is not heard, tries again a second later, and
/// finds the port closed, with nothing lost.
#[cfg(target_os = "linux")]
async fn hear_nobody_more(port: &SockRef<'_>) {
    use std::time::Duration;

    const TAKEN_WITHIN: Duration = Duration::from_millis(50);
    /// Takes 0 bytes of any packet: `BPF_RET | BPF_K` (kernel documentation, "Linux Socket Filtering").
    const NOTHING: socket2::SockFilter = socket2::SockFilter::new(0x06, 0, 0, 0);

    match port.attach_filter(&[NOTHING]) {
        Ok(()) => tokio::time::sleep(TAKEN_WITHIN).await,
        Err(error) => tracing::debug!(%error, "who connects at the very end may be cut off"),
    }
}

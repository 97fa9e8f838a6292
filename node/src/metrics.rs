//! The figures of a public node as text for Prometheus, behind the smallest HTTP that does: one request a
//! connection, one page.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beistand_p2p::ServeFigures;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Bytes of a request at most: its first line is all that counts.
const MAX_REQUEST_BYTES: usize = 4096;

/// Requests at once: a collector sends one.
const MAX_REQUESTS: usize = 8;

/// How long a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Listens at `address` and answers until it is dropped. The address is the one that it got.
///
/// # Errors
/// The system's, where the address can't be listened on.
pub(crate) async fn serve(
    address: SocketAddr,
    figures: impl Fn() -> ServeFigures + Send + Sync + 'static,
) -> std::io::Result<(SocketAddr, impl Future<Output = ()>)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let figures = Arc::new(figures);
    let started = Instant::now();
    Ok((address, async move {
        let places = Arc::new(Semaphore::new(MAX_REQUESTS));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let Ok((stream, _)) = listener.accept().await else {
                // Out of descriptors, most likely: others are closing meanwhile.
                tokio::time::sleep(REQUEST_TIMEOUT).await;
                continue;
            };
            let figures = figures.clone();
            tokio::spawn(async move {
                let up = started.elapsed();
                // Who does not read the answer in time goes without it.
                let _ = timeout(REQUEST_TIMEOUT, answer(stream, || page(&figures(), up))).await;
                drop(place);
            });
        }
    }))
}

async fn answer(mut stream: TcpStream, page: impl Fn() -> String) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 512];
        let length = stream.read(&mut part).await?;
        if length == 0 || request.len() + length > MAX_REQUEST_BYTES {
            return Ok(());
        }
        request.extend_from_slice(&part[..length]);
    }
    let (status, body) = if request.starts_with(b"GET /metrics ") || request.starts_with(b"GET / ") {
        ("200 OK", page())
    } else {
        ("404 Not Found", "The figures are at /metrics.\n".to_owned())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// The figures in Prometheus' text format.
fn page(figures: &ServeFigures, up: Duration) -> String {
    let rows = [
        ("beistand_up_seconds", "gauge", "Time since the start.", up.as_secs()),
        ("beistand_connections", "gauge", "Connections now.", figures.connections),
        (
            "beistand_reservations",
            "gauge",
            "Peers that can be called through this relay now.",
            figures.reservations,
        ),
        ("beistand_circuits", "gauge", "Circuits now.", figures.circuits),
        ("beistand_circuits_total", "counter", "Circuits since the start.", figures.circuits_total),
        (
            "beistand_cut_circuits_total",
            "counter",
            "Circuits cut at a limit of bytes, of time, or of a peer's day.",
            figures.cut_circuits,
        ),
        (
            "beistand_relayed_bytes_total",
            "counter",
            "Bytes relayed, both directions together.",
            figures.relayed_bytes,
        ),
        ("beistand_refused_reservations_total", "counter", "Places refused.", figures.refused_reservations),
        ("beistand_refused_circuits_total", "counter", "Circuits refused.", figures.refused_circuits),
        (
            "beistand_refused_connections_total",
            "counter",
            "Connections refused, or that did not come up.",
            figures.refused_connections,
        ),
    ];
    let mut page = String::new();
    for (name, kind, help, value) in rows {
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(address: SocketAddr, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // A server that has had enough may close before all is written.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn figures_are_told_and_nothing_else() {
        let figures = || ServeFigures {
            circuits: 7,
            refused_circuits: 2,
            relayed_bytes: 1 << 40,
            ..ServeFigures::default()
        };
        let (address, answering) = serve(([127, 0, 0, 1], 0).into(), figures).await.unwrap();
        tokio::spawn(answering);
        let page = ask(address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("\nbeistand_circuits 7\n")
                && page.contains("\nbeistand_refused_circuits_total 2\n")
        );
        assert!(page.contains("\nbeistand_relayed_bytes_total 1099511627776\n"), "{page}");
        assert!(ask(address, b"GET /etc/passwd HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 404"));
        assert_eq!(ask(address, &[b'x'; 100_000]).await, "", "too long");
        assert_eq!(ask(address, b"").await.len(), 0);
    }
}

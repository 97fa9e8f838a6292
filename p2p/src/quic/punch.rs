//! Packets that open the way through a NAT for a connection from the other side.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use super::QuicError;

/// The pause between two packets, in milliseconds, at random: otherwise NATs at both ends might drop them in
/// step.
const PAUSE_MILLIS: (u64, u64) = (10, 200);

/// Bytes per packet: as libp2p's, and random, so that nothing mistakes them for a protocol.
const PACKET_BYTES: usize = 64;

/// Sends packets from a listener's socket until it is dropped.
///
/// It returns only with an error: [`QuicError::Io`] if nothing can be sent or the system has no random
/// numbers.
pub(super) async fn punch(socket: UdpSocket, remote: SocketAddr) -> QuicError {
    match send_packets(socket, remote).await {
        Ok(never) => match never {},
        Err(error) => error.into(),
    }
}

async fn send_packets(socket: UdpSocket, remote: SocketAddr) -> std::io::Result<std::convert::Infallible> {
    let socket = tokio::net::UdpSocket::from_std(socket)?;
    loop {
        let mut packet = [0; PACKET_BYTES];
        getrandom::fill(&mut packet).map_err(std::io::Error::other)?;
        socket.send_to(&packet, remote).await?;
        let (least, most) = PAUSE_MILLIS;
        let pause = least + u64::from(packet[0]) * (most - least) / u64::from(u8::MAX);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

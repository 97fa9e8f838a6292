//! Packets that open a NAT's way for a connection that the other side begins.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use super::QuicError;

/// Between two packets, in milliseconds, at random: NATs at both ends must not drop them in step.
const PAUSE_MILLIS: (u64, u64) = (10, 200);

/// Bytes of a packet: as libp2p's, which are random so that nothing takes them for something.
const PACKET_BYTES: usize = 64;

/// Sends packets from a listener's socket until it is dropped.
///
/// It ends with an error alone: [`QuicError::Io`] where nothing can be sent, or where the system has no random numbers.
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

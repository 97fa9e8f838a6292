//! The router of a machine's network, which is a name server too; a program that listens, and one that is
//! busy.
//!
//! The router's name server answers each question in one of three ways, by the address at which it is asked:
//! as it should, too late, or with an address of its own as a page for logging in does.

use std::io::{BufRead as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

/// Where it answers as it should.
const HONEST: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 1);

/// Where it answers late.
const LATE: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 2);

/// Where it answers with its own address.
const LYING: Ipv4Addr = Ipv4Addr::new(192, 168, 7, 3);

/// What late means: felt by a person, and in time for a report.
const DELAY: Duration = Duration::from_millis(800);

/// A public address, which the questioner never asks for more.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);

/// Stands for a router until its standard input ends: says that it is there, waits for a line, which says
/// that its network is, and says when it answers.
///
/// # Errors
/// In words, where it can't have its addresses.
pub fn route() -> Result<(), String> {
    say()?;
    let mut lines = std::io::stdin().lock().lines();
    let _ = lines.next();
    for address in [HONEST, LATE, LYING] {
        let socket = UdpSocket::bind((address, 53)).map_err(|error| format!("{address}: {error}"))?;
        thread::spawn(move || answer_all(address, &socket));
    }
    say()?;
    // Until nobody needs it any more.
    let _ = lines.next();
    Ok(())
}

fn say() -> Result<(), String> {
    let mut out = std::io::stdout();
    out.write_all(b"ready\n").and_then(|()| out.flush()).map_err(|error| error.to_string())
}

fn answer_all(address: Ipv4Addr, socket: &UdpSocket) {
    let mut question = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut question) {
        if address == LATE {
            thread::sleep(DELAY);
        }
        let named = if address == LYING { LYING } else { PUBLIC };
        if let Some(answer) = answer(&question[..length], named) {
            let _ = socket.send_to(&answer, from);
        }
    }
}

/// The answer to a question with one name: this address (RFC 1035, 4.1).
fn answer(question: &[u8], address: Ipv4Addr) -> Option<Vec<u8>> {
    let mut answer = question.get(..2)?.to_vec();
    // An answer, recursion available; one question, one answer.
    answer.extend([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    answer.extend(question.get(12..)?);
    // The name that was asked for, an address of IPv4, of the internet, for a minute.
    answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
    answer.extend(address.octets());
    Some(answer)
}

/// Listens at a port of all addresses, and does nothing for whoever comes.
///
/// # Errors
/// In words, where it can't.
pub fn listen(port: u16) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let listener = TcpListener::bind(address).map_err(|error| format!("{address}: {error}"))?;
    for stream in listener.incoming() {
        drop(stream);
    }
    Ok(())
}

/// Keeps a processor busy, as a miner does, until it is ended.
pub fn mine() -> ! {
    let mut count = 0_u64;
    loop {
        count = std::hint::black_box(count.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_question_and_an_address() {
        let question = [7, 8, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, b'a', 0, 0, 1, 0, 1];
        let answer = answer(&question, LYING).unwrap();
        assert_eq!((&answer[..2], &answer[12..19]), (&question[..2], &question[12..]));
        assert_eq!(answer[answer.len() - 4..], LYING.octets());
        assert_eq!(super::answer(&[1], LYING), None);
    }
}

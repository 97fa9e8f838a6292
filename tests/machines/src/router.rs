//! The router of a machine's network, which is a name server and a time server too.
//!
//! Its name server answers each question in one of three ways, by the address at which it is asked:
//! as it should, too late, or with an address of its own as a page for logging in does.

use std::io::{BufRead as _, Write as _};
use std::net::{Ipv4Addr, UdpSocket};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
    let socket = UdpSocket::bind((HONEST, 123)).map_err(|error| format!("{HONEST}: {error}"))?;
    thread::spawn(move || tell_all_the_time(&socket));
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

/// The years from 1900, from which time servers count, to 1970, in seconds.
const NTP_BEGINNING_SECS: u64 = 2_208_988_800;

fn tell_all_the_time(socket: &UdpSocket) {
    let mut question = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut question) {
        if let Some(answer) = time_answer(&question[..length], ntp_now()) {
            let _ = socket.send_to(&answer, from);
        }
    }
}

/// Seconds since 1900, with their fractions in the lower half.
fn ntp_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
    (now.as_secs() + NTP_BEGINNING_SECS) << 32 | fraction
}

/// The answer of a server that has the time from a clock of its own (RFC 5905, 7.3).
fn time_answer(question: &[u8], now: u64) -> Option<Vec<u8>> {
    // No leap second, version 4, a server; the first stratum, asked each minute, to a microsecond.
    let mut answer = vec![0x24, 1, 6, 0xec];
    // No delay and no error on the way to its clock, which is GPS.
    answer.extend([0; 8]);
    answer.extend(b"GPS\0");
    answer.extend(now.to_be_bytes());
    // When it was asked, by whoever asked.
    answer.extend(question.get(40..48)?);
    answer.extend(now.to_be_bytes());
    answer.extend(now.to_be_bytes());
    Some(answer)
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

    #[test]
    fn a_time_has_the_askers_own() {
        let question: Vec<u8> = (0..48).collect();
        let answer = time_answer(&question, 0x1122_3344_5566_7788).unwrap();
        assert_eq!((answer.len(), &answer[24..32]), (48, &question[40..]));
        assert_eq!(answer[40..], 0x1122_3344_5566_7788_u64.to_be_bytes());
        assert_eq!(time_answer(&[0; 47], 1), None);
    }
}

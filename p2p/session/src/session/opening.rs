//! The handshake's messages on the control channel's stream: two bytes of length, big-endian, and the
//! message. Each has one length only. In place of message 2 a host may put the technician off, in the clear.

use super::core::SessionCore;
use crate::channels::control::{ChannelSet, NameText, ReasonText, WireRequest};
use crate::noise::{
    Answered, Listening, MESSAGE_1_BYTES, MESSAGE_2_BYTES, MESSAGE_3_BYTES, Offered, Secured,
};
use crate::text::truncate;
use crate::{
    Channel, HandshakeFailure, HostSetup, Leg, MAX_NAME_CHARS, MAX_REASON_CHARS, Output, PermissionSet,
    TechnicianSetup,
};

/// Bytes of a message's length.
const LENGTH_BYTES: usize = 2;

/// Bytes with which a technician begins the first leg's control stream, after its head: message 1.
pub const OPENING_BYTES: usize = LENGTH_BYTES + MESSAGE_1_BYTES;

/// Bytes of the word by which a host puts a technician off: after how many seconds to come again.
const PUT_OFF_BYTES: usize = 2;

/// What a host writes to a technician whom it can't answer now, in place of message 2.
pub fn put_off(secs: u16) -> [u8; LENGTH_BYTES + PUT_OFF_BYTES] {
    let ([a, b], [c, d]) = ((PUT_OFF_BYTES as u16).to_be_bytes(), secs.to_be_bytes());
    [a, b, c, d]
}

/// A handshake under way.
pub(super) struct OpeningHandshake {
    /// What arrived and is not yet a message: one message, and whatever one call brought after it.
    buffer: Vec<u8>,
    /// `None` only while a step is taken.
    step: Option<HandshakeStep>,
    offers: PermissionSet,
}

/// Named for what is expected next.
enum HandshakeStep {
    /// Host: message 1.
    Message1(Listening),
    /// Technician: message 2; then this is asked.
    Message2(Offered, Box<WireRequest>),
    /// Host: message 3.
    Message3(Answered),
}

/// A handshake that is done.
pub(super) struct FinishedHandshake {
    pub(super) secured: Secured,
    /// What the technician asks; `None` at the host, which will hear it.
    pub(super) request: Option<Box<WireRequest>>,
    /// Host: [`HostSetup::offers`]. Technician: what it asks for.
    pub(super) offers: PermissionSet,
    /// Bytes that arrived after the handshake's last message.
    pub(super) rest: Vec<u8>,
}

impl OpeningHandshake {
    /// Sends message 1.
    pub(super) fn technician(
        setup: TechnicianSetup,
        core: &mut SessionCore,
    ) -> Result<Self, HandshakeFailure> {
        let TechnicianSetup { keys, binding, static_key, name, reason, wants } = setup;
        let request = WireRequest {
            name: NameText::new(truncate(&name, MAX_NAME_CHARS)).expect("cut off at its length"),
            reason: ReasonText::new(truncate(&reason, MAX_REASON_CHARS)).expect("cut off at its length"),
            wants,
            channels: ChannelSet::known(),
        };
        let (message, offered) = Offered::new(&keys, &binding, static_key)?;
        transmit(core, &message);
        let step = Some(HandshakeStep::Message2(offered, Box::new(request)));
        Ok(Self { buffer: Vec::new(), step, offers: wants })
    }

    /// Waits for message 1.
    pub(super) fn host(setup: HostSetup) -> Self {
        let offers = setup.offers;
        Self { buffer: Vec::new(), step: Some(HandshakeStep::Message1(Listening::new(setup))), offers }
    }

    /// Host: the invite that the technician has proved to know, by its place in [`HostSetup::invites`].
    pub(super) fn invite(&self) -> Option<usize> {
        match &self.step {
            Some(HandshakeStep::Message3(answered)) => Some(answered.invite()),
            Some(HandshakeStep::Message1(_) | HandshakeStep::Message2(..)) | None => None,
        }
    }

    /// Takes bytes that arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes steps as long as a whole message is there; the outcome, if it was the last one.
    pub(super) fn step(
        &mut self,
        core: &mut SessionCore,
    ) -> Result<Option<FinishedHandshake>, HandshakeFailure> {
        while let Some(message) = self.message()? {
            match self.step.take().expect("only taken here, and put back below unless it was the last") {
                HandshakeStep::Message1(listening) => {
                    let (reply, answered) = listening.answer(&message)?;
                    transmit(core, &reply);
                    self.step = Some(HandshakeStep::Message3(answered));
                }
                HandshakeStep::Message2(offered, request) => {
                    let (reply, secured) = offered.accept(&message)?;
                    transmit(core, &reply);
                    return Ok(Some(self.opened(secured, Some(request))));
                }
                HandshakeStep::Message3(answered) => {
                    let secured = answered.finish(&message)?;
                    return Ok(Some(self.opened(secured, None)));
                }
            }
        }
        Ok(None)
    }

    fn opened(&mut self, secured: Secured, request: Option<Box<WireRequest>>) -> FinishedHandshake {
        FinishedHandshake { secured, request, offers: self.offers, rest: std::mem::take(&mut self.buffer) }
    }

    /// The next message, if all of it is there. Its length is checked as soon as it is.
    fn message(&mut self) -> Result<Option<Vec<u8>>, HandshakeFailure> {
        let expected = match &self.step {
            Some(HandshakeStep::Message1(_)) => MESSAGE_1_BYTES,
            Some(HandshakeStep::Message2(..)) => MESSAGE_2_BYTES,
            Some(HandshakeStep::Message3(_)) => MESSAGE_3_BYTES,
            None => return Ok(None),
        };
        let Some((length, rest)) = self.buffer.split_first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*length));
        if length == PUT_OFF_BYTES && matches!(&self.step, Some(HandshakeStep::Message2(..))) {
            let Some(secs) = rest.first_chunk() else { return Ok(None) };
            return Err(HandshakeFailure::PutOff { secs: u16::from_be_bytes(*secs) });
        }
        if length != expected {
            return Err(HandshakeFailure::Malformed);
        }
        let Some(message) = rest.get(..expected) else { return Ok(None) };
        let message = message.to_vec();
        self.buffer.drain(..LENGTH_BYTES + expected);
        Ok(Some(message))
    }
}

fn transmit(core: &mut SessionCore, message: &[u8]) {
    let mut bytes = (message.len() as u16).to_be_bytes().to_vec();
    bytes.extend_from_slice(message);
    let (leg, channel) = (Leg::FIRST, Channel::Control);
    core.transmits.push_back(Output::Transmit { leg, channel, bytes });
}

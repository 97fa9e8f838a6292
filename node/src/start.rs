//! Starts a host or a technician on a thread of its own and hands out its [`NodeHandle`].

use tokio::sync::mpsc;

use crate::commands::{CommandInbox, command_channel};
use crate::config::Config;
use crate::handle::{COMMAND_QUEUE, EVENT_QUEUE, EndCause, NodeEvent, NodeHandle};
use crate::host::HostOpening;
use crate::picture::PictureSlot;
use crate::returns::ReturnTicket;
use crate::technician::{TechnicianAim, TechnicianRequest};
use crate::{fault, host, technician};

/// Threads of the network's runtime: the swarm and the session's driver; pictures have threads of their own.
const RUNTIME_THREADS: usize = 2;

/// Starts the user's side: it makes an invite and waits for whoever has it. Everything that happens, errors
/// too, arrives as a [`NodeEvent`].
pub fn start_host(config: Config) -> NodeHandle {
    start(move |commands, events, _| host::run(config, HostOpening::Invite, commands, events))
}

/// The same for the one technician of this ticket. Must come from a hand at this machine: it is the user's
/// yes to the ticket's permissions, for a while.
pub fn start_host_for_return(config: Config, ticket: ReturnTicket) -> NodeHandle {
    let opening = HostOpening::Return(Box::new(ticket));
    start(move |commands, events, _| host::run(config, opening, commands, events))
}

/// The same for the technician of a session that was ended a moment ago, with a ticket that is in no file.
pub fn start_host_for_way_back(config: Config, ticket: ReturnTicket) -> NodeHandle {
    let opening = HostOpening::WayBack(Box::new(ticket));
    start(move |commands, events, _| host::run(config, opening, commands, events))
}

/// Starts the technician's side with the invite as it was given: words, code or link.
pub fn start_technician(config: Config, invite: String, request: TechnicianRequest) -> NodeHandle {
    start(move |commands, events, picture| {
        let aim = TechnicianAim::Invite(zeroize::Zeroizing::new(invite));
        technician::run(config, aim, request, commands, events, picture)
    })
}

/// The same with the ticket of an earlier session, whose host is looked for until its time is over.
pub fn start_technician_for_return(
    config: Config,
    ticket: ReturnTicket,
    request: TechnicianRequest,
) -> NodeHandle {
    let aim = TechnicianAim::Return(Box::new(ticket));
    start(move |commands, events, picture| technician::run(config, aim, request, commands, events, picture))
}

fn start<F, R>(run: F) -> NodeHandle
where
    F: FnOnce(CommandInbox, mpsc::Sender<NodeEvent>, PictureSlot) -> R + Send + 'static,
    R: Future<Output = EndCause>,
{
    let (commands, command_inbox) = command_channel(COMMAND_QUEUE);
    let (event_outbox, events) = mpsc::channel(EVENT_QUEUE);
    let picture = PictureSlot::default();
    let slot = picture.clone();
    let outbox = event_outbox.clone();
    let spawned = std::thread::Builder::new().name("node".to_owned()).spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(RUNTIME_THREADS).enable_all().build();
        let cause = match runtime {
            Ok(runtime) => {
                let cause = runtime.block_on(run(command_inbox, outbox.clone(), slot));
                runtime.shutdown_timeout(std::time::Duration::from_millis(200));
                cause
            }
            Err(error) => EndCause::failed(fault::out_of_resources(&error)),
        };
        // A program that has dropped its handle no longer wants to know.
        let _ = outbox.blocking_send(NodeEvent::Ended(cause));
    });
    if let Err(error) = spawned {
        let cause = EndCause::failed(fault::out_of_resources(&error));
        let _ = event_outbox.try_send(NodeEvent::Ended(cause));
    }
    NodeHandle { commands, events, picture }
}

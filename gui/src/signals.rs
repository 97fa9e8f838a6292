//! The system's wish that the program ends, as at a shutdown: handed to the window as if its owner had closed
//! it, so that a session is ended first and the other side is told.

use egui::{Context, Id, ViewportCommand, ViewportId};

use beistand_node::{SignalSender, Signals};

/// From now on the signals that ask a program to end close its window. Where the system has no room for that,
/// they end the program at once, as they would without it.
pub(crate) fn close_window_on_signals(ctx: Context) {
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Ok(mut signals) = Signals::listen() else { return };
            loop {
                let by_system = signals.next().await == SignalSender::System;
                ctx.data_mut(|data| data.insert_temp(by_system_id(), by_system));
                ctx.send_viewport_cmd_to(ViewportId::ROOT, ViewportCommand::Close);
                ctx.request_repaint_of(ViewportId::ROOT);
            }
        });
    };
    if let Err(error) = std::thread::Builder::new().name("signals".to_owned()).spawn(listen) {
        tracing::warn!(%error, "a shutdown will not be waited for");
    }
}

/// Whether it is the system that closes the window, so that it is no wish of a person's.
pub(crate) fn closed_by_system(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(by_system_id())).unwrap_or_default()
}

/// Whether a signal closes the window, the system's or that of a person's terminal: nobody is asked then.
pub(crate) fn closed_by_signal(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp::<bool>(by_system_id())).is_some()
}

fn by_system_id() -> Id {
    Id::unique("closed by the system")
}

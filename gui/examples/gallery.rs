//! Opens the application on made-up data, to look at a page: `cargo run -p beistand-gui --example gallery -- consent`.
//!
//! Pages: home, invite, replaced, consent, warning, helped, denied, give, connecting, compare, viewer, still, ended. A second
//! argument `dark` or `light` sets the theme.

use std::time::Duration;

use beistand_gui::app::{App, Start};
use beistand_gui::backend::fake::{self, FakeBackend, FakeNode};
use beistand_gui::shell::{self, Launch};
use beistand_gui::state::{ConnectForm, InviteField};
use beistand_node::{
    Command, ConnectStep, EndedBy, Event, Figures, PathInfo, PathKind, Permission, PermissionSet,
    RequestInfo, Size,
};

fn main() -> Result<(), String> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut args = std::env::args().skip(1);
    let page = args.next().unwrap_or_else(|| "home".to_owned());
    let theme = args.next();
    let backend = FakeBackend::default();
    let node = backend.node.clone();
    let start = match page.as_str() {
        "home" => Start::Home,
        "give" => Start::Technician(ConnectForm::default()),
        "invite" | "replaced" | "consent" | "warning" | "helped" | "denied" => Start::Host,
        _ => {
            let mut invite = InviteField::default();
            invite.set(fake::invite().words);
            Start::Technician(ConnectForm {
                invite,
                name: "Anna Berger".to_owned(),
                reason: "Your printer".to_owned(),
                wants: PermissionSet::DESKTOP,
            })
        }
    };
    std::thread::spawn(move || play(&page, &node));
    let launch = Launch { start, ..Launch::default() };
    shell::run(launch, Box::new(backend), move |ctx, backend, keys| {
        let app = App::new(ctx, backend, keys);
        match theme.as_deref() {
            Some("dark") => ctx.set_theme(egui::Theme::Dark),
            Some("light") => ctx.set_theme(egui::Theme::Light),
            _ => {}
        }
        app
    })
    .map(drop)
}

/// Says what a node would say on the way to `page`.
fn play(page: &str, node: &FakeNode) {
    std::thread::sleep(Duration::from_millis(400));
    let granted = |granted| Event::Permissions { granted, revoked: None };
    match page {
        "invite" | "replaced" | "consent" | "warning" | "helped" | "denied" => {
            if page == "replaced" {
                node.say(Event::InviteReplaced { failed: 20 });
            }
            node.say(Event::Invite(fake::invite()));
        }
        "connecting" => node.say(Event::Progress(ConnectStep::Connecting)),
        "compare" => node.say(Event::Request(fake::request())),
        "viewer" | "still" => node.say(granted(PermissionSet::DESKTOP)),
        "ended" => node.say(fake::end(
            "not-found",
            EndedBy::Nobody,
            4,
            "Nobody with this invite was found within a minute. Ask whether their window is still open, and whether \
             both computers are on the internet.",
        )),
        _ => {}
    }
    match page {
        "consent" | "helped" => node.say(Event::Request(fake::request())),
        "warning" => node.say(Event::Request(RequestInfo {
            name: "Microsoft Support".to_owned(),
            warning: Some(
                "Well-known companies do not call you about your computer. Hang up if you did not."
                    .to_owned(),
            ),
            wants: PermissionSet::from_iter(Permission::ALL),
            ..fake::request()
        })),
        "denied" => node.say(fake::end("denied", EndedBy::Us, 3, "You said no. Nothing was shown.")),
        _ => {}
    }
    let path = PathInfo { kind: PathKind::Lan, transport: "quic", rtt: Some(Duration::from_micros(800)) };
    if matches!(page, "helped" | "viewer" | "still") {
        node.say(Event::Path(path));
    }
    let size = Size::new(1920, 1080).expect("valid");
    for step in 0.. {
        std::thread::sleep(Duration::from_millis(40));
        if page == "viewer" || page == "still" && step == 0 {
            fake::draw_desktop(&node.picture(), size, step);
            node.picture().update(size, |view| {
                view.cursor.get_or_insert_with(fake::arrow);
                view.cursor_position = Some((400, 300));
                None
            });
            if step % 25 == 24 {
                let (fps, latency_ms, kbps) = (25.0, 18.0, 640.0);
                node.say(Event::Figures(Figures { shown: step.into(), dropped: 2, fps, latency_ms, kbps }));
            }
            if step == 30 {
                node.say(Event::Chat("I can see you now. The printer is the one by the window.".to_owned()));
            }
        }
        for command in node.heard() {
            if !matches!(command, Command::Input(beistand_node::InputEvent::PointerMove { .. })) {
                tracing::info!(?command, "heard");
            }
            answer(node, command);
        }
    }
}

fn answer(node: &FakeNode, command: Command) {
    match command {
        Command::NewInvite => node.say(Event::Invite(fake::invite())),
        Command::Pause => node.say(Event::Paused(true)),
        Command::Resume => node.say(Event::Paused(false)),
        Command::Grant(_) => node.say(Event::Permissions { granted: PermissionSet::DESKTOP, revoked: None }),
        Command::Revoke(one) => {
            node.say(Event::Permissions { granted: PermissionSet::DESKTOP.without(one), revoked: Some(one) });
        }
        Command::Deny { .. } => {
            node.say(fake::end("denied", EndedBy::Us, 3, "You said no. Nothing was shown."))
        }
        Command::End => {
            node.say(fake::end("ended", EndedBy::Us, 0, "The session was ended on this computer."))
        }
        _ => {}
    }
}

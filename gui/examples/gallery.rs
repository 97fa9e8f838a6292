//! Opens the application on made-up data, to look at a page: `cargo run -p beistand-gui --example gallery --
//! consent`.
//!
//! Pages: home, preset and preset-of-another (of an organisation), invite, replaced, consent, carded
//! (asked by an organisation's technician), said (while the user is asked), warning, helped, read (some
//! seconds after that), denied, give, connecting, compare, viewer, still, ended. Further arguments: `dark` or
//! `light` sets the theme, `en` or `de` the language, and a number how many permissions are asked for. With
//! `frames` the window is made 1920x1080 and painted without a rest, and the program ends by printing what a
//! frame took.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use beistand_gui::app::{App, StartPage};
use beistand_gui::backend::fake::{self, FakeNode, FakeStarter};
use beistand_gui::panels::PanelName;
use beistand_gui::shell::{self, LaunchOptions};
use beistand_gui::state::{ConnectForm, InviteField};
use beistand_node::words::Language;
use beistand_node::words::Phrase;
use beistand_node::{
    Acquaintance, ConnectStep, ControlCommand, EndWord, EndedBy, FeatureCommand, FeatureEvent, Figures,
    InputEvent, NodeCommand, NodeEvent, PastPeer, PastSession, PathInfo, PathKind, Permission, PermissionSet,
    Preset, PresetState, Recognition, ReplaceCause, RequestInfo, Size, TechnicianCard, ViewEvent,
};

fn main() -> Result<(), String> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut args = std::env::args().skip(1);
    let page = args.next().unwrap_or_else(|| "home".to_owned());
    let looks: Vec<_> = args.collect();
    let backend = FakeStarter::default();
    let node = backend.node.clone();
    let known =
        PastPeer { known: Some(Acquaintance::sample("Anna Berger", 1_777_593_600)), may_return: true };
    node.has_helped(vec![
        (PastSession::sample("Anna Berger", 2), known),
        (PastSession::sample("Ben", 1), PastPeer::default()),
    ]);
    let start = match page.as_str() {
        "home" => StartPage::Home,
        "preset" => {
            node.set_up(PresetState::Used(Box::new(Preset::sample("Muster IT"))));
            StartPage::Home
        }
        "preset-of-another" => {
            let (found, before) = (Box::new(Preset::sample("Muster Again")), Some("Muster IT".to_owned()));
            node.set_up(PresetState::OfAnotherSigner { found, before });
            StartPage::Home
        }
        "give" => StartPage::Technician(ConnectForm::default()),
        "invite" | "replaced" | "consent" | "warning" | "helped" | "denied" | "said" | "read" | "carded" => {
            StartPage::Host
        }
        _ => {
            let mut invite = InviteField::default();
            invite.set(fake::invite().words);
            StartPage::Technician(ConnectForm {
                invite,
                name: "Anna Berger".to_owned(),
                reason: "Your printer".to_owned(),
                wants: PermissionSet::DESKTOP,
                ..ConnectForm::default()
            })
        }
    };
    let count = looks.iter().find_map(|look| look.parse().ok()).unwrap_or(3);
    let wants = Permission::ALL.into_iter().take(count).collect();
    let language = looks.iter().find_map(|look| Language::from_tag(look)).unwrap_or(Language::English);
    std::thread::spawn(move || play(&page, &node, wants, language));
    let launch = LaunchOptions { start, ..LaunchOptions::default() };
    shell::run(launch, Box::new(backend), move |ctx, backend, keys| {
        let app = App::new(ctx, backend, keys, language);
        match looks.iter().find(|look| matches!(look.as_str(), "dark" | "light")).map(String::as_str) {
            Some("dark") => ctx.set_theme(egui::Theme::Dark),
            Some(_) => ctx.set_theme(egui::Theme::Light),
            None => {}
        }
        if looks.iter().any(|look| look == "frames") {
            time_frames(ctx);
        }
        app
    })
    .map(drop)
    .map_err(|problem| format!("{problem:?}"))
}

/// Seconds after which a page is as it stays: its panels are filled 1.6 s after the start.
const SETTLED: Duration = Duration::from_secs(3);
/// How many frames are timed; the median and the worst of twenty count.
const FRAMES: usize = 200;

/// Paints frame after frame at 1920x1080 and prints how long each took, from one layout to the next: laid
/// out, painted by OpenGL, and handed to the screen.
fn time_frames(ctx: &egui::Context) {
    let (start, took) = (Instant::now(), Mutex::new((Instant::now(), Vec::new())));
    let began = Mutex::new(0.0);
    ctx.on_begin_pass(
        "frames",
        Arc::new(move |ctx| {
            ctx.request_repaint();
            if start.elapsed() < SETTLED {
                ctx.send_viewport_cmd(egui::ViewportCommand::InnerSize(egui::vec2(1920.0, 1080.0)));
            }
            let Ok(mut took) = took.lock() else { return };
            let now = Instant::now();
            let last = std::mem::replace(&mut took.0, now);
            if start.elapsed() < SETTLED {
                return;
            }
            if took.1.is_empty() {
                *began.lock().expect("one thread") = processor_time();
            }
            took.1.push((now - last).as_secs_f64() * 1e3);
            if took.1.len() == FRAMES {
                took.1.sort_by(f64::total_cmp);
                let used = (processor_time() - *began.lock().expect("one thread")) * 1e3 / FRAMES as f64;
                let (median, p95, size) = (took.1[FRAMES / 2], took.1[FRAMES * 19 / 20], ctx.viewport_rect());
                tracing::info!("{size}: a frame took {median:.1} ms, one of twenty more than {p95:.1} ms, of the processor {used:.1} ms");
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }),
    );
}

/// Seconds of the processor that this program has used, all its threads and the kernel's part together.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    // utime and stime of proc(5), counted from the name's end, in hundredths.
    (ticks(12) + ticks(13)) / 100.0
}

/// Says what a node would say on the way to `page`.
fn play(page: &str, node: &FakeNode, wants: PermissionSet, language: Language) {
    std::thread::sleep(Duration::from_millis(400));
    let granted = |granted| NodeEvent::Permissions { granted, revoked: PermissionSet::NONE };
    match page {
        "invite" | "replaced" | "consent" | "warning" | "helped" | "denied" | "said" | "read" | "carded" => {
            if page == "replaced" {
                node.say(NodeEvent::InviteReplaced(ReplaceCause::BrokenOff { times: 3 }));
            }
            node.say(NodeEvent::Invite(fake::invite_in(language)));
        }
        "connecting" => node.say(NodeEvent::Progress(ConnectStep::Connecting)),
        "compare" => node.say(NodeEvent::Request(fake::request())),
        "viewer" | "still" => {
            node.say(NodeEvent::Request(fake::request()));
            node.say(granted(wants));
        }
        "ended" => node.say(fake::end(EndWord::NotFound, EndedBy::Nobody, 4, "cause-not-found")),
        _ => {}
    }
    match page {
        "consent" | "helped" | "said" | "read" => {
            node.say(NodeEvent::Request(RequestInfo { wants, ..fake::request() }));
        }
        "carded" => node.say(NodeEvent::Request(RequestInfo {
            recognition: Recognition::Carded(TechnicianCard::sample("Anna Berger", "Muster IT")),
            wants,
            ..fake::request()
        })),
        "warning" => node.say(NodeEvent::Request(RequestInfo {
            name: "Microsoft Support".to_owned(),
            warning: Some(Phrase::new("node-name-company")),
            wants: PermissionSet::DESKTOP,
            ..fake::request()
        })),
        "denied" => node.say(fake::end(EndWord::Denied, EndedBy::Us, 3, "cause-denied-by-us")),
        _ => {}
    }
    if matches!(page, "said" | "compare") {
        show_panels(node);
    }
    let path = PathInfo { kind: PathKind::Lan, transport: "quic", rtt: Some(Duration::from_micros(800)) };
    if matches!(page, "helped" | "viewer" | "still") {
        node.say(NodeEvent::Path(path));
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
                let figures = Figures { shown: step.into(), dropped: 2, fps, latency_ms, kbps };
                node.say(NodeEvent::Feature(FeatureEvent::View(ViewEvent::Figures(figures))));
            }
        }
        if step == 30 && matches!(page, "viewer" | "still") || step == 200 && page == "read" {
            show_panels(node);
        }
        for command in node.heard() {
            if !is_move(&command) {
                tracing::info!(?command, "heard");
            }
            answer(node, command);
        }
    }
}

/// Fills the panels.
fn show_panels(node: &FakeNode) {
    for event in PanelName::ALL.iter().flat_map(|name| name.sample()) {
        node.say(NodeEvent::Feature(event));
    }
}

fn is_move(command: &NodeCommand) -> bool {
    let NodeCommand::Feature(FeatureCommand::Control(ControlCommand::Input(input))) = command else {
        return false;
    };
    matches!(input, InputEvent::PointerMove { .. })
}

fn answer(node: &FakeNode, command: NodeCommand) {
    match command {
        NodeCommand::NewInvite => node.say(NodeEvent::Invite(fake::invite())),
        NodeCommand::Pause => node.say(NodeEvent::Paused(true)),
        NodeCommand::Resume => node.say(NodeEvent::Paused(false)),
        NodeCommand::Grant(_) => {
            node.say(NodeEvent::Permissions { granted: PermissionSet::DESKTOP, revoked: PermissionSet::NONE })
        }
        NodeCommand::Revoke(one) => {
            node.say(NodeEvent::Permissions {
                granted: PermissionSet::DESKTOP.without(one),
                revoked: PermissionSet::NONE.with(one),
            });
        }
        NodeCommand::Deny { .. } => {
            node.say(fake::end(EndWord::Denied, EndedBy::Us, 3, "cause-denied-by-us"))
        }
        NodeCommand::Finish | NodeCommand::End => {
            node.say(fake::end(EndWord::Ended, EndedBy::Us, 0, "cause-ended-by-us"));
        }
        NodeCommand::Allow { .. }
        | NodeCommand::Vouch { .. }
        | NodeCommand::GrantDialog { .. }
        | NodeCommand::Feature(_) => {}
    }
}

//! The bar as a process of its own, which draws it and takes its presses: a window of macOS's belongs to a
//! process's main thread, and that one is taken by the window's toolkit or by the network.
//!
//! It shows what it is told on its standard input, says on its standard output what was pressed, and ends
//! with its input: when this program ends, in whatever way, the bar is gone. What it does not do: it knows
//! nothing of a session.

mod view;
mod windows;

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{self, Stdin};
use std::process::ExitCode;

use dispatch2::DispatchQueue;
use objc2::MainThreadMarker;
use objc2_app_kit::{NSApplication, NSApplicationActivationPolicy};

use self::windows::BarPanels;
use crate::macos_facts::bar_wire::{BarOrder, BarReport};

/// The first argument of the process that is the bar. No person types it.
pub(super) const BAR_ARGUMENT: &str = "show-bar";

thread_local! {
    /// The bar of this process, on its main thread; macOS hands a queued call nothing of its program's.
    static PANELS: RefCell<Option<BarPanels>> = const { RefCell::new(None) };
}

/// Does what this process was started for, where that is the bar.
pub(crate) fn do_own_task(task: &OsStr) -> Option<ExitCode> {
    (task == BAR_ARGUMENT).then(run)
}

fn run() -> ExitCode {
    let Some(main) = MainThreadMarker::new() else { return ExitCode::FAILURE };
    let mut input = io::stdin();
    let Ok(BarOrder::Show(face)) = BarOrder::read(&mut input) else { return ExitCode::FAILURE };
    let application = NSApplication::sharedApplication(main);
    // Neither in the Dock nor with a menu, and never in front.
    application.setActivationPolicy(NSApplicationActivationPolicy::Accessory);
    let panels = BarPanels::show(*face, main);
    if panels.is_empty() {
        return ExitCode::FAILURE;
    }
    PANELS.set(Some(panels));
    let listening = std::thread::Builder::new().name("bar-orders".to_owned()).spawn(move || listen(input));
    if listening.is_err() || report(BarReport::Shown).is_err() {
        return ExitCode::FAILURE;
    }
    application.run();
    ExitCode::SUCCESS
}

/// Has the main thread carry out what is told, until nothing more comes.
fn listen(mut input: Stdin) {
    while let Ok(order) = BarOrder::read(&mut input) {
        DispatchQueue::main().exec_async(move || carry_out(order));
    }
    // Nobody is left who could take the bar away.
    std::process::exit(0);
}

fn carry_out(order: BarOrder) {
    let Some(main) = MainThreadMarker::new() else { return };
    PANELS.with_borrow_mut(|panels| {
        let Some(panels) = panels else { return };
        match order {
            BarOrder::Show(face) => panels.set_face(*face),
            BarOrder::Restore => panels.restore(main),
            BarOrder::StepAside => panels.step_aside(main),
            BarOrder::Ping => {
                if report(BarReport::Pong).is_err() {
                    std::process::exit(0);
                }
            }
        }
    });
}

fn report(report: BarReport) -> io::Result<()> {
    report.write(&mut io::stdout().lock())
}

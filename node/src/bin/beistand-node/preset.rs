//! `beistand-node preset`: what an organisation sets up for the people whom it helps, made, signed and looked
//! at. It needs no session.

use std::path::PathBuf;
use std::process::ExitCode;

use beistand_node::words::{Phrase, args};
use beistand_node::{Config, PRESET_FILE, Preset, PresetDraft, PresetState, own_card};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// What `preset` is asked to do.
#[derive(Debug, Args)]
pub(crate) struct PresetArgs {
    #[command(subcommand)]
    wish: Option<PresetWish>,
}

#[derive(Debug, Subcommand)]
enum PresetWish {
    #[command(about = "terminal-preset-new")]
    New {
        #[arg(value_name = "args-value-folder", help = "terminal-preset-folder")]
        folder: PathBuf,
    },
    #[command(about = "terminal-preset-sign")]
    Sign {
        #[arg(value_name = "args-value-folder", help = "terminal-preset-folder")]
        folder: PathBuf,
    },
    #[command(about = "terminal-preset-check")]
    Check {
        #[arg(value_name = "args-value-file", help = "terminal-preset-file")]
        file: PathBuf,
    },
    #[command(about = "terminal-preset-card")]
    Card,
    #[command(about = "terminal-preset-agree")]
    Agree,
}

/// Says what an organisation has set up, or why that isn't used.
pub(crate) fn announce(config: &Config, report: &TerminalReport) {
    if report.json && config.preset.used().is_some() {
        print_json(&config.preset, report);
        return;
    }
    for line in config.preset.lines() {
        report.print_fault(&line);
    }
    if config.preset.waiting().is_some() {
        report.print_fault(&Phrase::new("preset-how-to-agree"));
    }
}

/// Does it; exit code 2 where a file is of no use. Without a wish it says what there is.
pub(crate) fn run(args: &PresetArgs, mut config: Config, report: &TerminalReport) -> ExitCode {
    match &args.wish {
        None => {
            print_state(&config.preset, report);
            ExitCode::SUCCESS
        }
        Some(PresetWish::New { folder }) => match PresetDraft::of(folder).begin() {
            Ok(()) => {
                let folder = folder.display().to_string();
                report.print(&Phrase::with("terminal-preset-begun", args![folder = folder]));
                ExitCode::SUCCESS
            }
            Err(why) => report.refuse(&why),
        },
        Some(PresetWish::Sign { folder }) => match PresetDraft::of(folder).sign() {
            Ok(preset) => {
                print_whole(&preset, report);
                ExitCode::SUCCESS
            }
            Err(why) => report.refuse(&why),
        },
        Some(PresetWish::Check { file }) => match Preset::read(file) {
            Ok(preset) => {
                print_whole(&preset, report);
                ExitCode::SUCCESS
            }
            Err(fault) => {
                let (path, fault) = (file.display().to_string(), fault.phrase());
                report.refuse(&Phrase::with("preset-broken-draft", args![path = path, fault = fault]))
            }
        },
        Some(PresetWish::Card) => match own_card(&config) {
            Ok(card) => {
                report::print(card.trim_end());
                ExitCode::SUCCESS
            }
            Err(error) => report.refuse(&Phrase::from(&error)),
        },
        Some(PresetWish::Agree) => {
            let agreed = config.agree_to_preset();
            print_state(&config.preset, report);
            if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    }
}

fn print_state(state: &PresetState, report: &TerminalReport) {
    if report.json {
        return print_json(state, report);
    }
    match state {
        PresetState::None => {
            report.print(&Phrase::with("terminal-preset-none", args![file = PRESET_FILE]));
        }
        PresetState::Used(_) | PresetState::OfAnotherSigner { .. } | PresetState::Broken { .. } => {
            for line in state.lines() {
                report.print(&line);
            }
        }
    }
}

/// All that a preset sets, for whoever makes it.
fn print_whole(preset: &Preset, report: &TerminalReport) {
    if report.json {
        return report::print(&json_of("checked", preset).to_string());
    }
    report.print(&Phrase::with(
        "terminal-preset-whole",
        args![
            organisation = preset.organisation(),
            path = preset.path().display().to_string(),
            signer = preset.signer().hex(),
            network = preset.network().unwrap_or("-"),
            phone = preset.phone().unwrap_or("-"),
            text = preset.text().unwrap_or("-")
        ],
    ));
    for card in preset.cards() {
        report.print(&Phrase::with("terminal-preset-card-line", args![name = card.name()]));
    }
}

fn print_json(state: &PresetState, report: &TerminalReport) {
    let line = match state {
        PresetState::None => json!({ "event": "preset", "state": "none" }),
        PresetState::Used(preset) => json_of("used", preset),
        PresetState::OfAnotherSigner { found, .. } => json_of("waiting", found),
        PresetState::Broken { path, .. } => {
            let text: Vec<_> = state.lines().iter().map(|line| report.words.say(line)).collect();
            json!({ "event": "preset", "state": "broken", "file": path.display().to_string(), "text": text })
        }
    };
    report::print(&line.to_string());
}

fn json_of(state: &str, preset: &Preset) -> serde_json::Value {
    let technicians: Vec<_> = preset.cards().iter().map(|card| card.name().to_owned()).collect();
    json!({
        "event": "preset", "state": state, "organisation": preset.organisation(), "phone": preset.phone(),
        "text": preset.text(), "network": preset.network(), "signer": preset.signer().hex(),
        "technicians": technicians, "file": preset.path().display().to_string(),
    })
}

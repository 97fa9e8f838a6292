//! `beistand-node release`: whether files that were fetched are those that were released, and signing the
//! list of them. It needs no session.

use std::path::PathBuf;
use std::process::ExitCode;

use beistand_node::words::{Phrase, args};
use beistand_node::{CheckedRelease, ReleasedFile, check_release, sign_release};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::report::{self, TerminalReport};

/// What `release` is asked to do.
#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    #[command(subcommand)]
    wish: ReleaseWish,
}

#[derive(Debug, Subcommand)]
enum ReleaseWish {
    #[command(about = "terminal-release-check")]
    Check {
        #[arg(value_name = "args-value-folder", help = "terminal-release-folder")]
        folder: PathBuf,
        #[arg(long, value_name = "terminal-value-text", help = "terminal-release-signer")]
        signer: Option<String>,
    },
    #[command(about = "terminal-release-sign")]
    Sign {
        #[arg(value_name = "args-value-folder", help = "terminal-release-folder")]
        folder: PathBuf,
        #[arg(long, value_name = "args-value-file", help = "terminal-release-key")]
        key: PathBuf,
    },
}

/// Does it; exit code 2 where there is no list, 1 where the files are not those of the list.
pub(crate) fn run(args: &ReleaseArgs, report: &TerminalReport) -> ExitCode {
    let (checked, wanted) = match &args.wish {
        ReleaseWish::Check { folder, signer } => (check_release(folder), signer.as_deref()),
        ReleaseWish::Sign { folder, key } => (sign_release(folder, key), None),
    };
    let release = match checked {
        Ok(release) => release,
        Err(why) => return report.refuse(&why),
    };
    print_release(&release, report);
    if wanted.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&release.signer.hex())) {
        report.print_fault(&Phrase::new("terminal-release-other-signer"));
        return ExitCode::FAILURE;
    }
    if release.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print_release(release: &CheckedRelease, report: &TerminalReport) {
    let signer = release.signer.hex();
    if !report.json {
        report.print(&Phrase::with("terminal-release-signed-by", args![signer = &signer]));
    }
    for (name, file) in &release.files {
        let (word, text) = match file {
            ReleasedFile::Right => ("right", Phrase::with("terminal-release-right", args![name = name])),
            ReleasedFile::Missing => {
                ("missing", Phrase::with("terminal-release-missing", args![name = name]))
            }
            ReleasedFile::Wrong => ("wrong", Phrase::with("terminal-release-wrong", args![name = name])),
        };
        if report.json {
            let line = json!({ "event": "released", "name": name, "state": word, "signer": signer });
            report::print(&line.to_string());
        } else {
            report.print(&text);
        }
    }
}

//! `beistand-node serve`: a public node, until it is told to end.

use std::process::ExitCode;

use beistand_node::words::{Phrase, args};
use beistand_node::{Config, EndCause, NodeEvent, PublicNode, Signals, out_of_resources};
use serde_json::json;

use crate::report::{self, TerminalReport};
use crate::terminal;

/// What a public node that nobody outside reaches needs in its configuration.
const EXAMPLE: &str =
    "[serve]\n    external = [\"/ip4/192.0.2.1/udp/4001/quic-v1\", \"/ip4/192.0.2.1/tcp/4001\"]\n";

/// Runs until a signal.
pub(crate) fn run(config: Config, report: TerminalReport) -> ExitCode {
    terminal::block_on(&report, async {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return report.refuse(&out_of_resources(&error)),
        };
        let starting = async {
            let node = PublicNode::start(config).await?;
            print_start(&node, &report);
            Ok(node)
        };
        tokio::select! {
            // Once it runs it ends by a signal alone.
            Err(cause) = async {
                let _node = match starting.await {
                    Ok(node) => node,
                    Err(cause) => return Err::<(), EndCause>(cause),
                };
                std::future::pending().await
            } => end(&cause, &report),
            _ = signals.next() => end(&EndCause::stopped(), &report),
        }
    })
}

fn end(cause: &EndCause, report: &TerminalReport) -> ExitCode {
    if report.json {
        report.print_event(&NodeEvent::Ended(cause.clone()));
    }
    report.end(cause)
}

fn print_start(node: &PublicNode, report: &TerminalReport) {
    if report.json {
        let metrics = node.metrics.map(|address| address.to_string());
        let line = json!({
            "event": "serving",
            "peer_id": node.peer_id,
            "listen": node.listen,
            "reachable": node.reachable,
            "metrics": metrics,
        });
        report::print(&line.to_string());
        return;
    }
    report.print(&Phrase::with("terminal-node", args![peer = &node.peer_id]));
    report.print(&if node.reachable.is_empty() {
        let addresses = node.listen.join("\n    ");
        Phrase::with("terminal-node-private", args![addresses = addresses, example = EXAMPLE])
    } else {
        Phrase::with("terminal-node-public", args![addresses = node.reachable.join("\n    ")])
    });
    if let Some(address) = node.metrics {
        report.print(&Phrase::with("terminal-figures", args![address = address.to_string()]));
    }
}

//! `beistand-node serve`: a public node, until it is told to end.

use std::process::ExitCode;

use beistand_node::{Config, EndCause, Event, PublicNode, Signals, json};
use serde_json::json;

use crate::{report, terminal};

/// Runs until a signal.
pub(crate) fn run(config: Config, json: bool) -> ExitCode {
    terminal::block_on(async {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return report::usage(&format!("This computer is out of resources: {error}.")),
        };
        let starting = async {
            let node = PublicNode::start(config).await?;
            tell(&node, json);
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
            } => end(cause, json),
            () = signals.next() => end(EndCause::stopped(), json),
        }
    })
}

fn end(cause: EndCause, json: bool) -> ExitCode {
    if json {
        report::say(&json::event_line(&Event::Ended(cause.clone())));
    }
    report::end(&cause)
}

fn tell(node: &PublicNode, json: bool) {
    if json {
        let metrics = node.metrics.map(|address| address.to_string());
        let line = json!({
            "event": "serving",
            "peer_id": node.peer_id,
            "listen": node.listen,
            "reachable": node.reachable,
            "metrics": metrics,
        });
        report::say(&line.to_string());
        return;
    }
    report::say(&format!("This is {}.", node.peer_id));
    if node.reachable.is_empty() {
        report::say(&format!(
            "It listens on\n\n    {}\n\nand no address among them is public, so only who is in its own network can use it as \
             a relay. If a router passes a port on to it, say where in the config:\n\n    [serve]\n    external = \
             [\"/ip4/192.0.2.1/udp/4001/quic-v1\", \"/ip4/192.0.2.1/tcp/4001\"]\n",
            node.listen.join("\n    ")
        ));
    } else {
        report::say(&format!(
            "Others join by it with one of these lines in `bootstrap`:\n\n    {}\n",
            node.reachable.join("\n    ")
        ));
    }
    if let Some(address) = node.metrics {
        report::say(&format!("Figures: http://{address}/metrics"));
    }
}

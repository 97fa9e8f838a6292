//! The flags that both programs have, and what they make of the config.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Address, Config, ConfigError};

/// The crates whose log a person may want; the others' is for whoever looks for a fault in them.
const CRATES: [&str; 6] =
    ["beistand", "beistand_node", "beistand_p2p", "beistand_platform", "beistand_session", "beistand_codec"];

/// Flags that both programs have. They win over the config file.
#[derive(Debug, Clone, Default, Args)]
pub struct CommonArgs {
    /// Config file to read instead of the default one.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Folder for this installation's key and data.
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The network to use: `default` for the public one and the local one, `public` or `lan` for one of them alone, or the
    /// name of a private one; only computers in the same one find each other.
    #[arg(long, value_name = "NAME", global = true)]
    pub network: Option<String>,
    /// A peer to join the network by, with its /p2p/ part; can be given again and again. For the public network in the
    /// place of its well-known ones.
    #[arg(long, value_name = "MULTIADDR", global = true)]
    pub bootstrap: Vec<String>,
    /// Where to listen, such as /ip4/0.0.0.0/udp/4001/quic-v1; can be given again and again.
    #[arg(long, value_name = "MULTIADDR", global = true)]
    pub listen: Vec<String>,
    /// Do not look for computers on the local network.
    #[arg(long, global = true)]
    pub no_mdns: bool,
    /// Do not ask the router to open a port.
    #[arg(long, global = true)]
    pub no_upnp: bool,
    /// How to capture the screen: auto, x11, scrap or fake. auto takes scrap where the X server lacks what x11 needs.
    #[arg(long, value_name = "NAME", global = true)]
    pub capture: Option<String>,
    /// Print every event as one JSON object a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more on standard error; -vv says a lot.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
}

impl CommonArgs {
    /// The config with these flags applied.
    ///
    /// # Errors
    /// Any [`ConfigError`].
    pub fn load_config(&self) -> Result<Config, ConfigError> {
        let mut config = Config::load(self.config.as_deref(), self.data_dir.as_deref())?;
        if let Some(network) = &self.network {
            config.set_network(network)?;
        }
        if !self.bootstrap.is_empty() {
            config.bootstrap = addresses(&self.bootstrap);
        }
        if !self.listen.is_empty() {
            config.listen = addresses(&self.listen);
        }
        config.mdns &= !self.no_mdns;
        config.upnp &= !self.no_upnp;
        config.capture = self.capture.clone().or(config.capture);
        // Whatever will be wrong with an address later is better said now.
        crate::convert::network(&config)?;
        crate::backends::from_config(&config)?;
        Ok(config)
    }

    /// Sends the program's log to standard error: warnings, or more with `-v`. `BEISTAND_LOG` has the last word.
    pub fn start_log(&self) {
        let (others, ours) = match self.verbose {
            0 => ("error", "warn"),
            1 => ("warn", "info"),
            2 => ("info", "debug"),
            _ => ("debug", "trace"),
        };
        let ours = CRATES.map(|name| format!("{name}={ours}")).join(",");
        let filter = tracing_subscriber::EnvFilter::try_from_env("BEISTAND_LOG")
            .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{others},{ours}")));
        // A program that has a log already keeps it.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    }
}

fn addresses(texts: &[String]) -> Vec<Address> {
    texts.iter().map(|text| Address::from(text.as_str())).collect()
}

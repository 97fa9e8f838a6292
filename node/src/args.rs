//! The flags that both programs have, and what they make of the config.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::{Address, Config, ConfigError};
use crate::words::command_line::ArgumentFault;
use crate::words::{Language, Phrase};

/// The crates whose log a person may want; the others' is for whoever looks for a fault in them.
const CRATES: [&str; 6] =
    ["beistand", "beistand_node", "beistand_p2p", "beistand_platform", "beistand_session", "beistand_codec"];

/// Flags that both programs have. They win over the config file.
#[derive(Debug, Clone, Default, Args)]
pub struct CommonArgs {
    /// Config file to read instead of the default one.
    #[arg(
        long,
        value_name = "args-value-file",
        global = true,
        help = "args-config",
        help_heading = "args-heading-general"
    )]
    pub config: Option<PathBuf>,
    /// Folder for this installation's key and data.
    #[arg(
        long,
        value_name = "args-value-folder",
        global = true,
        help = "args-data-dir",
        help_heading = "args-heading-general"
    )]
    pub data_dir: Option<PathBuf>,
    /// The network to use: `default` for the public one and the local one, `public` or `lan` for one of them
    /// alone, or the name of a private one; only computers in the same one find each other.
    #[arg(
        long,
        value_name = "args-value-name",
        global = true,
        help = "args-network",
        help_heading = "args-heading-network"
    )]
    pub network: Option<String>,
    /// A peer to join the network by, with its /p2p/ part; can be given again and again. For the public
    /// network in the place of its well-known ones.
    #[arg(
        long,
        value_name = "args-value-address",
        global = true,
        help = "args-bootstrap",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub bootstrap: Vec<String>,
    /// A relay whose operator is trusted, with its key as the /p2p/ part; can be given again and again. It is
    /// preferred to all others.
    #[arg(
        long,
        value_name = "args-value-address",
        global = true,
        help = "args-relay",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub relay: Vec<String>,
    /// Where to listen, such as /ip4/0.0.0.0/udp/4001/quic-v1; can be given again and again.
    #[arg(
        long,
        value_name = "args-value-address",
        global = true,
        help = "args-listen",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub listen: Vec<String>,
    /// Do not look for computers on the local network.
    #[arg(
        long,
        global = true,
        help = "args-no-mdns",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub no_mdns: bool,
    /// Do not ask the router to open a port.
    #[arg(
        long,
        global = true,
        help = "args-no-upnp",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub no_upnp: bool,
    /// Do without the preset beside the program.
    #[arg(
        long,
        global = true,
        help = "args-no-preset",
        help_heading = "args-heading-network",
        hide_short_help = true
    )]
    pub no_preset: bool,
    /// How to capture the screen: auto (x11), x11, scrap or fake.
    #[arg(
        long,
        value_name = "args-value-name",
        global = true,
        help = "args-capture",
        help_heading = "args-heading-machine",
        hide_short_help = true
    )]
    pub capture: Option<String>,
    /// How mouse and keyboard are injected: own or enigo.
    #[arg(
        long,
        value_name = "args-value-name",
        global = true,
        help = "args-input",
        help_heading = "args-heading-machine",
        hide_short_help = true
    )]
    pub input: Option<String>,
    /// Which library decodes pictures: auto, dav1d or rav1d. auto takes dav1d where this system has it.
    #[arg(
        long,
        value_name = "args-value-name",
        global = true,
        help = "args-decoder",
        help_heading = "args-heading-machine",
        hide_short_help = true
    )]
    pub decoder: Option<String>,
    /// The language of all texts.
    #[arg(long, value_name = "args-value-language", value_parser = language, global = true, help = "args-language", help_heading = "args-heading-general")]
    pub language: Option<Language>,
    /// Print every event as one JSON object a line.
    #[arg(long, global = true, help = "args-json", help_heading = "args-heading-general")]
    pub json: bool,
    /// Say nothing on standard error of what takes a while.
    #[arg(
        short,
        long,
        conflicts_with = "verbose",
        global = true,
        help = "args-quiet",
        help_heading = "args-heading-general"
    )]
    pub quiet: bool,
    /// Say more on standard error; -vv says a lot.
    #[arg(short, long, action = clap::ArgAction::Count, global = true, help = "args-verbose", help_heading = "args-heading-general")]
    pub verbose: u8,
}

impl CommonArgs {
    /// The flags of a command beside these, for a program's own test of what it has switches for.
    pub fn flags_beside(command: &clap::Command) -> Vec<String> {
        let common = Self::augment_args(clap::Command::new("any"));
        let common: Vec<_> = common.get_arguments().filter_map(clap::Arg::get_long).collect();
        let flags = command.get_arguments().filter_map(clap::Arg::get_long);
        flags.filter(|flag| !common.contains(flag)).map(str::to_owned).collect()
    }

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
        if !self.relay.is_empty() {
            config.relays = addresses(&self.relay);
        }
        if !self.listen.is_empty() {
            config.listen = addresses(&self.listen);
        }
        config.own_network |= self.network.is_some() || !self.bootstrap.is_empty() || !self.relay.is_empty();
        if !self.no_preset {
            config.adopt_preset();
        }
        config.mdns &= !self.no_mdns;
        config.upnp &= !self.no_upnp;
        config.language = self.language.unwrap_or(config.language);
        config.capture = self.capture.clone().or(config.capture);
        config.input = self.input.clone().or(config.input);
        config.decoder = self.decoder.clone().or(config.decoder);
        // Whatever will be wrong with an address later is better said now.
        crate::convert::network(&config)?;
        crate::backends::from_config(&config)?;
        Ok(config)
    }

    /// The language for what is said before the arguments are understood: that of `--language`, otherwise
    /// that of the config file, otherwise the system's.
    pub fn language_of(arguments: &[OsString]) -> Language {
        let value = |flag: &str| {
            let mut rest = arguments.iter().skip(1);
            let with_value = format!("{flag}=");
            loop {
                let argument = rest.next()?.to_str()?;
                if argument == flag {
                    return rest.next()?.to_str();
                }
                if let Some(value) = argument.strip_prefix(&with_value) {
                    return Some(value);
                }
            }
        };
        if let Some(language) = value("--language").and_then(Language::from_tag) {
            return language;
        }
        // What is wrong with the file is said once the arguments are understood.
        let config = Config::load(value("--config").map(Path::new), value("--data-dir").map(Path::new));
        config.map_or_else(|_| Language::of_system(), |config| config.language)
    }

    /// Sends the program's log to standard error: what should not happen, or more with `-v`. `BEISTAND_LOG`
    /// has the last word.
    pub fn start_log(&self) {
        let (others, ours) = match self.verbose {
            0 => ("off", "error"),
            1 => ("warn", "info"),
            2 => ("info", "debug"),
            _ => ("debug", "trace"),
        };
        let ours = CRATES.map(|name| format!("{name}={ours}")).join(",");
        let filter = tracing_subscriber::EnvFilter::try_from_env("BEISTAND_LOG")
            .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{others},{ours}")));
        // A program that has a log already keeps it.
        let stderr = std::io::stderr();
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(stderr.is_terminal() && !is_set("NO_COLOR"))
            .with_writer(std::io::stderr)
            .try_init();
    }
}

/// Whether a variable of the environment has a value, whichever (<https://no-color.org>).
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn language(tag: &str) -> Result<Language, ArgumentFault> {
    Language::from_tag(tag).ok_or(ArgumentFault(Phrase::new("config-value-language")))
}

fn addresses(texts: &[String]) -> Vec<Address> {
    texts.iter().map(|text| Address::from(text.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// None of them lets anybody in, hides a session or begins one. Whoever adds a flag has to look at that.
    #[test]
    fn no_flag_of_both_programs_lets_anybody_in() {
        let command = CommonArgs::augment_args(clap::Command::new("any"));
        let mut flags: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        flags.sort_unstable();
        let known = [
            "bootstrap",
            "capture",
            "config",
            "data-dir",
            "decoder",
            "input",
            "json",
            "language",
            "listen",
            "network",
            "no-mdns",
            "no-preset",
            "no-upnp",
            "quiet",
            "relay",
            "verbose",
        ];
        assert_eq!(flags, known);
    }
}

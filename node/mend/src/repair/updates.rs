//! Updates through PackageKit, on the system's bus: which wait, and their installation. The service asks the
//! user for the rights by itself. Where it isn't there, that is said, and nothing else is tried.

use std::collections::HashMap;
use std::pin::pin;
use std::time::{Duration, Instant};

use async_io::Timer;
use beistand_session::{DeedSight, SightKind};
use futures::StreamExt as _;
use futures::executor::block_on;
use futures::future::{Either, select};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zbus::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, Value};
use zbus::{Connection, MatchRule, Message, MessageStream, Proxy};

use super::sight;
use crate::{DeedFault, Machine};

const SERVICE: &str = "org.freedesktop.PackageKit";
const PATH: &str = "/org/freedesktop/PackageKit";
const TRANSACTION: &str = "org.freedesktop.PackageKit.Transaction";

/// How long the service may take for a word, after which nobody is there.
const ANSWER_TIME: Duration = Duration::from_secs(25);

/// How long the list of updates may take: the service may fetch lists first.
const LIST_TIME: Duration = Duration::from_secs(120);

/// How long their installation may take.
const INSTALL_TIME: Duration = Duration::from_secs(2 * 60 * 60);

/// How often it is looked whether the user still wants to wait for a list.
const STEP: Duration = Duration::from_millis(200);

/// Updates that are installed at once: a system that has not been updated for years has some thousand.
const MAX_UPDATES: usize = 5000;

/// No conditions.
const ANY: u64 = 1 << 1;

/// Only what is signed by somebody whom the system trusts.
const ONLY_TRUSTED: u64 = 1 << 1;

/// An exit of the service's: all went well.
const SUCCESS: u32 = 1;

/// Codes of the service's: the account may not.
const NOT_AUTHORIZED: u32 = 48;

/// The disk has no room.
const NO_SPACE: u32 = 46;

/// A number that stands for an unknown part of the whole.
const UNKNOWN_PERCENT: u32 = 101;

/// An update, by the service's own name for it: name, version, architecture and origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PendingUpdate(String);

impl PendingUpdate {
    /// What it is an update of.
    pub(super) fn name(&self) -> &str {
        self.0.split(';').next().unwrap_or_default()
    }
}

/// The updates that wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UpdatesBefore {
    count: u32,
    first: String,
    /// Of all their names, which are too many for the journal.
    digest: String,
}

impl UpdatesBefore {
    fn of(found: &[PendingUpdate]) -> Self {
        let mut names: Vec<&str> = found.iter().map(|update| update.0.as_str()).collect();
        names.sort_unstable();
        let digest = Sha256::digest(names.join("\n"));
        Self {
            count: u32::try_from(found.len()).unwrap_or(u32::MAX),
            first: found.first().map(|update| update.name().to_owned()).unwrap_or_default(),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    pub(super) fn sight(&self) -> DeedSight {
        sight(SightKind::Updates, self.count.into(), &self.first)
    }
}

/// Which updates wait.
pub(super) fn before(machine: &Machine) -> Result<UpdatesBefore, DeedFault> {
    let found = block_on(async {
        let bus = connect(machine).await?;
        updates_on(&bus, machine).await
    })?;
    if found.is_empty() { Err(DeedFault::Already) } else { Ok(UpdatesBefore::of(&found)) }
}

/// Installs those that wait. What has begun goes on to its end, whatever becomes of the session: a system
/// with half an update is worse off than before.
pub(super) fn run(before: &UpdatesBefore, machine: &Machine) -> Result<DeedSight, DeedFault> {
    block_on(async {
        let bus = connect(machine).await?;
        let found = updates_on(&bus, machine).await?;
        if machine.watch().is_stopped() {
            return Err(DeedFault::Stopped);
        }
        if UpdatesBefore::of(&found).digest != before.digest {
            return Err(DeedFault::Changed);
        }
        let ids: Vec<&str> = found.iter().map(|update| update.0.as_str()).collect();
        let mut transaction = Transaction::begin(&bus).await?;
        transaction.proxy.call_method("UpdatePackages", &(ONLY_TRUSTED, ids)).await.map_err(fault)?;
        transaction
            .finish(
                INSTALL_TIME,
                || false,
                |step| {
                    if let TransactionStep::Percent(percent) = step {
                        machine.watch().advance(percent * 10);
                    }
                },
            )
            .await?;
        let left = updates_on(&bus, machine).await.map(|left| left.len()).unwrap_or_default();
        Ok(sight(SightKind::Updates, left as u64, ""))
    })
}

async fn connect(machine: &Machine) -> Result<Connection, DeedFault> {
    let nobody = |_| DeedFault::NotHere("PackageKit".to_owned());
    let builder = match machine.bus() {
        Some(address) => Builder::address(address),
        None => Builder::system(),
    };
    builder.map_err(nobody)?.method_timeout(ANSWER_TIME).build().await.map_err(nobody)
}

async fn updates_on(bus: &Connection, machine: &Machine) -> Result<Vec<PendingUpdate>, DeedFault> {
    let mut transaction = Transaction::begin(bus).await?;
    transaction.proxy.call_method("GetUpdates", &ANY).await.map_err(fault)?;
    let mut found = Vec::new();
    let stops = || machine.watch().is_stopped();
    transaction
        .finish(LIST_TIME, stops, |step| match step {
            TransactionStep::Package(id) if found.len() < MAX_UPDATES => found.push(PendingUpdate(id)),
            TransactionStep::Package(_) | TransactionStep::Percent(_) => {}
        })
        .await?;
    Ok(found)
}

/// What the service does at one wish.
struct Transaction<'a> {
    proxy: Proxy<'a>,
    signals: MessageStream,
}

/// What it says on its way.
enum TransactionStep {
    /// A package, by the service's own name for it.
    Package(String),
    /// So many hundredths are done.
    Percent(u32),
}

impl Transaction<'_> {
    async fn begin(bus: &Connection) -> Result<Self, DeedFault> {
        let kit = Proxy::new(bus, SERVICE, PATH, SERVICE).await.map_err(fault)?;
        let path: OwnedObjectPath = kit.call("CreateTransaction", &()).await.map_err(fault)?;
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .path(path.clone())
            .map_err(fault)?
            .build();
        let signals = MessageStream::for_match_rule(rule, bus, None).await.map_err(fault)?;
        let proxy = Proxy::new(bus, SERVICE, path, TRANSACTION).await.map_err(fault)?;
        // It may ask the user for the rights.
        let hints: [&str; 1] = ["interactive=true"];
        proxy.call_method("SetHints", &(hints.as_slice(),)).await.map_err(fault)?;
        Ok(Self { proxy, signals })
    }

    /// Waits for its end.
    async fn finish(
        &mut self,
        within: Duration,
        stops: impl Fn() -> bool,
        mut hear: impl FnMut(TransactionStep),
    ) -> Result<(), DeedFault> {
        let since = Instant::now();
        let mut why = None;
        loop {
            let next = pin!(self.signals.next());
            let tick = pin!(Timer::after(STEP));
            let message = match select(next, tick).await {
                Either::Left((Some(Ok(message)), _)) => Some(message),
                Either::Left((Some(Err(error)), _)) => return Err(fault(error)),
                Either::Left((None, _)) => return Err(DeedFault::NotHere("PackageKit".to_owned())),
                Either::Right(_) => None,
            };
            if since.elapsed() >= within || stops() {
                // It may be too far for that, which is its own to know.
                let _ = self.proxy.call_method("Cancel", &()).await;
                return Err(if stops() { DeedFault::Stopped } else { DeedFault::Late });
            }
            let Some(message) = message else { continue };
            match heard(&message) {
                Some(Heard::Step(step)) => hear(step),
                Some(Heard::Error(code, words)) => {
                    why = Some(match code {
                        NOT_AUTHORIZED => DeedFault::NotPermitted,
                        NO_SPACE => DeedFault::DiskFull,
                        _ => DeedFault::refused(&words),
                    });
                }
                Some(Heard::Finished(SUCCESS)) => return Ok(()),
                Some(Heard::Finished(_)) => return Err(why.unwrap_or_else(|| DeedFault::refused(""))),
                None => {}
            }
        }
    }
}

enum Heard {
    Step(TransactionStep),
    Error(u32, String),
    Finished(u32),
}

/// A signal of a transaction's; `None` for what says nothing that is asked for.
fn heard(message: &Message) -> Option<Heard> {
    let header = message.header();
    let (body, member) = (message.body(), header.member()?);
    match member.as_str() {
        "Package" => {
            let (_, id, _): (u32, String, String) = body.deserialize().ok()?;
            Some(Heard::Step(TransactionStep::Package(id)))
        }
        "PropertiesChanged" => {
            type Changed<'a> = (String, HashMap<String, Value<'a>>, Vec<String>);
            let (_, changed, _): Changed<'_> = body.deserialize().ok()?;
            let percent = changed.get("Percentage")?.downcast_ref::<u32>().ok()?;
            (percent < UNKNOWN_PERCENT).then_some(Heard::Step(TransactionStep::Percent(percent)))
        }
        "ErrorCode" => body.deserialize().ok().map(|(code, words)| Heard::Error(code, words)),
        "Finished" => body.deserialize::<(u32, u32)>().ok().map(|(exit, _)| Heard::Finished(exit)),
        // Signals of the service's of which nothing is wanted.
        _ => None,
    }
}

fn fault(error: zbus::Error) -> DeedFault {
    match error {
        zbus::Error::MethodError(name, words, _) => match name.as_str() {
            "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                DeedFault::NotHere("PackageKit".to_owned())
            }
            name if name.ends_with("AccessDenied") || name.ends_with("RefusedByPolicy") => {
                DeedFault::NotPermitted
            }
            _ => DeedFault::refused(&words.unwrap_or_default()),
        },
        zbus::Error::InputOutput(_) => DeedFault::NotHere("PackageKit".to_owned()),
        error => DeedFault::System(error.to_string()),
    }
}

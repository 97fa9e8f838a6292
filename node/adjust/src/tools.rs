//! The tools that settings are read and changed with, and the desktop's settings by `gsettings`.

use beistand_session::AdjustFault;
use beistand_tool::{ToolCall, ToolOutcome};

use crate::AdjustMachine;

/// What a tool prints, where it ends well.
pub(crate) fn printed(
    machine: &AdjustMachine,
    name: &str,
    arguments: &[&str],
) -> Result<String, AdjustFault> {
    outcome(machine, &ToolCall::new(name, arguments))
}

/// The same of a call.
pub(crate) fn outcome(machine: &AdjustMachine, call: &ToolCall<'_>) -> Result<String, AdjustFault> {
    let outcome = machine.tools.run_quietly(call);
    match &outcome {
        ToolOutcome::Absent => Err(AdjustFault::NoTool),
        ToolOutcome::Late | ToolOutcome::Stopped => Err(AdjustFault::Silent),
        ToolOutcome::Done { .. } => outcome.text().ok_or(AdjustFault::Broken),
    }
}

/// A key among the desktop's settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DesktopKey {
    pub(crate) schema: &'static str,
    pub(crate) key: &'static str,
}

impl DesktopKey {
    /// What it is, as `gsettings` writes it.
    pub(crate) fn get(self, machine: &AdjustMachine) -> Result<String, AdjustFault> {
        let Self { schema, key } = self;
        match printed(machine, "gsettings", &["get", schema, key]) {
            Ok(text) => Ok(text.trim().to_owned()),
            // Where there is no such key.
            Err(AdjustFault::Broken) => Err(AdjustFault::NoService),
            Err(fault) => Err(fault),
        }
    }

    /// Makes it this, and looks whether it is: without a store `gsettings` only says that all went well.
    pub(crate) fn set(self, machine: &AdjustMachine, value: &str) -> Result<(), AdjustFault> {
        let Self { schema, key } = self;
        printed(machine, "gsettings", &["set", schema, key, value]).map_err(|fault| {
            if fault == AdjustFault::Broken { AdjustFault::NeedsAdministrator } else { fault }
        })?;
        let is = self.get(machine)?;
        if normal(&is) == normal(value) { Ok(()) } else { Err(AdjustFault::Broken) }
    }
}

/// A value without what `gsettings` may write in several ways: quotation marks, and how many digits.
pub(crate) fn normal(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => value.trim_start_matches("@a(ss)").replace(['"', ' ', '\''], ""),
    }
}

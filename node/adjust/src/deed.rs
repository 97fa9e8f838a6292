//! A change of a setting as the journal of changes has it.

use beistand_mend::{Deed, DeedFault, Machine};
use beistand_session::{AdjustFault, AdjustKind};
use serde::{Deserialize, Serialize};

use crate::{AdjustMachine, AdjustPresent, chosen, raw_after, read, restore, same, set};

/// The longest raw value that is kept, in bytes: a list of input sources with all that anybody types with.
const MAX_RAW_BYTES: usize = 4096;

/// A setting is given a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustDeed {
    /// Which setting.
    pub kind: AdjustKind,
    /// Which value.
    pub value: String,
}

/// What a setting was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustBefore {
    /// As a person reads it.
    pub value: String,
    /// What brings it back.
    pub raw: String,
}

impl AdjustDeed {
    /// What a wish means on this machine: the value as it is compared, and what the setting is before.
    ///
    /// # Errors
    /// Where the setting can't be changed, has no such value, or has it already.
    pub fn wish(
        kind: AdjustKind,
        wish: &str,
        machine: &AdjustMachine,
    ) -> Result<(Self, AdjustBefore), AdjustFault> {
        let present = read(kind, machine)?;
        let value = chosen(kind, wish, &present)?;
        if value == present.value {
            return Err(AdjustFault::AlreadySo);
        }
        let AdjustPresent { value: before, raw, .. } = present;
        if raw.len() > MAX_RAW_BYTES {
            return Err(AdjustFault::Unreadable);
        }
        Ok((Self { kind, value }, AdjustBefore { value: before, raw }))
    }

    /// Does it, unless the setting has changed since. Where that fails half way, it goes back.
    ///
    /// # Errors
    /// Why it was not done. Where it has changed all the same, it counts as done.
    pub fn change(&self, before: &AdjustBefore, machine: &AdjustMachine) -> Result<(), AdjustFault> {
        if !same(self.kind, &read(self.kind, machine)?.raw, &before.raw) {
            return Err(AdjustFault::MovedOn);
        }
        let Err(fault) = set(self.kind, &self.value, machine) else { return Ok(()) };
        let is_as_before =
            || read(self.kind, machine).is_ok_and(|now| same(self.kind, &now.raw, &before.raw));
        if is_as_before() || restore(self.kind, &before.raw, machine).is_ok() && is_as_before() {
            return Err(fault);
        }
        // It can be taken back, which a change that was not made can't.
        if read(self.kind, machine).is_ok_and(|now| now.value == self.value) { Ok(()) } else { Err(fault) }
    }

    /// Takes it back, unless somebody else has changed the setting since.
    ///
    /// # Errors
    /// Why it was not done.
    pub fn take_back(&self, before: &AdjustBefore, machine: &AdjustMachine) -> Result<(), AdjustFault> {
        let now = read(self.kind, machine)?;
        if same(self.kind, &now.raw, &before.raw) {
            return Ok(());
        }
        if !same(self.kind, &now.raw, &raw_after(self.kind, &self.value, &before.raw, machine)) {
            return Err(AdjustFault::MovedOn);
        }
        restore(self.kind, &before.raw, machine)
    }
}

impl Deed for AdjustDeed {
    const FEATURE: &'static str = "adjust";

    type Before = AdjustBefore;
    type After = ();

    fn before(&self, machine: &Machine) -> Result<AdjustBefore, DeedFault> {
        let wish = Self::wish(self.kind, &self.value, &AdjustMachine::of(machine));
        wish.map(|(_, before)| before).map_err(deed_fault)
    }

    fn can_undo(&self, _: &AdjustBefore) -> bool {
        true
    }

    fn run(&self, before: &AdjustBefore, machine: &Machine) -> Result<(), DeedFault> {
        self.change(before, &AdjustMachine::of(machine)).map_err(deed_fault)
    }

    fn undo(&self, before: &AdjustBefore, machine: &Machine) -> Result<(), DeedFault> {
        self.take_back(before, &AdjustMachine::of(machine)).map_err(deed_fault)
    }
}

/// A fault as the journal has it.
pub fn deed_fault(fault: AdjustFault) -> DeedFault {
    match fault {
        AdjustFault::NoService | AdjustFault::NoTool | AdjustFault::NoDisplay => {
            DeedFault::NotHere(fault.word().to_owned())
        }
        AdjustFault::NoDevice => DeedFault::Gone,
        AdjustFault::NeedsAdministrator => DeedFault::NotPermitted,
        AdjustFault::Silent => DeedFault::Late,
        AdjustFault::AlreadySo => DeedFault::Already,
        AdjustFault::DiskFull => DeedFault::DiskFull,
        AdjustFault::MovedOn => DeedFault::Changed,
        AdjustFault::NoChange => DeedFault::NoUndo,
        AdjustFault::NotAChoice => DeedFault::Unfit,
        AdjustFault::TakenBack => DeedFault::Stopped,
        AdjustFault::Unreadable
        | AdjustFault::Denied
        | AdjustFault::Busy
        | AdjustFault::Broken
        | AdjustFault::Lost => DeedFault::System(fault.word().to_owned()),
    }
}

/// What a fault of the journal's is for whoever waits.
pub fn fault_of(fault: &DeedFault) -> AdjustFault {
    match fault {
        DeedFault::NotHere(word) | DeedFault::System(word) => {
            AdjustFault::from_word(word).unwrap_or(AdjustFault::Broken)
        }
        DeedFault::NotPermitted => AdjustFault::NeedsAdministrator,
        DeedFault::Gone => AdjustFault::NoDevice,
        DeedFault::Changed => AdjustFault::MovedOn,
        DeedFault::Unfit => AdjustFault::NotAChoice,
        DeedFault::Already => AdjustFault::AlreadySo,
        DeedFault::NoUndo => AdjustFault::NoChange,
        DeedFault::DiskFull => AdjustFault::DiskFull,
        DeedFault::Stopped => AdjustFault::TakenBack,
        DeedFault::Late => AdjustFault::Silent,
        DeedFault::TooLarge | DeedFault::Refused(_) => AdjustFault::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_comes_back_from_the_journal() {
        for fault in AdjustFault::ALL {
            assert_eq!(fault_of(&deed_fault(*fault)), *fault);
        }
    }
}

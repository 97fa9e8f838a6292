//! An indicator that nobody looks at: what it shows can be read, and it is seen or hidden as a test wants.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    DesktopFault, IndicatorFace, IndicatorPress, IndicatorPressReceiver, IndicatorSight, IndicatorWatch,
    SessionIndicator,
};

/// What is shown of a session; cheap to clone, all clones are one.
#[derive(Debug, Clone, Default)]
pub struct FakeIndication {
    state: Arc<Mutex<FakeIndicationState>>,
}

#[derive(Default)]
struct FakeIndicationState {
    face: Option<IndicatorFace>,
    pressed: Option<IndicatorPressReceiver>,
    sight: Option<IndicatorSight>,
    restored: u64,
    aside: u64,
    fault: Option<DesktopFault>,
}

impl FakeIndication {
    /// What is shown, where there is an indicator.
    pub fn face(&self) -> Option<IndicatorFace> {
        self.lock().face.clone()
    }

    /// Presses a button; whether there is an indicator.
    pub fn press(&self, press: IndicatorPress) -> bool {
        self.lock().pressed.as_mut().map(|pressed| pressed(press)).is_some()
    }

    /// What each look finds from now on.
    pub fn set_sight(&self, sight: IndicatorSight) {
        self.lock().sight = Some(sight);
    }

    /// How often it was put back.
    pub fn restored(&self) -> u64 {
        self.lock().restored
    }

    /// How often it was to make room.
    pub fn asked_aside(&self) -> u64 {
        self.lock().aside
    }

    /// From now on none can be shown, for this reason.
    pub fn set_fault(&self, fault: DesktopFault) {
        self.lock().fault = Some(fault);
    }

    pub(super) fn open(
        &self,
        face: IndicatorFace,
        pressed: IndicatorPressReceiver,
    ) -> Result<FakeIndicator, DesktopFault> {
        let mut state = self.lock();
        if let Some(fault) = &state.fault {
            return Err(fault.clone());
        }
        (state.face, state.pressed) = (Some(face), Some(pressed));
        Ok(FakeIndicator { indication: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, FakeIndicationState> {
        // A panic in a test's callback leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FakeIndicationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeIndicationState").field("face", &self.face).finish_non_exhaustive()
    }
}

/// The indicator of a [`FakeIndication`].
#[derive(Debug)]
pub struct FakeIndicator {
    indication: FakeIndication,
}

impl SessionIndicator for FakeIndicator {
    fn show(&self, face: &IndicatorFace) {
        self.indication.lock().face = Some(face.clone());
    }

    fn restore(&self) {
        self.indication.lock().restored += 1;
    }

    fn step_aside(&self) {
        self.indication.lock().aside += 1;
    }

    fn watch(&self) -> Result<Box<dyn IndicatorWatch>, DesktopFault> {
        Ok(Box::new(FakeIndicatorWatch { indication: self.indication.clone() }))
    }
}

impl Drop for FakeIndicator {
    fn drop(&mut self) {
        let mut state = self.indication.lock();
        (state.face, state.pressed) = (None, None);
    }
}

/// Looks at a [`FakeIndication`].
#[derive(Debug)]
struct FakeIndicatorWatch {
    indication: FakeIndication,
}

impl IndicatorWatch for FakeIndicatorWatch {
    fn look(&mut self) -> IndicatorSight {
        self.indication.lock().sight.unwrap_or(IndicatorSight::Seen)
    }
}

//! Services, and whether they run.

use std::ptr::null;

use windows_sys::Win32::Foundation::{ERROR_SERVICE_NEVER_STARTED, ERROR_SUCCESS};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ENUM_SERVICE_STATUSW, EnumServicesStatusW, OpenSCManagerW, SC_HANDLE,
    SC_MANAGER_ENUMERATE_SERVICE, SERVICE_RUNNING, SERVICE_STATE_ALL, SERVICE_STOPPED, SERVICE_WIN32,
};

use crate::facts::{ServiceFact, ServiceState};

/// What one call may hand out, in bytes: Windows's own limit.
const MAX_BYTES: usize = 256 << 10;

/// The longest name, in units of UTF-16: Windows's own limit.
const MAX_NAME_UNITS: usize = 256;

/// What knows the services; closed when dropped.
struct ServiceManager(SC_HANDLE);

impl Drop for ServiceManager {
    fn drop(&mut self) {
        // SAFETY: it is open and ours.
        unsafe { CloseServiceHandle(self.0) };
    }
}

/// All services, as far as one call has room for them.
pub(super) fn services() -> Vec<ServiceFact> {
    // SAFETY: without names it is this machine's own.
    let manager = unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_ENUMERATE_SERVICE) };
    if manager.is_null() {
        return Vec::new();
    }
    let manager = ServiceManager(manager);
    // Room for the structures at its beginning, as they are aligned, and for the texts behind them.
    let mut room: Vec<ENUM_SERVICE_STATUSW> =
        Vec::with_capacity(MAX_BYTES / size_of::<ENUM_SERVICE_STATUSW>());
    let (mut needed, mut count, mut next) = (0, 0, 0);
    let bytes = (room.capacity() * size_of::<ENUM_SERVICE_STATUSW>()) as u32;
    // SAFETY: there is as much room as is said, and the numbers have their places. Where it isn't enough,
    // what fits is there.
    unsafe {
        let numbers = (&raw mut needed, &raw mut count, &raw mut next);
        let (kinds, states) = (SERVICE_WIN32, SERVICE_STATE_ALL);
        EnumServicesStatusW(
            manager.0,
            kinds,
            states,
            room.as_mut_ptr(),
            bytes.min(MAX_BYTES as u32),
            numbers.0,
            numbers.1,
            numbers.2,
        );
    }
    // SAFETY: Windows has filled so many of them, and no more than there is room for.
    unsafe { room.set_len((count as usize).min(room.capacity())) };
    room.iter().map(fact).collect()
}

fn fact(service: &ENUM_SERVICE_STATUSW) -> ServiceFact {
    let status = &service.ServiceStatus;
    let went_well = [ERROR_SUCCESS, ERROR_SERVICE_NEVER_STARTED].contains(&status.dwWin32ExitCode);
    let state = match status.dwCurrentState {
        SERVICE_RUNNING => ServiceState::Running,
        SERVICE_STOPPED if !went_well => ServiceState::Failed,
        _ => ServiceState::Stopped,
    };
    let units: Vec<u16> = (0..MAX_NAME_UNITS)
        // SAFETY: the name is behind the structures and ends with a zero, where this ends too.
        .map_while(|at| Some(unsafe { *service.lpServiceName.add(at) }).filter(|unit| *unit != 0))
        .collect();
    ServiceFact { name: String::from_utf16_lossy(&units), state }
}

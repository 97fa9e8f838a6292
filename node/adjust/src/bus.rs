//! Calls to the system's services on D-Bus.
//!
//! A call lets the service ask the user for their password by polkit's own window. It grants nothing itself.

use std::time::Duration;

use beistand_session::AdjustFault;
use futures::executor::block_on;
use zbus::connection::Builder;
use zbus::proxy::MethodFlags;
use zbus::zvariant::{DynamicDeserialize, DynamicType, OwnedValue};
use zbus::{Connection, Proxy};

use crate::AdjustMachine;

/// How long a service may take to say how something is: some are started for it.
const READ_TIME: Duration = Duration::from_secs(5);

/// How long one may take to change something: the user types a password meanwhile, and what they type after
/// that changes something that nobody watches any more.
const WRITE_TIME: Duration = Duration::from_secs(600);

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// An object of a service and the side of it that is spoken to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BusObject<'a> {
    pub(crate) service: &'a str,
    pub(crate) path: &'a str,
    pub(crate) interface: &'a str,
}

/// The system's bus.
pub(crate) struct SystemBus(Connection);

impl SystemBus {
    /// To see how something is.
    pub(crate) fn to_read(machine: &AdjustMachine) -> Result<Self, AdjustFault> {
        Self::open(machine, READ_TIME)
    }

    /// To change something.
    pub(crate) fn to_write(machine: &AdjustMachine) -> Result<Self, AdjustFault> {
        Self::open(machine, WRITE_TIME)
    }

    fn open(machine: &AdjustMachine, patience: Duration) -> Result<Self, AdjustFault> {
        let builder = match &machine.system_bus {
            Some(address) => Builder::address(address.as_str()),
            None => Builder::system(),
        };
        let builder = builder.map_err(|_| AdjustFault::NoService)?.method_timeout(patience);
        block_on(builder.build()).map(Self).map_err(|_| AdjustFault::NoService)
    }

    /// Calls a method.
    pub(crate) fn call<B, R>(&self, object: BusObject<'_>, method: &str, body: &B) -> Result<R, AdjustFault>
    where
        B: serde::Serialize + DynamicType,
        R: for<'d> DynamicDeserialize<'d>,
    {
        let BusObject { service, path, interface } = object;
        let answer = block_on(async {
            let proxy = Proxy::new(&self.0, service, path, interface).await?;
            proxy.call_with_flags(method, MethodFlags::AllowInteractiveAuth.into(), body).await
        });
        answer.map_err(|error| fault(&error))?.ok_or(AdjustFault::Unreadable)
    }

    /// What a property is.
    pub(crate) fn get<T: TryFrom<OwnedValue>>(
        &self,
        object: BusObject<'_>,
        property: &str,
    ) -> Result<T, AdjustFault> {
        let properties = BusObject { interface: PROPERTIES, ..object };
        let value: OwnedValue = self.call(properties, "Get", &(object.interface, property))?;
        T::try_from(value).map_err(|_| AdjustFault::Unreadable)
    }
}

/// Whose fault it is that a call failed.
fn fault(error: &zbus::Error) -> AdjustFault {
    let name = match error {
        zbus::Error::MethodError(name, ..) => name.as_str(),
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            return AdjustFault::Silent;
        }
        zbus::Error::Variant(_) => return AdjustFault::Unreadable,
        _ => return AdjustFault::Broken,
    };
    named_fault(name)
}

/// The same by the name of the service's error.
fn named_fault(name: &str) -> AdjustFault {
    match name.rsplit('.').next().unwrap_or_default() {
        "ServiceUnknown" | "NameHasNoOwner" | "ServiceNotFound" | "ChildExited" | "UnknownMethod"
        | "UnknownInterface" | "UnknownProperty" | "UnknownObject" | "NotSupported" | "NoSuchUnit"
        | "NTPNotSupported" | "NoNTPSupport" => AdjustFault::NoService,
        "AccessDenied"
        | "NotAuthorized"
        | "NotAuthorizedError"
        | "PermissionDenied"
        | "InteractiveAuthorizationRequired" => AdjustFault::NeedsAdministrator,
        "NoReply" | "Timeout" | "TimedOut" => AdjustFault::Silent,
        "InvalidArgs" => AdjustFault::NotAChoice,
        "NoSpace" | "LimitsExceeded" => AdjustFault::DiskFull,
        _ => AdjustFault::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_answers_says_whose_fault_it_is() {
        for (name, expected) in [
            ("org.freedesktop.DBus.Error.ServiceUnknown", AdjustFault::NoService),
            ("org.freedesktop.DBus.Error.AccessDenied", AdjustFault::NeedsAdministrator),
            ("org.freedesktop.PolicyKit1.Error.NotAuthorized", AdjustFault::NeedsAdministrator),
            ("org.freedesktop.DBus.Error.NoReply", AdjustFault::Silent),
            ("org.freedesktop.DBus.Error.Failed", AdjustFault::Broken),
            ("", AdjustFault::Broken),
        ] {
            assert_eq!(named_fault(name), expected, "{name}");
        }
    }
}

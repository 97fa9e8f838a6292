//! What was copied, as the desktop has it and as the session carries it, and in which direction it goes.

use beistand_platform::ClipboardContent;
use beistand_session::{
    ClipboardContent as CarriedContent, ClipboardMessage, Permission, PermissionSet, Role,
};

/// What `role` says to the other side of what was copied there.
pub(super) fn to_message(role: Role, content: ClipboardContent) -> ClipboardMessage {
    let content = match content {
        ClipboardContent::Text(text) => CarriedContent::Text(text),
        ClipboardContent::Png(file) => CarriedContent::Png(file),
    };
    match role {
        Role::Host => ClipboardMessage::FromUser(content),
        Role::Technician => ClipboardMessage::ToUser(content),
    }
}

/// What was heard, to be put on the clipboard.
pub(super) fn from_message(message: ClipboardMessage) -> ClipboardContent {
    match message {
        ClipboardMessage::ToUser(content) | ClipboardMessage::FromUser(content) => match content {
            CarriedContent::Text(text) => ClipboardContent::Text(text),
            CarriedContent::Png(file) => ClipboardContent::Png(file),
        },
    }
}

/// What may be done with this computer's clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClipboardGrants {
    /// What is copied here may be sent.
    pub(super) send: bool,
    /// What was copied on the other side may be put on the clipboard.
    pub(super) put: bool,
}

impl ClipboardGrants {
    /// What `allowed` means on the side of `role`.
    pub(super) fn new(role: Role, allowed: PermissionSet) -> Self {
        let to_user = allowed.contains(Permission::ClipboardToUser);
        let from_user = allowed.contains(Permission::ClipboardFromUser);
        match role {
            Role::Host => Self { send: from_user, put: to_user },
            Role::Technician => Self { send: to_user, put: from_user },
        }
    }
}

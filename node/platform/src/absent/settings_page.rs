//! The pages of the system's settings on which a person gives a program a permission: this system has none.

use crate::SystemPermission;

/// Does nothing: no permission is missing here.
pub fn open(_permission: SystemPermission) {}

//! What the helper asks for, on their paste page: a list that opens under a line, since what is usual is
//! ticked already. What the user allows is up to them.

use beistand_node::words::args;
use egui::{CollapsingHeader, Ui};

use super::PageContext;
use super::choices::{group_words, in_groups};
use super::widgets::small_ui;
use crate::panels::permission_words;
use beistand_node::{Permission, PermissionSet};

/// Draws the list.
pub fn wants_ui(ui: &mut Ui, wants: &mut PermissionSet, cx: &PageContext<'_>) {
    // What was named on the command line may be more.
    let all: PermissionSet = beistand_node::offers().iter().chain(wants.iter()).collect();
    let (count, of) = (wants.iter().count(), all.iter().count());
    let line = cx.with("page-give-wants", args![count = count, all = of]);
    CollapsingHeader::new(line).id_salt("wants").show(ui, |ui| {
        let mut group = None;
        for permission in in_groups(all) {
            if group.replace(permission.group()) != Some(permission.group()) {
                small_ui(ui, cx.text(group_words(permission.group())));
            }
            let mut wanted = wants.contains(permission);
            if ui.checkbox(&mut wanted, cx.text(permission_words(permission).helper)).changed() {
                *wants = if wanted { with_needed(*wants, permission) } else { without(*wants, permission) };
            }
        }
    });
}

/// Asking is no grant: who asks for something asks for what it needs.
fn with_needed(wants: PermissionSet, permission: Permission) -> PermissionSet {
    wants.iter().chain([permission]).chain(permission.needs()).collect()
}

fn without(wants: PermissionSet, permission: Permission) -> PermissionSet {
    wants.without(permission).difference(wants.needing(permission))
}

//! What lies under a position in the layout that is being drawn.
//!
//! egui's own answer, [`egui::Response::contains_pointer`], goes by the layout of the drawing before, in
//! which a window that has just grown was smaller. It draws nothing and keeps nothing.

use egui::{Context, Id, LayerId, Pos2, WidgetRect};

/// Whether a press at `position` is for `widget`: it is there, and nothing that takes presses lies on it.
/// Counts what this drawing has laid out so far, in layers that are not transformed.
pub fn is_on_top(ctx: &Context, widget: Id, position: Pos2) -> bool {
    ctx.viewport(|viewport| {
        let widgets = &viewport.this_pass.widgets;
        let Some((layer, place)) = widgets.order(widget) else { return false };
        let is_there = widgets.get(widget).is_some_and(|widget| widget.interact_rect.contains(position));
        let covers = |one: &WidgetRect| one.sense.interactive() && one.interact_rect.contains(position);
        let is_above = |other: LayerId| other.order > layer.order && other.order.allow_interaction();
        let covered_here = widgets.get_layer(layer).skip(place + 1).any(covers);
        let covered_above =
            || widgets.layers().any(|(other, widgets)| is_above(*other) && widgets.iter().any(covers));
        is_there && !covered_here && !covered_above()
    })
}

//! The picture itself: when it is drawn, how large, and of which screen. What a hand does on it is not tested
//! here.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use beistand_gui::backend::fake;
use beistand_gui::panels::PanelName;
use beistand_node::{
    FeatureCommand, FeatureEvent, Figures, NodeCommand, NodeEvent, PermissionSet, Size, ViewCommand,
    ViewEvent, ViewMonitor,
};
use egui::{Key, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::{ANIMATIONS, middle};
use crate::common::{next_drawing, permissions, settle, view_only, viewing};

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.pass_time();
    test.harness.hover_at(middle(&test));
    settle(&mut test.harness, ANIMATIONS);
    assert_eq!(next_drawing(&test.harness), Duration::MAX);
    assert!(!test.harness.ctx.has_requested_repaint());
}

#[test]
fn a_picture_is_drawn_at_once_and_once() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.pass_time();
    settle(&mut test.harness, ANIMATIONS);
    let size = Size::new(1920, 1080).expect("valid");
    for step in 1..4 {
        let (asked, log) = mpsc::channel();
        let asked = Mutex::new(asked);
        test.harness.ctx.set_request_repaint_callback(move |info| {
            let _ = asked.lock().expect("no panic while it was held").send(info.delay);
        });
        fake::draw_desktop(&test.node.picture(), size, step);
        let delays: Vec<_> = log.try_iter().collect();
        assert!(delays.len() == 1 && delays[0] < Duration::from_millis(1), "{delays:?}");
        test.harness.step();
        assert_eq!(next_drawing(&test.harness), Duration::MAX, "no second drawing of picture {step}");
    }
}

#[test]
fn of_a_picture_that_the_user_hides_nothing_is_left_in_the_window() {
    let pictures = |test: &crate::common::Test| {
        let textures = test.harness.ctx.tex_manager();
        let textures = textures.read();
        textures.allocated().filter(|(_, texture)| texture.name == "picture").count()
    };
    let drawn = |test: &crate::common::Test| {
        let shapes = &test.harness.output().shapes;
        shapes.iter().filter(|shape| shape.shape.texture_id() != egui::TextureId::default()).count()
    };
    let mut test = viewing(PermissionSet::DESKTOP);
    assert_eq!((pictures(&test), drawn(&test)), (1, 1));
    test.say(NodeEvent::Paused(true), |state| state.viewing().is_some_and(|viewing| viewing.facts.paused()));
    assert!(test.shows("Paused by the person you help") && test.shows("Their screen is hidden from you"));
    assert_eq!((pictures(&test), drawn(&test)), (0, 0), "the texture is gone, and nothing is drawn with one");
    test.say(NodeEvent::Paused(false), |state| {
        state.viewing().is_some_and(|viewing| !viewing.facts.paused())
    });
    assert_eq!((pictures(&test), drawn(&test)), (1, 1));
    let keyboard = PermissionSet::NONE.with(beistand_node::Permission::Keyboard);
    test.say(permissions(keyboard), |state| {
        state.viewing().is_some_and(|viewing| viewing.facts.granted == keyboard)
    });
    assert!(test.shows("Their screen is hidden from you"));
    assert_eq!((pictures(&test), drawn(&test)), (0, 0));
}

#[test]
fn one_of_several_screens_is_asked_for_in_the_toolbar() {
    let mut test = viewing(view_only());
    let monitor = |name: &str, x, width| ViewMonitor {
        name: name.to_owned(),
        x,
        y: 0,
        width,
        height: 1024,
        shared: true,
        shown: true,
    };
    let monitors = ViewEvent::Monitors(vec![monitor("left", 0, 1920), monitor("right", 1920, 1280)]);
    test.node.say(NodeEvent::Feature(FeatureEvent::View(monitors)));
    while !test.shows("All screens") {
        std::thread::yield_now();
        test.steps(1);
    }
    test.click("All screens ⏷");
    test.click("Screen 2: 1280 × 1024 (right)");
    let heard = test.heard();
    let wish = |command: &NodeCommand| match command {
        NodeCommand::Feature(FeatureCommand::View(ViewCommand::Watch(name))) => name.clone(),
        _ => None,
    };
    assert_eq!(heard.iter().filter_map(wish).collect::<Vec<_>>(), ["right"]);
}

#[test]
fn full_screen_hides_the_toolbar_until_the_top_edge_is_touched() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.harness.key_press(Key::F11);
    test.steps(3);
    assert!(!test.shows("Full screen") && !test.shows("Messages"));
    test.harness.hover_at(pos2(640.0, 0.0));
    test.steps(3);
    assert!(test.shows("Messages"));
    test.harness.hover_at(pos2(640.0, 400.0));
    test.steps(3);
    assert!(!test.shows("Messages"));
    test.harness.key_press(Key::Escape);
    test.steps(2);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.extent.is_screen()), "Escape is the host's");
}

#[test]
fn one_to_one_shows_every_pixel_and_ends_with_one_click() {
    let mut test = viewing(PermissionSet::DESKTOP);
    test.click("1:1");
    assert_eq!(test.harness.get_by_label("Their screen").rect().size(), vec2(1920.0, 1080.0));
    test.open_panel(PanelName::View);
    let figures = Figures { shown: 9, ..Figures::default() };
    test.node.say(NodeEvent::Feature(FeatureEvent::View(ViewEvent::Figures(figures))));
    test.steps(2);
    assert!(test.state().viewing().is_some_and(|viewing| viewing.panels.is_open(PanelName::View)));
    let asked = FeatureCommand::from(ViewCommand::Stages);
    let heard = test.heard();
    let is_asked = |command: &NodeCommand| matches!(command, NodeCommand::Feature(one) if *one == asked);
    assert!(!heard.is_empty() && heard.iter().all(is_asked), "what is told on demand: {heard:?}");
    test.click("End");
    // A slow machine may have asked again meanwhile.
    let heard: Vec<_> = test.heard().into_iter().filter(|command| !is_asked(command)).collect();
    assert!(matches!(heard[..], [NodeCommand::End]), "{heard:?}");
}

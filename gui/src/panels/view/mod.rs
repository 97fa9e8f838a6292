//! The view of the screen: what it is called, the figures over the picture's corner, which of several screens
//! is seen, and what pictures are to be like.

mod quality;
mod screens;

use std::time::{Duration, Instant};

use beistand_node::words::{Phrase, args};
use egui::{Align2, Color32, FontId, Ui, Vec2};

use crate::input::PictureMap;
use crate::panels::{
    Attention, Panel, PanelContext, PanelPlace, PanelSide, PanelWords, PermissionWords, ShareGroup, ToolGroup,
};
use crate::phrases;
use beistand_node::{
    Figures, Permission, PictureQuality, PictureStage, StageSummary, StageTime, ViewCommand, ViewEvent,
    ViewMonitor,
};

/// The node tells figures once a second while pictures come: after so long without, none do.
const PICTURE_RESTS: Duration = Duration::from_secs(2);

/// How often the node is asked for what it tells only then, while the figures are in sight: as often as it
/// tells the others by itself.
const ASK_INTERVAL: Duration = Duration::from_secs(1);

const SCREEN: PermissionWords = PermissionWords {
    title: "gui-view-screen-title",
    line: "gui-view-screen-line",
    short: "gui-view-screen-short",
    helper: "gui-view-screen-helper",
};

/// How the picture is doing.
#[derive(Debug, Default)]
pub struct ViewPanel {
    /// As they were when the picture last changed, and when they came.
    newest: Option<(Figures, Instant)>,
    /// How long the parts of a picture's way take, and when they were last asked for.
    stages: Option<StageSummary>,
    asked_at: Option<Instant>,
    /// The user's screens, as far as this side knows of them.
    monitors: Vec<ViewMonitor>,
    /// What pictures are to be like.
    quality: PictureQuality,
}

impl ViewPanel {
    /// How the picture is doing: once it rests there are no pictures per second and no bits for them.
    pub fn figures(&self, now: Instant) -> Figures {
        let Some((figures, at)) = self.newest else { return Figures::default() };
        let rests = now.saturating_duration_since(at) > PICTURE_RESTS;
        if rests { Figures { fps: 0.0, kbps: 0.0, ..figures } } else { figures }
    }

    fn lines(&self, cx: &PanelContext<'_, ViewCommand>) -> Vec<String> {
        let Figures { shown, dropped, fps, latency_ms, kbps } = self.figures(cx.now);
        let mut lines = vec![
            cx.with("gui-view-rate", args![rate = fps]),
            cx.with("gui-view-latency", args![milliseconds = latency_ms.round()]),
            cx.with("gui-view-bits", args![kilobits = kbps.round()]),
            cx.with("gui-view-count", args![shown = shown, dropped = dropped]),
        ];
        if let Some(path) = cx.facts.way.path() {
            let kind = Phrase::new(phrases::path(path.kind));
            lines.push(cx.with("gui-view-path", args![kind = kind, transport = path.transport]));
            if let Some(rtt) = path.rtt {
                let milliseconds = rtt.as_secs_f32() * 1_000.0;
                lines.push(cx.with("gui-view-round-trip", args![milliseconds = milliseconds]));
            }
        }
        lines.extend(self.stage_lines(cx));
        lines
    }

    /// How long each part of a picture's way takes, under a line that says what the two numbers are.
    fn stage_lines(&self, cx: &PanelContext<'_, ViewCommand>) -> Vec<String> {
        let row = |(stage, time): (PictureStage, StageTime)| {
            cx.with("gui-view-stage", args![stage = stage.phrase(), time = time.phrase()])
        };
        let rows: Vec<String> = self.stages.iter().flat_map(StageSummary::measured).map(row).collect();
        let head = (!rows.is_empty()).then(|| cx.text("gui-view-stages"));
        head.into_iter().chain(rows).collect()
    }

    /// Asks for them, where that was not done a moment ago.
    fn ask_for_stages(&mut self, cx: &mut PanelContext<'_, ViewCommand>) {
        if self.asked_at.is_none_or(|at| cx.now.saturating_duration_since(at) >= ASK_INTERVAL) {
            self.asked_at = Some(cx.now);
            cx.send(ViewCommand::Stages);
        }
    }
}

impl Panel for ViewPanel {
    type Event = ViewEvent;
    type Command = ViewCommand;

    const WORDS: PanelWords =
        PanelWords { button: "gui-view-button", permissions: &[(Permission::View, SCREEN)] };

    const GROUP: ToolGroup = ToolGroup::More;

    fn place(side: PanelSide) -> PanelPlace {
        match side {
            PanelSide::Host => PanelPlace::Nowhere,
            PanelSide::Technician => PanelPlace::Over,
        }
    }

    fn apply(&mut self, event: ViewEvent, now: Instant) -> Attention {
        match event {
            ViewEvent::Figures(figures) => {
                self.newest = Some((figures, now));
                Attention::Quiet
            }
            ViewEvent::Stages(stages) => {
                self.stages = Some(stages);
                Attention::Quiet
            }
            ViewEvent::Trouble(trouble) => Attention::Toast(trouble.phrase()),
            ViewEvent::Monitors(monitors) => {
                self.monitors = monitors;
                Attention::Quiet
            }
            ViewEvent::NoMonitor(_) => Attention::Quiet,
            ViewEvent::Covered(cover) => Attention::Toast(Phrase::from(cover)),
            ViewEvent::Quality(quality) => {
                self.quality = quality;
                Attention::Quiet
            }
        }
    }

    fn panel_ui(&mut self, _ui: &mut Ui, _cx: &mut PanelContext<'_, ViewCommand>) {}

    fn over_ui(&mut self, ui: &Ui, _map: &PictureMap, cx: &mut PanelContext<'_, ViewCommand>) {
        // Measurements alone don't wake the window.
        ui.request_repaint_after(ASK_INTERVAL);
        self.ask_for_stages(cx);
        let text = self.lines(cx).join("\n");
        let room = ui.max_rect();
        let width = room.width() - 48.0;
        let galley = ui.painter().layout(text, FontId::proportional(14.0), Color32::WHITE, width);
        let corner = room.left_top() + Vec2::splat(12.0);
        let rect = Align2::LEFT_TOP.anchor_size(corner, galley.size() + Vec2::new(24.0, 16.0));
        ui.painter().rect_filled(rect, 8.0, Color32::from_black_alpha(200));
        ui.painter().galley(rect.min + Vec2::new(12.0, 8.0), galley, Color32::WHITE);
    }

    fn shares(&self) -> Option<ShareGroup> {
        screens::shares(&self.monitors)
    }

    fn more_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ViewCommand>) {
        quality::choice_ui(ui, self.quality, cx);
    }

    fn toolbar_ui(&mut self, ui: &mut Ui, cx: &mut PanelContext<'_, ViewCommand>) {
        screens::choice_ui(ui, &self.monitors, cx);
    }

    fn sample() -> Vec<ViewEvent> {
        let figures =
            Figures { shown: 123_456, dropped: 1_234, fps: 29.9, latency_ms: 1_234.0, kbps: 123_456.0 };
        let long = StageTime { p50_ms: 1_234.5, p95_ms: 12_345.6 };
        let rows = SAMPLE_STAGES.map(|stage| (stage, Some(long))).into();
        let stages = StageSummary::new(600, rows);
        vec![ViewEvent::Figures(figures), ViewEvent::Stages(stages), ViewEvent::Monitors(screens::sample())]
    }
}

/// What the helper's side measures.
const SAMPLE_STAGES: [PictureStage; 5] = [
    PictureStage::Before,
    PictureStage::Wait,
    PictureStage::Decode,
    PictureStage::Paint,
    PictureStage::Whole,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_fall_to_zero_when_the_picture_rests() {
        let mut panel = ViewPanel::default();
        let start = Instant::now();
        let figures = Figures { fps: 9.0, kbps: 40.0, shown: 7, ..Figures::default() };
        panel.apply(ViewEvent::Figures(figures), start);
        assert_eq!(panel.figures(start).fps, 9.0);
        let later = panel.figures(start + PICTURE_RESTS + Duration::from_secs(1));
        assert_eq!((later.fps, later.kbps, later.shown), (0.0, 0.0, 7));
    }
}

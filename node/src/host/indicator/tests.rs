//! The bar over a desktop that shows and hides it as the test wants.

use std::sync::Arc;

use beistand_platform::fake::FakeDesktop;
use beistand_platform::{Desktop, DesktopPart, IndicatorFlow};
use beistand_session::{Permission, PermissionSet};
use tokio::time::timeout;

use super::*;
use crate::words::Language;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How soon after it was hidden the session must be paused.
const PAUSED_WITHIN: Duration = Duration::from_secs(2);

fn session() -> ShownSession {
    let granted = PermissionSet::NONE.with(Permission::View);
    ShownSession {
        name: "Anna".to_owned(),
        mark: NameMark::None,
        granted,
        paused: false,
        key: EmergencyKeyState::Works,
    }
}

async fn show(desktop: &FakeDesktop) -> Result<HostIndicator, Phrase> {
    let desktop: Arc<dyn Desktop> = Arc::new(desktop.clone());
    let open = move || Ok(Arc::clone(&desktop));
    HostIndicator::show(
        Box::new(open),
        session(),
        ActivityRecord::default(),
        Arc::default(),
        Words::of_node(Language::English),
    )
    .await
}

async fn next(indicator: &HostIndicator) -> IndicatorNews {
    timeout(PATIENCE, indicator.next()).await.expect("news in time")
}

/// Waits until the bar shows what is wanted.
async fn shows(desktop: &FakeDesktop, wanted: impl Fn(&IndicatorFace) -> bool) {
    let shown = async {
        while !desktop.indication.face().is_some_and(|face| wanted(&face)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, shown).await.expect("it is shown in time");
}

#[tokio::test]
async fn a_hidden_bar_is_put_back_and_then_pauses_the_session_within_two_seconds() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    for flaw in [
        IndicatorFlaw::Covered,
        IndicatorFlaw::Unmapped,
        IndicatorFlaw::Outside,
        IndicatorFlaw::Altered,
        IndicatorFlaw::Stuck,
        IndicatorFlaw::Gone,
    ] {
        let hidden = Instant::now();
        let restored = desktop.indication.restored();
        desktop.indication.set_sight(IndicatorSight::Hidden(flaw));
        assert_eq!(next(&indicator).await, IndicatorNews::Hidden, "{flaw:?}");
        assert!(hidden.elapsed() < PAUSED_WITHIN, "{flaw:?}: {:?}", hidden.elapsed());
        let new = matches!(flaw, IndicatorFlaw::Stuck | IndicatorFlaw::Gone);
        assert!(new || desktop.indication.restored() > restored, "{flaw:?}: it was put back first");
        desktop.indication.set_sight(IndicatorSight::Seen);
        // As long as it took to be noticed.
        tokio::time::sleep(LOOK_INTERVAL * 9).await;
        indicator.desk.lock().wishes = IndicatorWishes::default();
    }
}

#[tokio::test]
async fn a_paused_session_is_not_paused_again_until_it_goes_on_hidden() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    let mut standing = Standing::new(Instant::now());
    standing.granted = Some(PermissionSet::NONE);
    standing.held = true;
    indicator.update(&standing);
    desktop.indication.set_sight(IndicatorSight::Hidden(IndicatorFlaw::Covered));
    assert!(timeout(PAUSED_WITHIN, indicator.next()).await.is_err(), "it is paused already");
    standing.held = false;
    indicator.update(&standing);
    assert_eq!(next(&indicator).await, IndicatorNews::Hidden);
}

#[tokio::test]
async fn what_is_pressed_arrives_and_end_goes_first() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    seen_for_a_while(&indicator).await;
    for press in [IndicatorPress::GoOn, IndicatorPress::Pause, IndicatorPress::End] {
        assert!(desktop.indication.press(press));
    }
    assert_eq!(next(&indicator).await, IndicatorNews::End);
    assert_eq!(next(&indicator).await, IndicatorNews::Pause);
    assert!(desktop.indication.press(IndicatorPress::GoOn));
    assert_eq!(next(&indicator).await, IndicatorNews::GoOn, "the older one was taken back by the pause");
}

#[tokio::test]
async fn it_shows_what_is_allowed_and_goes_with_the_session() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    assert!(desktop.indication.face().is_some_and(|face| face.may == "May: see"));
    let mut standing = Standing::new(Instant::now());
    standing.granted = Some(PermissionSet::NONE.with(Permission::View).with(Permission::Keyboard));
    indicator.update(&standing);
    shows(&desktop, |face| face.may == "May: see, keyboard").await;
    standing.held = true;
    indicator.update(&standing);
    shows(&desktop, |face| face.flow == IndicatorFlow::Paused).await;
    drop(indicator);
    let gone = async {
        while desktop.indication.face().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, gone).await.expect("it goes in time");
}

#[tokio::test]
async fn where_it_cannot_be_shown_it_says_why() {
    let desktop = FakeDesktop::default();
    desktop.indication.set_fault(DesktopFault::NotHere(DesktopPart::Indicator));
    let why = show(&desktop).await.err().expect("it can't be shown");
    assert_eq!(why, Phrase::from(&DesktopFault::NotHere(DesktopPart::Indicator)));
}

/// Waits until going on counts.
async fn seen_for_a_while(indicator: &HostIndicator) {
    let seen = async {
        while indicator.desk.lock().seen < SEEN_BEFORE_GO_ON {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, seen).await.expect("it is in sight");
}

#[tokio::test]
async fn going_on_does_not_count_on_a_bar_that_was_hidden_a_moment_ago() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    seen_for_a_while(&indicator).await;
    desktop.indication.set_sight(IndicatorSight::Hidden(IndicatorFlaw::Covered));
    let hidden = async {
        while indicator.desk.lock().seen > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, hidden).await.expect("it is noticed");
    // What covered it goes away at the very press.
    desktop.indication.set_sight(IndicatorSight::Seen);
    desktop.indication.press(IndicatorPress::GoOn);
    assert!(!indicator.desk.lock().wishes.go_on);
    seen_for_a_while(&indicator).await;
    desktop.indication.press(IndicatorPress::GoOn);
    assert_eq!(next(&indicator).await, IndicatorNews::GoOn);
}

#[tokio::test]
async fn where_the_technician_clicked_at_it_the_bar_makes_room() {
    let desktop = FakeDesktop::default();
    let indicator = show(&desktop).await.expect("it can be shown");
    indicator.aside.notify_one();
    let asked = async {
        while desktop.indication.asked_aside() == 0 {
            tokio::select! {
                news = indicator.next() => panic!("{news:?}"),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
    };
    timeout(PATIENCE, asked).await.expect("it is asked");
}

//! Which of the user's monitors are in the pictures that are sent.

use beistand_platform::{DesktopArea, DesktopMonitor};
use beistand_session::{Channel, Picture};

use super::super::ViewCommand;
use super::*;

/// A screen of two monitors side by side, the left one wider.
fn two_monitors(pair: &ViewPair) {
    let (width, height) = {
        let size = pair.desktop.screen.frame().size();
        (size.width(), size.height())
    };
    let monitor = |name: &str, x, width| DesktopMonitor {
        name: name.to_owned(),
        area: DesktopArea::new(x, 0, width, height).expect("not empty"),
    };
    let left = width / 2 + 40;
    pair.desktop.screen.set_monitors(vec![monitor("left", 0, left), monitor("right", left, width - left)]);
}

impl ViewPair {
    /// The next picture that the host says, and whether it took others back before it.
    async fn next_picture(&mut self) -> (Picture, bool) {
        let mut withdrawn = false;
        let waiting = async {
            loop {
                match self.sent.recv().await.expect("the side is there") {
                    SessionCommand::Say(Message::Video(VideoMessage::Picture(picture))) => return picture,
                    SessionCommand::Withdraw(channel) => withdrawn |= channel == Channel::Video,
                    _ => {}
                }
            }
        };
        let picture = timeout(PATIENCE, waiting).await.expect("a picture");
        (picture, withdrawn)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_in_no_picture_that_is_sent_after_it() {
    let view = PermissionSet::NONE.with(Permission::View);
    for _ in 0..10 {
        let mut pair = pair();
        two_monitors(&pair);
        pair.change(|now| now.granted = Some(view)).await;
        let (whole, withdrawn) = pair.next_picture().await;
        assert!(!withdrawn);
        let right = whole.screen.0 - (whole.screen.0 / 2 + 40);
        // It goes on taking pictures of all of it meanwhile.
        for _ in 0..5 {
            pair.host_feed.deliver(VideoMessage::KeyRequest);
        }
        loop {
            // Said again, since the first word may come before it is known which monitors there are.
            pair.host.command(ViewCommand::Hide("left".to_owned()));
            let (picture, withdrawn) = pair.next_picture().await;
            if withdrawn {
                break;
            }
            assert_eq!(picture.screen, whole.screen, "of before");
            pair.host_feed.deliver(VideoMessage::KeyRequest);
        }
        for _ in 0..3 {
            pair.host_feed.deliver(VideoMessage::KeyRequest);
            let (picture, _) = pair.next_picture().await;
            assert_eq!(picture.screen, (right, whole.screen.1), "the right one alone");
        }
        pair.host.command(ViewCommand::Show("left".to_owned()));
        while pair.next_picture().await.0.screen != whole.screen {
            pair.host_feed.deliver(VideoMessage::KeyRequest);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_chose_in_the_question_holds_from_the_first_picture_on() {
    let view = PermissionSet::NONE.with(Permission::View);
    for _ in 0..10 {
        let mut pair = pair();
        two_monitors(&pair);
        pair.host.command(ViewCommand::Only(vec!["right".to_owned()]));
        pair.change(|now| now.granted = Some(view)).await;
        let (first, _) = pair.next_picture().await;
        let whole = pair.desktop.screen.frame().size();
        assert_eq!(first.screen.0, whole.width() - (whole.width() / 2 + 40), "no wider one before it");
    }
}

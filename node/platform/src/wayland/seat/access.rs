//! What a seat has of the desktop: sessions of the portal, each with its pictures.
//!
//! It keeps nothing between two sessions: which token belongs to what is the seat's to know.

use futures::FutureExt as _;
use futures::executor::block_on;
use futures::future::LocalBoxFuture;

use super::{OpenSeat, SeatClipboard};
use crate::DesktopObstacle;
use crate::wayland::frame_slot::FrameSlot;
use crate::wayland::pipewire::{PipeWireLibrary, ScreenStream};
use crate::wayland::portal::{
    PortalClient, PortalFault, PortalSession, PortalWish, SelectionSignals, SessionEndings,
};

/// By what a seat has its sessions. Tests have one of their own.
pub(in crate::wayland) trait SeatPortal: Send + Sync {
    /// Whether it lets mouse and keyboard be controlled.
    fn has_input(&self) -> bool;

    /// Whether it lets the clipboard be used.
    fn has_clipboard(&self) -> bool;

    /// What it says of the clipboard.
    fn selection_signals(&self) -> Result<SelectionSignals, PortalFault>;

    /// Whether the desktop shows above all windows that a screen is shared.
    fn has_sign(&self) -> bool;

    /// Asks for a session, by `token` for the one that was had before. A person may be asked.
    fn open(
        &self,
        wish: PortalWish,
        token: Option<String>,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SeatSession>, PortalFault>>;
}

/// A session that the desktop has given; it ends when this is dropped.
pub(in crate::wayland) trait SeatSession {
    /// What it has.
    fn given(&self) -> OpenSeat;

    /// By which the same can be had again without a question.
    fn token(&self) -> Option<String>;

    /// From now on its pictures arrive there.
    fn start(&mut self, slot: FrameSlot) -> LocalBoxFuture<'_, Result<(), PortalFault>>;

    /// Resolves when the desktop ends it; says why. Cancel safe.
    fn ended(&mut self) -> LocalBoxFuture<'_, String>;
}

/// The desktop's own: one connection, since each session belongs to the one that has asked for it.
pub(in crate::wayland) struct DesktopPortal {
    client: PortalClient,
    library: PipeWireLibrary,
}

impl DesktopPortal {
    /// Connects. Nobody is asked.
    ///
    /// # Errors
    /// What is missing here.
    pub(super) fn open() -> Result<Self, DesktopObstacle> {
        let client = PortalClient::connect().map_err(|fault| {
            tracing::info!(%fault, "no portal");
            DesktopObstacle::NoPortal
        })?;
        let library = PipeWireLibrary::load().map_err(|error| {
            tracing::info!(error, "no PipeWire");
            DesktopObstacle::NoPipeWire
        })?;
        Ok(Self { client, library })
    }
}

impl SeatPortal for DesktopPortal {
    fn has_input(&self) -> bool {
        self.client.has_input()
    }

    fn has_clipboard(&self) -> bool {
        self.client.has_clipboard()
    }

    fn selection_signals(&self) -> Result<SelectionSignals, PortalFault> {
        block_on(SelectionSignals::listen(&self.client))
    }

    fn has_sign(&self) -> bool {
        self.client.has_sign()
    }

    fn open(
        &self,
        wish: PortalWish,
        token: Option<String>,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SeatSession>, PortalFault>> {
        async move {
            let (session, endings) = PortalSession::open(&self.client, wish, token).await?;
            let streams = Vec::new();
            let shared = SharedScreen { streams, session, endings, library: self.library, wish };
            Ok(Box::new(shared) as Box<dyn SeatSession>)
        }
        .boxed_local()
    }
}

struct SharedScreen {
    // Dropped in this order: the streams before the session that has given them.
    streams: Vec<ScreenStream>,
    session: PortalSession,
    endings: SessionEndings,
    library: PipeWireLibrary,
    wish: PortalWish,
}

impl SeatSession for SharedScreen {
    fn given(&self) -> OpenSeat {
        let clipboard = match self.session.clipboard() {
            Some(clipboard) => SeatClipboard::Given(clipboard),
            None if self.wish.clipboard => SeatClipboard::Withheld,
            None => SeatClipboard::Unasked,
        };
        OpenSeat { screens: self.session.screens.clone(), input: self.session.input(), clipboard }
    }

    fn token(&self) -> Option<String> {
        self.session.token.clone()
    }

    fn start(&mut self, slot: FrameSlot) -> LocalBoxFuture<'_, Result<(), PortalFault>> {
        async move {
            for (number, screen) in self.session.screens.iter().enumerate() {
                // One connection for each: none waits for another.
                let remote = self.session.pipewire().await?;
                let stream = ScreenStream::start(self.library, remote, screen.node, slot.feed(number));
                self.streams.push(stream.map_err(PortalFault::Failed)?);
            }
            Ok(())
        }
        .boxed_local()
    }

    fn ended(&mut self) -> LocalBoxFuture<'_, String> {
        self.endings.next().boxed_local()
    }
}

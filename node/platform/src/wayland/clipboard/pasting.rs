//! Handing what was put to a program that pastes it.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use async_io::Async;
use futures::AsyncWriteExt as _;

use crate::wayland::bus;
use crate::wayland::portal::{PortalFault, PortalSelection};
use crate::{ClipboardContent, ContentKind};

/// How long a program may take to read it: nobody waits longer for a paste.
const PATIENCE: Duration = Duration::from_secs(20);

/// The forms in which something can be pasted: programs ask for one of these names.
pub(super) fn offered_kinds(kind: ContentKind) -> &'static [&'static str] {
    match kind {
        ContentKind::Text => &["text/plain;charset=utf-8", "text/plain", "UTF8_STRING"],
        ContentKind::Picture => &["image/png"],
    }
}

/// Serves the program whose paste has this number.
pub(super) async fn paste(
    selection: &PortalSelection,
    put: Option<Arc<ClipboardContent>>,
    kind: &str,
    serial: u32,
) -> Result<(), PortalFault> {
    let content = put.filter(|put| offered_kinds(put.kind()).contains(&kind));
    let whole = match content {
        Some(content) => bus::within(PATIENCE, hand_over(selection, &content, serial)).await,
        None => None,
    };
    selection.written(serial, whole.is_some_and(|done| done.is_ok())).await
}

async fn hand_over(
    selection: &PortalSelection,
    content: &ClipboardContent,
    serial: u32,
) -> Result<(), PortalFault> {
    let failed = |error: std::io::Error| PortalFault::Failed(error.to_string());
    let mut pipe = Async::new(File::from(selection.write(serial).await?)).map_err(failed)?;
    pipe.write_all(content.as_bytes()).await.map_err(failed)?;
    pipe.close().await.map_err(failed)
}

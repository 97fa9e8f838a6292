//! The offers of a session, the oldest first: what the node says of each becomes its stage.

use std::time::Instant;

use beistand_node::{FilesEvent, FilesProgress, FilesQuestion, FilesWay};

use super::offer::{FilesOffer, OfferStage};

/// Offers that are kept: as many as a person scrolls through. One that isn't over is never dropped; of those
/// there are sixteen at most.
pub(super) const MAX_OFFERS: usize = 60;

/// The offers of a session.
#[derive(Debug, Default)]
pub(super) struct OfferList(Vec<FilesOffer>);

impl OfferList {
    /// Takes in what the node says.
    pub(super) fn apply(&mut self, event: &FilesEvent, now: Instant) {
        match event {
            FilesEvent::Question(question) => self.ask(question, now),
            FilesEvent::Offered { id, title, files, bytes } => {
                let stage = OfferStage::Offered { files: *files, bytes: *bytes };
                self.add(FilesOffer::new(*id, FilesWay::Sending, title.clone(), stage, now));
            }
            FilesEvent::Begun { id, way, title, folder } => {
                let stage = OfferStage::UnderWay(None);
                match self.of_mut(*id) {
                    Some(offer) => offer.stage = stage,
                    None => self.add(FilesOffer::new(*id, *way, title.clone(), stage, now)),
                }
                if let Some(offer) = self.of_mut(*id) {
                    offer.begin(title, folder.clone());
                }
            }
            FilesEvent::Advance(progress) => self.advance(progress),
            FilesEvent::Listed(all) => all.iter().for_each(|progress| self.advance(progress)),
            FilesEvent::Ended { id, end, kept, path, .. } => {
                if let Some(offer) = self.of_mut(*id) {
                    offer.end(*end, *kept, path.as_deref());
                }
            }
            FilesEvent::BadFolder { number, why } => {
                if let Some(offer) = self.of_mut(*number) {
                    offer.refuse_folder(*why);
                }
            }
            FilesEvent::Wished { .. }
            | FilesEvent::Unwished { .. }
            | FilesEvent::Skipped { .. }
            | FilesEvent::Refused { .. } => {}
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FilesOffer> {
        self.0.iter()
    }

    /// What the person here is asked first.
    pub(super) fn first_asked_mut(&mut self) -> Option<&mut FilesOffer> {
        self.0.iter_mut().find(|offer| offer.question().is_some())
    }

    /// What is under way, or waits for the other person.
    pub(super) fn under_way_mut(&mut self) -> impl Iterator<Item = &mut FilesOffer> {
        self.0.iter_mut().filter(|offer| offer.question().is_none() && !offer.is_over())
    }

    pub(super) fn of_mut(&mut self, id: u32) -> Option<&mut FilesOffer> {
        self.0.iter_mut().find(|offer| offer.id == id)
    }

    fn ask(&mut self, question: &FilesQuestion, now: Instant) {
        let stage = OfferStage::Asked(question.clone());
        match self.of_mut(question.number) {
            // The folder was no good; it is asked again.
            Some(offer) => offer.stage = stage,
            None => {
                let title = question.names.join(", ");
                self.add(FilesOffer::new(question.number, FilesWay::Receiving, title, stage, now));
            }
        }
    }

    fn advance(&mut self, progress: &FilesProgress) {
        let Some(offer) = self.of_mut(progress.id) else { return };
        match &mut offer.stage {
            // The other side can say that it pauses before anybody has answered.
            OfferStage::Asked(_) | OfferStage::Over { .. } => {}
            stage @ (OfferStage::Offered { .. } | OfferStage::UnderWay(_)) => {
                *stage = OfferStage::UnderWay(Some(progress.clone()));
            }
        }
    }

    fn add(&mut self, offer: FilesOffer) {
        if self.0.len() >= MAX_OFFERS
            && let Some(oldest) = self.0.iter().position(FilesOffer::is_over)
        {
            self.0.remove(oldest);
        }
        self.0.push(offer);
    }
}

//! Small changes that keep coming in one place as a stream of that place alone. A decoder of AV1 makes whole
//! pictures, so a letter on a screen of 1920x1080 costs it five milliseconds in the screen's stream, and a
//! tenth of one in a stream of 512x128.
//!
//! The part is coded by the same encoder as the screen. What it has shown the screen's stream does not know,
//! so the next picture of that has it too. It decides where a change is coded, and not how.

use crate::{
    Av1ScreenEncoder, ByteBudget, Damage, EncodeError, EncodedPicture, EncodedUnit, Frame, Rect,
    ScreenEncoder, SharpeningWish, Sharpness, Size, StreamId, TILE_PX,
};

/// The first part's stream; the screen's own and that of stills lie below.
const FIRST_PART: u16 = 2;

/// Parts at most: where somebody types, and what counts, blinks or reports beside it. Each takes a decoder of
/// half a megabyte.
const MAX_PARTS: usize = 4;

/// A part's size in pixels: some lines of text, of which a screen has a thirtieth.
const PART_PX: (u16, u16) = (512, 128);

/// Tiles of damage beyond which a change is not small: as many as all parts have.
const MOST_TILES: usize = MAX_PARTS * (PART_PX.0 / TILE_PX) as usize * (PART_PX.1 / TILE_PX) as usize;

/// How many changes must lie in one place before it gets a stream: it begins with a whole picture of the
/// part, some kilobytes of text.
const SETTLED_AFTER: u32 = 4;

/// The encoder of the screen, and those of the parts where something small changes.
#[derive(Default)]
pub struct PartwiseEncoder {
    screen: Av1ScreenEncoder,
    size: Option<Size>,
    /// At most [`MAX_PARTS`].
    places: Vec<BusyPlace>,
    /// Counts changes.
    clock: u64,
    /// What the screen's stream has not been told.
    behind: Option<Damage>,
}

/// Where something small changes.
struct BusyPlace {
    rect: Rect,
    /// How many changes were there.
    changes: u32,
    /// When the last one was.
    at: u64,
    part: Option<PartStream>,
}

/// A stream of a part.
struct PartStream {
    encoder: Av1ScreenEncoder,
    rect: Rect,
    frame: Frame,
}

impl PartwiseEncoder {
    /// An encoder that has sent nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes where this change is. Whether all of it is small and in places where others were before.
    fn is_settled(&mut self, damage: &Damage) -> bool {
        if damage.count() > MOST_TILES {
            return false;
        }
        self.clock += 1;
        for tile in damage.tiles() {
            let known = self.places.iter_mut().find(|place| place.has(tile));
            match known {
                Some(place) if place.at == self.clock => {}
                Some(place) => {
                    place.changes = place.changes.saturating_add(1);
                    place.at = self.clock;
                }
                None => match part_round(tile, damage.size()) {
                    Some(rect) => self.begin_place(rect),
                    None => return false,
                },
            }
        }
        // What the screen's stream still owes is coded there, with all that has changed since.
        let settled = |place: &BusyPlace| place.at != self.clock || place.changes >= SETTLED_AFTER;
        !self.screen.refinable()
            && damage.tiles().all(|tile| self.places.iter().any(|place| place.has(tile)))
            && self.places.iter().all(settled)
    }

    /// Something changes where nothing did before: the place that has been quiet for longest makes room.
    /// Those that it overlaps end: sharpening one would show what the other has replaced.
    fn begin_place(&mut self, rect: Rect) {
        let (changes, at) = (1, self.clock);
        let mut lapped = false;
        for place in self.places.iter_mut().filter(|place| place.rect.intersection(rect).is_some()) {
            *place = BusyPlace { rect, changes, at, part: None };
            lapped = true;
        }
        if lapped {
            return;
        }
        if self.places.len() < MAX_PARTS {
            return self.places.push(BusyPlace { rect, changes, at, part: None });
        }
        if let Some(oldest) = self.places.iter_mut().min_by_key(|place| place.at) {
            // Its stream begins again in the new place.
            (oldest.rect, oldest.changes, oldest.at) = (rect, changes, at);
        }
    }

    fn encode_screen(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        match self.behind.take() {
            Some(mut behind) => {
                behind.join(damage);
                self.screen.encode(picture, &behind, budget)
            }
            None => self.screen.encode(picture, damage, budget),
        }
    }

    /// Codes the parts in which the newest change is; each gets the bytes that those before it have left.
    fn encode_parts(&mut self, picture: &Frame, budget: ByteBudget) -> Result<EncodedPicture, EncodeError> {
        let (mut encoded, mut left) = (EncodedPicture::default(), budget);
        for (place, stream) in self.places.iter_mut().zip(FIRST_PART..) {
            if place.at != self.clock {
                continue;
            }
            let rect = place.rect;
            let part = place.part.get_or_insert_with(|| PartStream::new(rect));
            part.look_at(picture, rect);
            let units = part.encode(StreamId(stream), &Damage::all(rect.size()), left)?;
            if !units.is_empty() {
                self.behind.get_or_insert_with(|| Damage::none(picture.size())).add(rect);
            }
            encoded.units.extend(units);
            if budget != ByteBudget::UNLIMITED {
                left = ByteBudget(budget.0.saturating_sub(encoded.len() as u32).max(budget.0 / 4));
            }
        }
        Ok(encoded)
    }

    /// Continues what parts' streams sent too coarsely.
    fn refine_parts(&mut self, budget: ByteBudget) -> Result<EncodedPicture, EncodeError> {
        let mut streams = self.places.iter_mut().zip(FIRST_PART..);
        let refinable = streams.find(|(place, _)| place.is_refinable());
        let Some((BusyPlace { part: Some(part), .. }, stream)) = refinable else {
            return Ok(EncodedPicture::default());
        };
        let units = part.encode(StreamId(stream), &Damage::none(part.rect.size()), budget)?;
        Ok(EncodedPicture { units })
    }

    /// Whether a part's stream owes something that the screen's would not show as well as it is.
    fn parts_are_refinable(&self) -> bool {
        self.behind.is_some() && self.places.iter().any(BusyPlace::is_refinable)
    }
}

impl ScreenEncoder for PartwiseEncoder {
    fn encode(
        &mut self,
        picture: &Frame,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        if damage.size() != picture.size() {
            return Err(EncodeError::Damage);
        }
        if self.size.replace(picture.size()) != Some(picture.size()) {
            self.places.clear();
            self.behind = None;
            return self.screen.encode(picture, damage, budget);
        }
        if damage.is_empty() {
            return if self.parts_are_refinable() {
                self.refine_parts(budget)
            } else {
                self.encode_screen(picture, damage, budget)
            };
        }
        if self.is_settled(damage) {
            self.encode_parts(picture, budget)
        } else {
            self.encode_screen(picture, damage, budget)
        }
    }

    fn sharpen(
        &mut self,
        picture: &Frame,
        wish: &SharpeningWish<'_>,
        budget: ByteBudget,
    ) -> Result<EncodedPicture, EncodeError> {
        if wish.within.size() != picture.size() {
            return Err(EncodeError::Damage);
        }
        if self.behind.is_none() {
            return self.screen.sharpen(picture, wish, budget);
        }
        let mut streams = self.places.iter_mut().zip(FIRST_PART..);
        let due = streams.find(|(place, _)| place.sharpness(wish.within).is_due(wish.depth));
        if let Some((BusyPlace { part: Some(part), .. }, stream)) = due {
            return Ok(EncodedPicture { units: part.sharpen(StreamId(stream), wish, budget)? });
        }
        if self.screen.sharpness(wish.within).is_due(wish.depth) {
            // What the parts have shown comes first.
            return self.encode_screen(picture, &Damage::none(picture.size()), budget);
        }
        Ok(EncodedPicture::default())
    }

    fn sharpness(&self, within: &Damage) -> Sharpness {
        let parts = self.places.iter().filter(|_| self.behind.is_some());
        let worst = parts.map(|place| place.sharpness(within)).max().unwrap_or(Sharpness::Exact);
        worst.max(self.screen.sharpness(within))
    }

    fn request_key(&mut self) {
        // The decoder knows nothing of the parts either.
        self.places.clear();
        self.screen.request_key();
    }

    fn refinable(&self) -> bool {
        self.parts_are_refinable() || self.screen.refinable()
    }

    fn name(&self) -> &'static str {
        self.screen.name()
    }
}

impl BusyPlace {
    fn has(&self, tile: Rect) -> bool {
        self.rect.intersection(tile) == Some(tile)
    }

    /// How its stream shows the worst of these tiles of the screen.
    fn sharpness(&self, within: &Damage) -> Sharpness {
        let part = self.part.as_ref().filter(|part| part.rect == self.rect);
        part.map_or(Sharpness::Exact, |part| part.encoder.sharpness(&inside(within, part.rect)))
    }

    fn is_refinable(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.rect == self.rect && part.encoder.refinable())
    }
}

impl PartStream {
    fn new(rect: Rect) -> Self {
        Self { encoder: Av1ScreenEncoder::new(), rect, frame: Frame::new(rect.size()) }
    }

    fn encode(
        &mut self,
        stream: StreamId,
        damage: &Damage,
        budget: ByteBudget,
    ) -> Result<Vec<EncodedUnit>, EncodeError> {
        let units = self.encoder.encode(&self.frame, damage, budget)?.units;
        Ok(units.into_iter().map(|unit| EncodedUnit { stream, rect: self.rect, ..unit }).collect())
    }

    fn sharpen(
        &mut self,
        stream: StreamId,
        wish: &SharpeningWish<'_>,
        budget: ByteBudget,
    ) -> Result<Vec<EncodedUnit>, EncodeError> {
        let rect = self.rect;
        let within = inside(wish.within, rect);
        let pointer = wish.pointer.map(|(x, y)| (x.saturating_sub(rect.x()), y.saturating_sub(rect.y())));
        let wish = SharpeningWish { within: &within, pointer, ..*wish };
        let units = self.encoder.sharpen(&self.frame, &wish, budget)?.units;
        Ok(units.into_iter().map(|unit| EncodedUnit { stream, rect, ..unit }).collect())
    }

    /// Takes what the screen shows there; a stream of another place begins again.
    fn look_at(&mut self, picture: &Frame, rect: Rect) {
        if std::mem::replace(&mut self.rect, rect) != rect {
            self.encoder.request_key();
        }
        let all = rect.size().rect();
        for y in 0..rect.height() {
            self.frame.row_mut(all, y).copy_from_slice(picture.row(rect, rect.y() + y));
        }
    }
}

/// The part of the screen's damage that is in this rectangle, in its own pixels.
fn inside(damage: &Damage, rect: Rect) -> Damage {
    let mut inside = Damage::none(rect.size());
    for tile in damage.tiles().filter_map(|tile| tile.intersection(rect)) {
        let shifted = Rect::new(tile.x() - rect.x(), tile.y() - rect.y(), tile.width(), tile.height());
        shifted.into_iter().for_each(|tile| inside.add(tile));
    }
    inside
}

/// A part of the screen round this rectangle, if one can have it.
fn part_round(changed: Rect, screen: Size) -> Option<Rect> {
    let (width, height) = PART_PX;
    // A line goes on to the right, and text goes on below.
    let x = changed.x().saturating_sub(TILE_PX).min(screen.width().checked_sub(width)?);
    let y = changed.y().min(screen.height().checked_sub(height)?);
    Rect::new(x, y, width, height).filter(|part| part.intersection(changed) == Some(changed))
}

#[cfg(test)]
mod tests;

//! What the graphics cards show, by desktop duplication: each monitor's picture, and which rectangles of it
//! have changed since it was asked last.
//!
//! What it does not do: it knows nothing of what is shared. It copies into memory of the whole desktop, as
//! GDI does. Turned monitors are GDI's, and so is everything where one of them can't be duplicated: in remote
//! sessions, in virtual machines without a driver, while four programs do so already.

use beistand_codec::BYTES_PER_PIXEL;
use windows::Win32::Foundation::{HMODULE, RECT};
use windows::Win32::Graphics::Direct3D::D3D_DRIVER_TYPE_UNKNOWN;
use windows::Win32::Graphics::Direct3D11::{
    D3D11_CPU_ACCESS_READ, D3D11_CREATE_DEVICE_FLAG, D3D11_MAP_READ, D3D11_MAPPED_SUBRESOURCE,
    D3D11_SDK_VERSION, D3D11_TEXTURE2D_DESC, D3D11_USAGE_STAGING, D3D11CreateDevice, ID3D11Device,
    ID3D11DeviceContext, ID3D11Texture2D,
};
use windows::Win32::Graphics::Dxgi::Common::{
    DXGI_FORMAT_B8G8R8A8_UNORM, DXGI_MODE_ROTATION_IDENTITY, DXGI_MODE_ROTATION_UNSPECIFIED, DXGI_SAMPLE_DESC,
};
use windows::Win32::Graphics::Dxgi::{
    CreateDXGIFactory1, DXGI_ERROR_WAIT_TIMEOUT, DXGI_OUTDUPL_FRAME_INFO, DXGI_OUTDUPL_MOVE_RECT,
    IDXGIAdapter1, IDXGIFactory1, IDXGIOutput, IDXGIOutput1, IDXGIOutputDuplication, IDXGIResource,
};
use windows::core::{Interface as _, Result};

use super::bitmap::MemoryBitmap;
use super::monitors::{DesktopBounds, MonitorPlace};
use crate::DesktopArea;

/// Rectangles of one picture that are looked at one by one: where Windows knows of more, all of it has
/// changed.
const MAX_RECTANGLES: usize = 256;

/// Cards, and monitors of each, that are looked for: more than a desktop has.
const MAX_DEVICES: u32 = 16;

/// All monitors of the desktop.
pub(super) struct DuplicatedDesktop {
    outputs: Vec<DuplicatedOutput>,
}

/// One of them.
struct DuplicatedOutput {
    duplication: IDXGIOutputDuplication,
    context: ID3D11DeviceContext,
    /// Where the processor reads what the card shows.
    staging: ID3D11Texture2D,
    place: MonitorPlace,
}

/// Where the picture is the card's; given back when dropped, as Windows hands out one at a time.
struct HeldPicture<'a>(&'a IDXGIOutputDuplication);

impl Drop for HeldPicture<'_> {
    fn drop(&mut self) {
        // SAFETY: a picture was handed out and not given back yet.
        let _ = unsafe { self.0.ReleaseFrame() };
    }
}

impl DuplicatedDesktop {
    /// Begins with these monitors; `None` where not all of them can be had so.
    pub(super) fn begin(places: &[MonitorPlace]) -> Option<Self> {
        let outputs =
            outputs().inspect_err(|error| tracing::debug!(%error, "no desktop duplication")).ok()?;
        let is_there = |place: &MonitorPlace| outputs.iter().any(|output| output.place == *place);
        let is_whole = !places.is_empty() && places.iter().all(is_there);
        is_whole.then_some(Self { outputs })
    }

    /// Brings the copy of the desktop up to date; which areas of it may differ from before.
    ///
    /// # Errors
    /// The monitors are others by now, or the secure desktop is shown: it has to begin again.
    pub(super) fn refresh(
        &mut self,
        copy: &mut MemoryBitmap,
        bounds: DesktopBounds,
    ) -> Result<Vec<DesktopArea>> {
        let mut changed = Vec::new();
        for output in &self.outputs {
            for rectangle in output.refresh(copy, bounds)? {
                changed.extend(area_of(rectangle, bounds));
            }
        }
        Ok(changed)
    }
}

impl DuplicatedOutput {
    fn begin(adapter: &IDXGIAdapter1, output: &IDXGIOutput) -> Result<Option<Self>> {
        // SAFETY: it fills a description of its own.
        let about = unsafe { output.GetDesc()? };
        let is_upright =
            [DXGI_MODE_ROTATION_IDENTITY, DXGI_MODE_ROTATION_UNSPECIFIED].contains(&about.Rotation);
        if !about.AttachedToDesktop.as_bool() || !is_upright {
            return Ok(None);
        }
        let RECT { left, top, right, bottom } = about.DesktopCoordinates;
        let (mut device, mut context): (Option<ID3D11Device>, Option<ID3D11DeviceContext>) = (None, None);
        // SAFETY: both are places for what it makes.
        unsafe {
            let (none, flags) = (HMODULE::default(), D3D11_CREATE_DEVICE_FLAG::default());
            let (kind, made) = (D3D_DRIVER_TYPE_UNKNOWN, Some(&raw mut device));
            let version = D3D11_SDK_VERSION;
            D3D11CreateDevice(adapter, kind, none, flags, None, version, made, None, Some(&raw mut context))?;
        }
        let (Some(device), Some(context)) = (device, context) else { return Ok(None) };
        // SAFETY: the device is of the adapter whose output it is.
        let duplication = unsafe { output.cast::<IDXGIOutput1>()?.DuplicateOutput(&device)? };
        let side = |from: i32, to: i32| u32::try_from(to - from).unwrap_or_default();
        let about = D3D11_TEXTURE2D_DESC {
            Width: side(left, right),
            Height: side(top, bottom),
            MipLevels: 1,
            ArraySize: 1,
            Format: DXGI_FORMAT_B8G8R8A8_UNORM,
            SampleDesc: DXGI_SAMPLE_DESC { Count: 1, Quality: 0 },
            Usage: D3D11_USAGE_STAGING,
            CPUAccessFlags: D3D11_CPU_ACCESS_READ.0.cast_unsigned(),
            ..D3D11_TEXTURE2D_DESC::default()
        };
        let mut staging = None;
        // SAFETY: it reads the description and fills the place.
        unsafe { device.CreateTexture2D(&raw const about, None, Some(&raw mut staging))? };
        let place = MonitorPlace { left, top, right, bottom };
        Ok(staging.map(|staging| Self { duplication, context, staging, place }))
    }

    /// Copies what has changed on this monitor; where, as Windows counts.
    fn refresh(&self, copy: &mut MemoryBitmap, bounds: DesktopBounds) -> Result<Vec<RECT>> {
        let mut info = DXGI_OUTDUPL_FRAME_INFO::default();
        let mut shown: Option<IDXGIResource> = None;
        // SAFETY: both are places for what it fills in.
        match unsafe { self.duplication.AcquireNextFrame(0, &raw mut info, &raw mut shown) } {
            Err(error) if error.code() == DXGI_ERROR_WAIT_TIMEOUT => return Ok(Vec::new()),
            acquired => acquired?,
        }
        let _held = HeldPicture(&self.duplication);
        // Otherwise only the pointer has moved.
        let (Some(shown), true) = (shown, info.LastPresentTime != 0) else { return Ok(Vec::new()) };
        let changed = self.changed(&info)?;
        let mut mapped = D3D11_MAPPED_SUBRESOURCE::default();
        // SAFETY: both textures are of this device, and of one size and format.
        unsafe {
            self.context.CopyResource(&self.staging, &shown.cast::<ID3D11Texture2D>()?);
            self.context.Map(&self.staging, 0, D3D11_MAP_READ, 0, Some(&raw mut mapped))?;
        }
        for rectangle in &changed {
            self.copy_rectangle(&mapped, *rectangle, copy, bounds);
        }
        // SAFETY: it is mapped, and nothing of it is borrowed any more.
        unsafe { self.context.Unmap(&self.staging, 0) };
        Ok(changed)
    }

    /// Which rectangles of the desktop have changed on it.
    fn changed(&self, info: &DXGI_OUTDUPL_FRAME_INFO) -> Result<Vec<RECT>> {
        let MonitorPlace { left, top, right, bottom } = self.place;
        let mut dirty = vec![RECT::default(); MAX_RECTANGLES];
        let mut moved = vec![DXGI_OUTDUPL_MOVE_RECT::default(); MAX_RECTANGLES];
        let fits = info.TotalMetadataBufferSize as usize <= size_of_val(dirty.as_slice());
        if !fits {
            return Ok(vec![RECT { left, top, right, bottom }]);
        }
        let (mut dirty_bytes, mut moved_bytes) = (0, 0);
        // SAFETY: each list has as much room as is said.
        unsafe {
            let room = size_of_val(moved.as_slice()) as u32;
            self.duplication.GetFrameMoveRects(room, moved.as_mut_ptr(), &raw mut moved_bytes)?;
            let room = size_of_val(dirty.as_slice()) as u32;
            self.duplication.GetFrameDirtyRects(room, dirty.as_mut_ptr(), &raw mut dirty_bytes)?;
        }
        moved.truncate(moved_bytes as usize / size_of::<DXGI_OUTDUPL_MOVE_RECT>());
        dirty.truncate(dirty_bytes as usize / size_of::<RECT>());
        let on_desktop = |one: RECT| RECT {
            left: left + one.left.max(0),
            top: top + one.top.max(0),
            right: (left + one.right).min(right),
            bottom: (top + one.bottom).min(bottom),
        };
        let moved = moved.into_iter().map(|one| one.DestinationRect);
        Ok(moved.chain(dirty).map(on_desktop).collect())
    }

    fn copy_rectangle(
        &self,
        mapped: &D3D11_MAPPED_SUBRESOURCE,
        rectangle: RECT,
        copy: &mut MemoryBitmap,
        bounds: DesktopBounds,
    ) {
        let Some(area) = area_of(rectangle, bounds) else { return };
        let stride = usize::from(copy.size().width()) * BYTES_PER_PIXEL;
        let bytes = usize::from(area.width()) * BYTES_PER_PIXEL;
        let at = |from: i32, to: i32| usize::try_from(to - from).unwrap_or_default();
        let left = at(self.place.left, rectangle.left) * BYTES_PER_PIXEL;
        for row in 0..usize::from(area.height()) {
            let from = (at(self.place.top, rectangle.top) + row) * mapped.RowPitch as usize + left;
            // SAFETY: the rectangle was cut to the monitor, of which this is one row in mapped memory.
            let pixels = unsafe { std::slice::from_raw_parts(mapped.pData.cast::<u8>().add(from), bytes) };
            let to = (usize::from(area.y()) + row) * stride + usize::from(area.x()) * BYTES_PER_PIXEL;
            if let Some(target) = copy.pixels().get_mut(to..to + bytes) {
                target.copy_from_slice(pixels);
            }
        }
    }
}

/// All monitors that can be duplicated.
fn outputs() -> Result<Vec<DuplicatedOutput>> {
    // SAFETY: it makes one of the kind that is wanted.
    let factory: IDXGIFactory1 = unsafe { CreateDXGIFactory1()? };
    let mut outputs = Vec::new();
    // SAFETY: each number is one that it has, or it fails.
    let adapters = (0..MAX_DEVICES).map_while(|number| unsafe { factory.EnumAdapters1(number).ok() });
    for adapter in adapters {
        // SAFETY: as above.
        let shown = (0..MAX_DEVICES).map_while(|number| unsafe { adapter.EnumOutputs(number).ok() });
        for output in shown {
            outputs.extend(DuplicatedOutput::begin(&adapter, &output)?);
        }
    }
    Ok(outputs)
}

fn area_of(rectangle: RECT, bounds: DesktopBounds) -> Option<DesktopArea> {
    let (x, y) = bounds.position(rectangle.left, rectangle.top)?;
    let width = u16::try_from(rectangle.right - rectangle.left).ok()?;
    DesktopArea::new(x, y, width, u16::try_from(rectangle.bottom - rectangle.top).ok()?)
}

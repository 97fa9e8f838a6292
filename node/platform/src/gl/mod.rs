//! OpenGL, as far as the window's toolkit leaves it to us: what draws a context, a graphics card or the
//! processor, and a picture that is drawn from its planes.
//!
//! It makes no context and no window. Everything here takes a context that is current on this thread, and
//! leaves what it changes of its state to whoever paints next.

mod check;
mod painter;
mod program;
mod textures;

pub use painter::{DrawnPlanes, PlanesFilter, PlanesPainter};
pub use program::ShaderFault;

/// What renderers call themselves that run on the processor: Mesa's (the last one before 2011), SwiftShader,
/// and Windows' own.
const SOFTWARE_RENDERERS: [&str; 5] = ["llvmpipe", "softpipe", "software", "swiftshader", "gdi generic"];

/// Whether the processor draws what is drawn with this context, which must be current on this thread.
pub fn draws_in_software(gl: &glow::Context) -> bool {
    use glow::HasContext as _;
    // SAFETY: the string is the driver's, of a context that the caller says is current, and is copied.
    let renderer = unsafe { gl.get_parameter_string(glow::RENDERER) };
    tracing::debug!(renderer, "OpenGL");
    is_software(&renderer)
}

fn is_software(renderer: &str) -> bool {
    let renderer = renderer.to_ascii_lowercase();
    SOFTWARE_RENDERERS.iter().any(|name| renderer.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renderers_on_the_processor_are_told_from_graphics_cards() {
        for name in [
            "llvmpipe (LLVM 15.0.6, 256 bits)",
            "softpipe",
            "Software Rasterizer",
            "Google SwiftShader",
            "GDI Generic",
        ] {
            assert!(is_software(name), "{name}");
        }
        for name in
            ["Mesa Intel(R) UHD Graphics 620 (KBL GT2)", "NVIDIA GeForce RTX 3060/PCIe/SSE2", "AMD Radeon"]
        {
            assert!(!is_software(name), "{name}");
        }
    }
}

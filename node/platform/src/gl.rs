//! What draws an OpenGL context: a graphics card or the processor.

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

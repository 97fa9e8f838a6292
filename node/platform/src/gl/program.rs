//! The program that makes pixels of planes: compiled where the context has what it needs.

use std::fmt::Write as _;

use beistand_codec::{ChromaShares, MAX_SIDE_PX};
use glow::HasContext as _;
use thiserror::Error;

use super::painter::PlanesFilter;

const VERTEX: &str = include_str!("vertex.glsl");
const FRAGMENT: &str = include_str!("fragment.glsl");

/// What the fragment shader calls the textures of Y, U and V.
const PLANES: [&str; 3] = ["plane_y", "plane_u", "plane_v"];

/// Why a context draws no pictures from their planes.
#[derive(Debug, Error)]
pub enum ShaderFault {
    /// It is older than the shader's language: before OpenGL 3.1 or OpenGL ES 3.0.
    #[error("OpenGL {0} is too old")]
    TooOld(String),
    /// Its textures are smaller than the largest picture's side.
    #[error("textures have at most {0} pixels a side")]
    SmallTextures(i32),
    /// Its driver doesn't take the shader or has no room for something.
    #[error("the driver refused: {0}")]
    Refused(String),
    /// It makes other pixels of the planes than the processor.
    #[error("the shader draws other colours than the processor")]
    OtherColours,
}

/// The program, and where its settings are.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlanesProgram {
    pub(super) program: glow::Program,
    /// Without anything in it: the shader makes its corners itself.
    pub(super) corners: glow::VertexArray,
}

/// The places of the program's settings.
#[derive(Debug, Clone)]
pub(super) struct PlanesSettings {
    pub(super) corner: Option<glow::UniformLocation>,
    pub(super) drawn: Option<glow::UniformLocation>,
    pub(super) picture: Option<glow::UniformLocation>,
    pub(super) way: Option<glow::UniformLocation>,
}

impl PlanesProgram {
    /// Compiles it.
    pub(super) fn new(gl: &glow::Context) -> Result<(Self, PlanesSettings), ShaderFault> {
        let head = head_for(gl)?;
        // SAFETY: of a context that is current, as whoever calls says.
        let longest = unsafe { gl.get_parameter_i32(glow::MAX_TEXTURE_SIZE) };
        if longest < i32::from(MAX_SIDE_PX) {
            return Err(ShaderFault::SmallTextures(longest));
        }
        let shaders = [
            compiled(gl, glow::VERTEX_SHADER, &format!("{head}{VERTEX}")),
            compiled(gl, glow::FRAGMENT_SHADER, &format!("{head}{FRAGMENT}")),
        ];
        let program = match &shaders {
            [Ok(vertex), Ok(fragment)] => linked(gl, [*vertex, *fragment]),
            [Err(log), _] | [_, Err(log)] => Err(log.clone()),
        };
        for shader in shaders.into_iter().flatten() {
            // SAFETY: made above; a program that it was linked into keeps what it needs of it.
            unsafe { gl.delete_shader(shader) };
        }
        let program = program.map_err(ShaderFault::Refused)?;
        // SAFETY: both are of this context, which is current; the program has been linked.
        unsafe {
            let corners = gl.create_vertex_array().map_err(ShaderFault::Refused)?;
            gl.use_program(Some(program));
            for (unit, plane) in (0..).zip(PLANES) {
                gl.uniform_1_i32(gl.get_uniform_location(program, plane).as_ref(), unit);
            }
            let place = |name| gl.get_uniform_location(program, name);
            let settings = PlanesSettings {
                corner: place("corner"),
                drawn: place("drawn"),
                picture: place("picture"),
                way: place("way"),
            };
            gl.use_program(None);
            Ok((Self { program, corners }, settings))
        }
    }
}

/// What both shaders begin with: their language, and the numbers that are the codec's to say.
fn head_for(gl: &glow::Context) -> Result<String, ShaderFault> {
    let version = gl.version();
    let number = (version.major, version.minor);
    let language = match (version.is_embedded, number) {
        (false, (3, 1..) | (4.., _)) => "#version 140\n",
        (true, (3.., _)) => {
            "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n"
        }
        (false | true, _) => {
            let kind = if version.is_embedded { "ES " } else { "" };
            return Err(ShaderFault::TooOld(format!("{kind}{}.{}", number.0, number.1)));
        }
    };
    let mut head = language.to_owned();
    let shares = ChromaShares::BT709;
    for (name, number) in [
        ("RED_OF_V", shares.red_of_v),
        ("GREEN_OF_V", shares.green_of_v),
        ("GREEN_OF_U", shares.green_of_u),
        ("BLUE_OF_U", shares.blue_of_u),
        ("GREY", ChromaShares::GREY),
        ("ONE", ChromaShares::ONE),
        ("BITS", ChromaShares::BITS as i32),
        ("NEAREST", PlanesFilter::Nearest.way()),
        ("BETWEEN", PlanesFilter::Between.way()),
    ] {
        // Writing to a text never fails.
        let _ = writeln!(head, "#define {name} {number}");
    }
    Ok(head)
}

fn compiled(gl: &glow::Context, kind: u32, source: &str) -> Result<glow::Shader, String> {
    // SAFETY: of a context that is current; the shader is used only here.
    unsafe {
        let shader = gl.create_shader(kind)?;
        gl.shader_source(shader, source);
        gl.compile_shader(shader);
        if gl.get_shader_compile_status(shader) {
            return Ok(shader);
        }
        let log = gl.get_shader_info_log(shader);
        gl.delete_shader(shader);
        Err(log)
    }
}

fn linked(gl: &glow::Context, shaders: [glow::Shader; 2]) -> Result<glow::Program, String> {
    // SAFETY: the shaders are of this context, which is current, and are compiled.
    unsafe {
        let program = gl.create_program()?;
        for shader in shaders {
            gl.attach_shader(program, shader);
        }
        gl.link_program(program);
        for shader in shaders {
            gl.detach_shader(program, shader);
        }
        if gl.get_program_link_status(program) {
            return Ok(program);
        }
        let log = gl.get_program_info_log(program);
        gl.delete_program(program);
        Err(log)
    }
}

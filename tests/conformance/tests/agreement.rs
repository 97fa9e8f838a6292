//! Both decoders show the same for streams that a third party makes: rav1e, several pictures with motion.

use beistand_conformance::{Chroma, Format, Planes, Program, ProgramError, Rav1d};
use proptest::prelude::*;
use rav1e::prelude::{ChromaSampling, Config, Context, EncoderConfig, EncoderStatus, SpeedSettings};

/// Pictures of a stream: enough that it refers to several before.
const PICTURES: usize = 6;

fn format(width: usize, height: usize, chroma: Chroma) -> Format {
    Format { width, height, chroma }
}

/// A texture that moves by two columns and one row a picture.
fn source(format: Format, picture: usize) -> Planes {
    let planes = [0usize, 1, 2].map(|plane| {
        let (width, height) = format.plane_sizes()[plane];
        let sample = |x: usize, y: usize| {
            let (x, y) = (x + 2 * picture, y + picture);
            ((x * x / 9 + y * (plane + 5)) ^ (y * y / 17)) as u8 / 2 + 40 * plane as u8
        };
        (0..height).flat_map(|y| (0..width).map(move |x| sample(x, y))).collect()
    });
    Planes::new(format, planes).expect("of the format's size")
}

/// A stream of [`PICTURES`] temporal units.
fn stream(format: Format, quantiser: usize) -> Vec<Vec<u8>> {
    let config = EncoderConfig {
        width: format.width,
        height: format.height,
        chroma_sampling: match format.chroma {
            Chroma::Yuv420 => ChromaSampling::Cs420,
            Chroma::Yuv444 => ChromaSampling::Cs444,
        },
        low_latency: true,
        quantizer: quantiser,
        speed_settings: SpeedSettings::from_preset(10),
        ..EncoderConfig::with_speed_preset(10)
    };
    let mut context: Context<u8> = Config::new().with_encoder_config(config).new_context().expect("valid");
    for picture in 0..PICTURES {
        let mut frame = context.new_frame();
        let source = source(format, picture);
        for (index, (plane, (width, _))) in frame.planes.iter_mut().zip(format.plane_sizes()).enumerate() {
            plane.copy_from_raw_u8(source.plane(index), width, 1);
        }
        context.send_frame(frame).expect("taken");
    }
    context.flush();
    let mut units = Vec::new();
    loop {
        match context.receive_packet() {
            Ok(packet) => units.push(packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => return units,
            Err(status) => panic!("{status}"),
        }
    }
}

fn with_rav1d(units: &[Vec<u8>]) -> Vec<Planes> {
    let mut decoder = Rav1d::new().expect("opens");
    units.iter().map(|unit| decoder.decode(unit).expect("decodes")).collect()
}

fn mean_error(a: &Planes, b: &Planes) -> f64 {
    let sum: u64 = (0..3)
        .flat_map(|plane| a.plane(plane).iter().zip(b.plane(plane)))
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.format().samples() as f64
}

fn agree(format: Format, quantiser: usize) {
    let units = stream(format, quantiser);
    assert_eq!(units.len(), PICTURES);
    let first = with_rav1d(&units);
    let [second, third] =
        Program::ALL.map(|program| program.decode(format, &units).unwrap_or_else(|error| panic!("{error}")));
    for (picture, (a, others)) in first.iter().zip(second.iter().zip(&third)).enumerate() {
        assert_eq!(a.format(), format);
        assert_eq!(a.difference(others.0), None, "picture {picture} of {format:?}, libaom");
        assert_eq!(a.difference(others.1), None, "picture {picture} of {format:?}, dav1d");
        // The planes are in their places: a swapped one would be 40 off.
        let error = mean_error(a, &source(format, picture));
        assert!(error < 12.0, "picture {picture} of {format:?} is off by {error}");
    }
}

#[test]
fn the_decoders_agree_in_444() {
    agree(format(320, 180, Chroma::Yuv444), 60);
}

#[test]
fn the_decoders_agree_in_420() {
    agree(format(320, 180, Chroma::Yuv420), 60);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_decoders_agree_at_odd_sizes(
        width in 16usize..150,
        height in 16usize..150,
        chroma in prop::sample::select(vec![Chroma::Yuv420, Chroma::Yuv444]),
        quantiser in 10usize..120,
    ) {
        agree(format(width, height, chroma), quantiser);
    }
}

#[test]
fn a_changed_stream_is_noticed() {
    let format = format(96, 80, Chroma::Yuv444);
    let mut units = stream(format, 60);
    let right = with_rav1d(&units);
    let middle = units[0].len() / 2;
    units[0][middle] ^= 0x5A;
    for program in Program::ALL {
        match program.decode(format, &units) {
            Ok(wrong) => assert!(right[0].difference(&wrong[0]).is_some(), "a changed byte changes samples"),
            Err(ProgramError::Refused(_) | ProgramError::Output { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn another_size_than_promised_is_an_error() {
    let units = stream(format(96, 80, Chroma::Yuv444), 60);
    for program in Program::ALL {
        let wrong = program.decode(format(96, 64, Chroma::Yuv444), &units);
        assert!(matches!(wrong, Err(ProgramError::Output { .. })), "{wrong:?}");
    }
}

//! The short authentication string's alphabet: 64 emoji that can be told apart by voice.
//!
//! All are in Unicode 6, so that old fonts have them; the application draws them with the font that it
//! brings, and a test of its own sees that all are in it. The order is part of the protocol.

/// The emoji with this index and its English name; indices are taken modulo 64.
pub fn emoji(index: u8) -> (&'static str, &'static str) {
    EMOJI[usize::from(index) % EMOJI.len()]
}

const EMOJI: [(&str, &str); 64] = [
    ("🐶", "dog"),
    ("🐱", "cat"),
    ("🐵", "monkey"),
    ("🐴", "horse"),
    ("🐷", "pig"),
    ("🐘", "elephant"),
    ("🐰", "rabbit"),
    ("🐼", "panda"),
    ("🐓", "rooster"),
    ("🐧", "penguin"),
    ("🐢", "turtle"),
    ("🐟", "fish"),
    ("🐙", "octopus"),
    ("🐞", "ladybird"),
    ("🐝", "bee"),
    ("🐌", "snail"),
    ("🌷", "tulip"),
    ("🌳", "tree"),
    ("🌵", "cactus"),
    ("🍄", "mushroom"),
    ("🌍", "globe"),
    ("🌙", "moon"),
    ("☀", "sun"),
    ("☁", "cloud"),
    ("🔥", "fire"),
    ("🌈", "rainbow"),
    ("❄", "snowflake"),
    ("🍌", "banana"),
    ("🍎", "apple"),
    ("🍓", "strawberry"),
    ("🌽", "corn"),
    ("🍕", "pizza"),
    ("🎂", "cake"),
    ("🍦", "ice cream"),
    ("☕", "coffee"),
    ("🍞", "bread"),
    ("❤", "heart"),
    ("⭐", "star"),
    ("👻", "ghost"),
    ("🎩", "hat"),
    ("👓", "glasses"),
    ("🔧", "wrench"),
    ("☂", "umbrella"),
    ("⌛", "hourglass"),
    ("⏰", "clock"),
    ("🎁", "gift"),
    ("💡", "light bulb"),
    ("📕", "book"),
    ("✏", "pencil"),
    ("📎", "paper clip"),
    ("✂", "scissors"),
    ("🔒", "padlock"),
    ("🔑", "key"),
    ("🔨", "hammer"),
    ("☎", "telephone"),
    ("🚩", "flag"),
    ("🚂", "train"),
    ("🚲", "bicycle"),
    ("✈", "airplane"),
    ("🚀", "rocket"),
    ("🏆", "trophy"),
    ("⚽", "football"),
    ("🎸", "guitar"),
    ("🔔", "bell"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn emoji_and_names_are_distinct() {
        let pictures: HashSet<_> = EMOJI.iter().map(|(picture, _)| picture).collect();
        let names: HashSet<_> = EMOJI.iter().map(|(_, name)| name).collect();
        assert_eq!((pictures.len(), names.len()), (64, 64));
    }
}

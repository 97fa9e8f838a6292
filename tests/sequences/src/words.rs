//! What is written: prose and source code, in endless variation.

use crate::canvas::{Colour, rgb};
use crate::random::Random;

/// A sentence of some words.
pub(crate) fn sentence(random: &mut Random) -> String {
    let count = random.between(6, 19);
    let mut text = String::new();
    for index in 0..count {
        let word = random.pick(WORDS);
        if index == 0 {
            text.push(word.chars().next().map_or('A', |first| first.to_ascii_uppercase()));
            text.extend(word.chars().skip(1));
        } else {
            text.push_str(if random.chance(9) { ", " } else { " " });
            text.push_str(word);
        }
    }
    text.push(if random.chance(6) { '?' } else { '.' });
    text
}

/// A few words without a full stop, as of a heading.
pub(crate) fn title(random: &mut Random, words: i32) -> String {
    let mut text = sentence(random);
    text.retain(|letter| letter.is_alphanumeric() || letter == ' ');
    text.split(' ').take(words as usize).collect::<Vec<_>>().join(" ")
}

/// A part of a line of code and how it is coloured.
pub(crate) type Token = (Syntax, String);

/// What a part of a line of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Plain,
    Keyword,
    Type,
    Function,
    Number,
    Text,
    Comment,
}

impl Syntax {
    /// As an editor shows it on a dark or a light background.
    pub(crate) fn colour(self, dark: bool) -> Colour {
        let (on_dark, on_light) = match self {
            Self::Plain => (0xD4D4D4, 0x1F1F1F),
            Self::Keyword => (0xC586C0, 0xAF00DB),
            Self::Type => (0x4EC9B0, 0x267F99),
            Self::Function => (0xDCDCAA, 0x795E26),
            Self::Number => (0xB5CEA8, 0x098658),
            Self::Text => (0xCE9178, 0xA31515),
            Self::Comment => (0x6A9955, 0x008000),
        };
        rgb(if dark { on_dark } else { on_light })
    }
}

/// At least `lines` lines of a program.
pub(crate) fn program(random: &mut Random, lines: usize) -> Vec<Vec<Token>> {
    let mut program = Vec::new();
    while program.len() < lines {
        let block = BLOCKS[random.below(BLOCKS.len() as u32) as usize];
        let names = Names::new(random);
        program.extend(block.lines().map(|line| tokens(&names.fill(line, random))));
        program.push(Vec::new());
    }
    program
}

/// The names that a block of code uses throughout.
struct Names {
    variables: [&'static str; 3],
    types: [&'static str; 2],
    verb: &'static str,
}

impl Names {
    fn new(random: &mut Random) -> Self {
        Self {
            variables: [0; 3].map(|_| random.pick(VARIABLES)),
            types: [0; 2].map(|_| random.pick(TYPES)),
            verb: random.pick(VERBS),
        }
    }

    fn fill(&self, line: &str, random: &mut Random) -> String {
        let mut filled = line
            .replace("$a", self.variables[0])
            .replace("$b", self.variables[1])
            .replace("$c", self.variables[2])
            .replace("$T", self.types[0])
            .replace("$U", self.types[1])
            .replace("$f", self.verb);
        while filled.contains("$n") {
            filled = filled.replacen("$n", &random.below(4096).to_string(), 1);
        }
        while filled.contains("$s") {
            filled = filled.replacen("$s", &title(random, 4).to_lowercase(), 1);
        }
        while filled.contains("$S") {
            filled = filled.replacen("$S", &sentence(random), 1);
        }
        filled
    }
}

/// Splits a line as an editor's highlighter does.
fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let word = |test: fn(char) -> bool| rest.find(|letter| !test(letter)).unwrap_or(rest.len());
        let (syntax, length) = if rest.starts_with("//") {
            (Syntax::Comment, rest.len())
        } else if first == '"' {
            (Syntax::Text, rest[1..].find('"').map_or(rest.len(), |end| end + 2))
        } else if first.is_ascii_digit() {
            (Syntax::Number, word(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = word(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            let syntax = match &rest[..length] {
                name if KEYWORDS.contains(&name) => Syntax::Keyword,
                _ if first.is_ascii_uppercase() => Syntax::Type,
                _ if rest[length..].starts_with('(') => Syntax::Function,
                _ => Syntax::Plain,
            };
            (syntax, length)
        } else {
            (Syntax::Plain, word(|letter| !letter.is_ascii_alphanumeric() && !"_\"/".contains(letter)).max(1))
        };
        let (token, after) = rest.split_at(length);
        tokens.push((syntax, token.to_owned()));
        rest = after;
    }
    tokens
}

const KEYWORDS: &[&str] = &[
    "as", "break", "const", "continue", "else", "enum", "fn", "for", "if", "impl", "in", "let", "loop",
    "match", "mut", "pub", "return", "self", "struct", "use", "where", "while", "true", "false",
];

const VARIABLES: &[&str] = &[
    "frame", "offset", "buffer", "length", "queue", "index", "token", "window", "pending", "state", "report",
    "session", "path", "row", "entry", "budget", "address", "limit", "key", "source", "target", "level",
];

const TYPES: &[&str] = &[
    "Frame", "Option", "Vec", "Session", "Path", "Report", "Region", "Queue", "Reader", "Header", "Encoder",
    "Message", "Address", "Timer", "Window", "Palette", "Table",
];

const VERBS: &[&str] = &[
    "open",
    "read_next",
    "write_all",
    "decode",
    "next_entry",
    "advance",
    "poll",
    "insert_sorted",
    "resize",
    "flush",
    "merge",
    "split_at",
    "rebuild",
    "check",
    "lookup",
    "handle_input",
];

const WORDS: &[&str] = &[
    "the", "a", "of", "and", "to", "in", "that", "is", "with", "for", "on", "as", "are", "by", "from",
    "each", "picture", "river", "valley", "morning", "letter", "network", "station", "mountain", "question",
    "answer", "simple", "narrow", "bright", "early", "later", "several", "between", "through", "around",
    "without", "across", "measure", "describe", "follow", "remember", "consider", "change", "arrive",
    "remain", "appear", "discover", "history", "village", "garden", "winter", "summer", "window", "journey",
    "teacher", "library", "harbour", "machine", "engine", "signal", "surface", "pressure", "balance",
    "method", "example", "chapter", "figure", "quickly", "slowly", "often", "rarely", "almost", "perhaps",
    "together", "apart", "towards", "which", "where", "when", "while", "because", "although", "long",
    "short", "warm", "cold", "quiet", "green", "small", "large", "map", "road", "bridge", "field", "forest",
    "island", "weather", "light", "shadow", "colour", "paper", "glass",
];

const BLOCKS: &[&str] = &[
    "/// $S
pub fn $f(&mut self, $a: &$T) -> Result<$U, Error> {
    let $b = self.$c.$f($a.len(), $n)?;
    if $b.is_empty() {
        return Err(Error::Missing(\"$s\".into()));
    }
    // $S
    self.$c.push($b);
    Ok($U::new($n, $n))
}",
    "impl $T {
    const LIMIT: usize = $n;

    fn $f(&self) -> impl Iterator<Item = &$U> + '_ {
        self.$a.iter().filter(|$b| $b.$c > Self::LIMIT).map(|$b| &$b.value)
    }
}",
    "    match self.$a {
        State::Waiting { since, $b } if now - since > TIMEOUT => self.$f($b),
        State::Open($c) => $c.poll(now),
        State::Closed => return None,
        _ => {}
    }",
    "/// $S
/// $S
#[derive(Debug, Clone, PartialEq)]
pub struct $T {
    pub $a: u32,
    pub $b: Vec<$U>,
    $c: HashMap<String, ($U, u64)>,
}",
    "    for ($a, $b) in $c.iter().enumerate().skip($n) {
        let weight = ($b.right() - $b.left()) as f32 * 0.5;
        total += weight.max($n.0) / (1.0 + $a as f32);
        if total > LIMIT {
            break;
        }
    }",
    "#[test]
fn $a_and_$b_agree() {
    let mut $c = $T::with_capacity($n);
    for value in [$n, $n, $n, $n] {
        $c.insert(value, \"$s\");
    }
    assert_eq!($c.len(), 4, \"$s\");
    assert!($c.$f($n).is_some());
}",
    "const TABLE: [u16; 24] = [
    $n, $n, $n, $n, $n, $n, $n, $n,
    $n, $n, $n, $n, $n, $n, $n, $n,
    $n, $n, $n, $n, $n, $n, $n, $n,
];",
    "    // $S
    // $S
    let $a = $b.split(|byte| *byte == 0x0A).map($T::parse).collect::<Vec<_>>();
    let $c = $a.iter().map(|entry| entry.size).sum::<usize>() + $n;
    tracing::debug!($c, \"$s\");",
];

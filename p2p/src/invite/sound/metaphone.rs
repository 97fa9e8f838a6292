//! Double Metaphone ([Philips 2000](https://en.wikipedia.org/wiki/Metaphone#Double_Metaphone)), its first
//! code, whole.
//!
//! What it does not do: no second code, and no letters but those from a to z.

/// The code of an English word.
pub(crate) fn metaphone(word: &str) -> String {
    let mut spoken = SpokenWord::new(word);
    while spoken.at < spoken.letters.len() {
        spoken.take_letter();
    }
    spoken.code
}

struct SpokenWord<'a> {
    letters: &'a [u8],
    at: usize,
    slavic: bool,
    code: String,
}

impl<'a> SpokenWord<'a> {
    fn new(word: &'a str) -> Self {
        let silent = ["gn", "kn", "pn", "wr", "ps"].iter().any(|start| word.starts_with(start));
        let slavic = ["w", "k", "cz"].iter().any(|part| word.contains(part));
        Self { letters: word.as_bytes(), at: usize::from(silent), slavic, code: String::new() }
    }

    fn letter(&self, offset: isize) -> u8 {
        let place = self.at.checked_add_signed(offset).and_then(|place| self.letters.get(place));
        place.copied().unwrap_or(b' ')
    }

    fn vowel(&self, offset: isize) -> bool {
        b"aeiouy".contains(&self.letter(offset))
    }

    /// Whether one of these stands so far from here.
    fn is(&self, offset: isize, options: &[&str]) -> bool {
        let rest = self.at.checked_add_signed(offset).and_then(|place| self.letters.get(place..));
        rest.is_some_and(|rest| options.iter().any(|option| rest.starts_with(option.as_bytes())))
    }

    fn starts(&self, options: &[&str]) -> bool {
        options.iter().any(|option| self.letters.starts_with(option.as_bytes()))
    }

    fn last(&self) -> bool {
        self.at + 1 == self.letters.len()
    }

    fn say(&mut self, sound: &str, letters: usize) {
        self.code.push_str(sound);
        self.at += letters;
    }

    /// The sound of a letter, or of it twice.
    fn say_once(&mut self, sound: &str) {
        let twice = self.letter(1) == self.letter(0);
        self.say(sound, 1 + usize::from(twice));
    }

    fn take_letter(&mut self) {
        match self.letter(0) {
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => self.say(if self.at == 0 { "A" } else { "" }, 1),
            b'b' => self.say_once("P"),
            b'c' => self.take_c(),
            b'd' => match (self.letter(1), self.letter(2)) {
                (b'g', b'i' | b'e' | b'y') => self.say("J", 3),
                (b'g', _) => self.say("TK", 2),
                (b't' | b'd', _) => self.say("T", 2),
                _ => self.say("T", 1),
            },
            b'f' | b'v' => self.say_once("F"),
            b'g' => self.take_g(),
            b'h' if (self.at == 0 || self.vowel(-1)) && self.vowel(1) => self.say("H", 2),
            b'j' => self.take_j(),
            b'k' | b'q' => self.say_once("K"),
            b'l' => self.say_once("L"),
            b'm' if self.is(-1, &["umb"]) && (self.at + 2 == self.letters.len() || self.is(2, &["er"])) => {
                self.say("M", 2);
            }
            b'm' => self.say_once("M"),
            b'n' => self.say_once("N"),
            b'p' => match self.letter(1) {
                b'h' => self.say("F", 2),
                b'p' | b'b' => self.say("P", 2),
                _ => self.say("P", 1),
            },
            b'r' if self.last() && !self.slavic && self.is(-2, &["ie"]) && !self.is(-4, &["me", "ma"]) => {
                self.say("", 1);
            }
            b'r' => self.say_once("R"),
            b's' => self.take_s(),
            b't' => self.take_t(),
            b'w' => self.take_w(),
            b'x' => self.take_x(),
            b'z' if self.letter(1) == b'h' => self.say("J", 2),
            b'z' => self.say_once("S"),
            _ => self.say("", 1),
        }
    }

    fn take_c(&mut self) {
        let hard_after_a = self.at > 1
            && !self.vowel(-2)
            && self.is(-1, &["ach"])
            && (!matches!(self.letter(2), b'i' | b'e') || self.is(-2, &["bacher", "macher"]));
        if self.is(0, &["chia"]) || hard_after_a {
            self.say("K", 2);
        } else if self.at == 0 && self.is(0, &["caesar"]) {
            self.say("S", 2);
        } else if self.is(0, &["ch"]) {
            self.take_ch();
        } else if self.is(0, &["cz"]) && !self.is(-2, &["wicz"]) {
            self.say("S", 2);
        } else if self.is(1, &["cia"]) {
            self.say("X", 3);
        } else if self.is(0, &["cc"]) && !(self.at == 1 && self.starts(&["m"])) {
            self.take_cc();
        } else if self.is(0, &["ck", "cg", "cq"]) {
            self.say("K", 2);
        } else if self.is(0, &["ci", "ce", "cy"]) {
            self.say("S", 2);
        } else {
            let doubled = self.is(1, &["c", "k", "q"]) && !self.is(1, &["ce", "ci"]);
            self.say("K", 1 + usize::from(doubled));
        }
    }

    fn take_ch(&mut self) {
        let greek = self.at == 0
            && self.is(1, &["harac", "haris", "hor", "hym", "hia", "hem"])
            && !self.starts(&["chore"]);
        let before = self.at == 0 || self.is(-1, &["a", "o", "u", "e"]);
        let after =
            self.at + 2 == self.letters.len() || self.is(2, &["l", "r", "n", "m", "b", "h", "f", "v", "w"]);
        let hard = self.starts(&["sch"])
            || self.is(-2, &["orches", "archit", "orchid"])
            || self.is(2, &["t", "s"])
            || before && after;
        let german = self.at > 0 && self.is(0, &["chae"]);
        let scottish = self.at > 0 && self.starts(&["mc"]);
        self.say(if german || greek || hard || scottish { "K" } else { "X" }, 2);
    }

    fn take_cc(&mut self) {
        if self.is(2, &["i", "e", "h"]) && !self.is(2, &["hu"]) {
            let both = self.at == 1 && self.letter(-1) == b'a' || self.is(-1, &["uccee", "ucces"]);
            self.say(if both { "KS" } else { "X" }, 3);
        } else {
            self.say("K", 2);
        }
    }

    fn take_g(&mut self) {
        let next = self.letter(1);
        let soft_start = ["es", "ep", "eb", "el", "ey", "ib", "il", "in", "ie", "ei", "er"];
        if next == b'h' {
            self.take_gh();
        } else if next == b'n' {
            let after_vowel = self.at == 1 && self.vowel(-1) && !self.slavic;
            let nasal = !after_vowel && !self.is(2, &["ey"]) && !self.slavic;
            self.say(if nasal { "N" } else { "KN" }, 2);
        } else if self.is(1, &["li"]) && !self.slavic {
            self.say("KL", 2);
        } else if self.at == 0 && (next == b'y' || self.is(1, &soft_start))
            || (self.is(1, &["er"]) || next == b'y')
                && !self.starts(&["danger", "ranger", "manger"])
                && !self.is(-1, &["e", "i", "rgy", "ogy"])
        {
            self.say("K", 2);
        } else if self.is(1, &["e", "i", "y"]) || self.is(-1, &["aggi", "oggi"]) {
            let hard = self.starts(&["sch"]) || self.is(1, &["et"]);
            self.say(if hard { "K" } else { "J" }, 2);
        } else {
            self.say_once("K");
        }
    }

    fn take_gh(&mut self) {
        let sound = if self.at > 0 && !self.vowel(-1) {
            "K"
        } else if self.at == 0 {
            if self.letter(2) == b'i' { "J" } else { "K" }
        } else if self.at > 1 && self.is(-2, &["b", "h", "d"])
            || self.at > 2 && self.is(-3, &["b", "h", "d"])
            || self.at > 3 && self.is(-4, &["b", "h"])
        {
            ""
        } else if self.at > 2 && self.letter(-1) == b'u' && self.is(-3, &["c", "g", "l", "r", "t"]) {
            "F"
        } else if self.letter(-1) != b'i' {
            "K"
        } else {
            ""
        };
        self.say(sound, 2);
    }

    fn take_j(&mut self) {
        if self.is(0, &["jose"]) {
            return self.say(if self.letters.len() == 4 { "H" } else { "J" }, 1);
        }
        let spoken = self.at == 0
            || self.vowel(-1) && !self.slavic && matches!(self.letter(1), b'a' | b'o')
            || self.last()
            || !self.is(1, &["l", "t", "k", "s", "n", "m", "b", "z"]) && !self.is(-1, &["s", "k", "l"]);
        self.say_once(if spoken { "J" } else { "" });
    }

    fn take_s(&mut self) {
        if self.is(-1, &["isl", "ysl"]) {
            self.say("", 1);
        } else if self.at == 0 && self.is(0, &["sugar"]) {
            self.say("X", 1);
        } else if self.is(0, &["sh"]) {
            let german = self.is(1, &["heim", "hoek", "holm", "holz"]);
            self.say(if german { "S" } else { "X" }, 2);
        } else if self.is(0, &["sio", "sia"]) {
            self.say("S", 3);
        } else if self.at == 0 && self.is(1, &["m", "n", "l", "w"]) || self.is(1, &["z"]) {
            let length = 1 + usize::from(self.is(1, &["z"]));
            self.say("S", length);
        } else if self.is(0, &["sc"]) {
            self.take_sc();
        } else {
            let silent = self.last() && self.is(-2, &["ai", "oi"]);
            let length = 1 + usize::from(self.is(1, &["s", "z"]));
            self.say(if silent { "" } else { "S" }, length);
        }
    }

    fn take_sc(&mut self) {
        let sound = if self.letter(2) == b'h' {
            if self.is(3, &["oo", "uy", "ed", "em"]) { "SK" } else { "X" }
        } else if self.is(2, &["i", "e", "y"]) {
            "S"
        } else {
            "SK"
        };
        self.say(sound, 3);
    }

    fn take_t(&mut self) {
        if self.is(0, &["tion", "tia", "tch"]) {
            self.say("X", 3);
        } else if self.is(0, &["th", "tth"]) {
            let hard = self.is(2, &["om", "am"]) || self.starts(&["sch"]);
            self.say(if hard { "T" } else { "0" }, 2);
        } else {
            let length = 1 + usize::from(self.is(1, &["t", "d"]));
            self.say("T", length);
        }
    }

    fn take_w(&mut self) {
        if self.is(0, &["wr"]) {
            self.say("R", 2);
        } else if self.at == 0 && (self.vowel(1) || self.is(0, &["wh"])) {
            self.say("A", 1);
        } else if self.is(0, &["wicz", "witz"]) {
            self.say("TS", 4);
        } else {
            self.say("", 1);
        }
    }

    fn take_x(&mut self) {
        if self.at == 0 {
            return self.say("S", 1);
        }
        let french = self.last() && (self.is(-3, &["iau", "eau"]) || self.is(-2, &["au", "ou"]));
        let length = 1 + usize::from(self.is(1, &["c", "x"]));
        self.say(if french { "" } else { "KS" }, length);
    }
}

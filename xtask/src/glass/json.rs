//! Just enough of JSON to read what glassbench writes: one object, whose numbers and texts are handed out.
//!
//! Lists and objects inside it are skipped. It is for files of this machine's own, which nobody makes to do
//! harm.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// How deep lists may lie in each other: glassbench has one level.
const MAX_DEPTH: usize = 8;

/// A value of the object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum JsonValue {
    Number(f64),
    Text(String),
    Truth(bool),
    /// Null, a list or an object.
    Other,
}

/// Reads a text that is one object.
///
/// # Errors
/// In words, where it isn't.
pub(super) fn read_object(text: &str) -> Result<BTreeMap<String, JsonValue>, String> {
    let mut reader = JsonReader { letters: text.chars().peekable() };
    let mut object = BTreeMap::new();
    reader.expect('{')?;
    reader.members(&mut |name, value| _ = object.insert(name, value), 0)?;
    reader.skip_space();
    match reader.letters.next() {
        None => Ok(object),
        Some(letter) => Err(format!("`{letter}` after the end of the object")),
    }
}

struct JsonReader<'a> {
    letters: Peekable<Chars<'a>>,
}

impl JsonReader<'_> {
    fn skip_space(&mut self) {
        while self.letters.next_if(|letter| letter.is_ascii_whitespace()).is_some() {}
    }

    /// Takes `wanted` if it is next.
    fn takes(&mut self, wanted: char) -> bool {
        self.skip_space();
        self.letters.next_if_eq(&wanted).is_some()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.takes(wanted) {
            return Ok(());
        }
        match self.letters.peek() {
            Some(letter) => Err(format!("`{letter}` where `{wanted}` belongs")),
            None => Err(format!("it ends where `{wanted}` belongs")),
        }
    }

    /// The members of an object, from behind its opening brace to its closing one.
    fn members(&mut self, keep: &mut dyn FnMut(String, JsonValue), depth: usize) -> Result<(), String> {
        if self.takes('}') {
            return Ok(());
        }
        loop {
            self.expect('"')?;
            let name = self.text()?;
            self.expect(':')?;
            keep(name, self.value(depth + 1)?);
            if !self.takes(',') {
                return self.expect('}');
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<JsonValue, String> {
        if depth > MAX_DEPTH {
            return Err("too many lists in each other".to_owned());
        }
        if self.takes('"') {
            return self.text().map(JsonValue::Text);
        }
        if self.takes('{') {
            self.members(&mut |_, _| {}, depth)?;
            return Ok(JsonValue::Other);
        }
        if self.takes('[') {
            if self.takes(']') {
                return Ok(JsonValue::Other);
            }
            loop {
                self.value(depth + 1)?;
                if !self.takes(',') {
                    self.expect(']')?;
                    return Ok(JsonValue::Other);
                }
            }
        }
        self.word()
    }

    /// A number, or one of the words. Python writes numbers that are none as `NaN` and `Infinity`.
    fn word(&mut self) -> Result<JsonValue, String> {
        let mut word = String::new();
        while let Some(letter) =
            self.letters.next_if(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '+' | '.'))
        {
            word.push(letter);
        }
        match word.as_str() {
            "true" => Ok(JsonValue::Truth(true)),
            "false" => Ok(JsonValue::Truth(false)),
            "null" | "NaN" | "Infinity" | "-Infinity" => Ok(JsonValue::Other),
            number => match number.parse() {
                Ok(number) => Ok(JsonValue::Number(number)),
                Err(_) => Err(format!("`{number}` is no value")),
            },
        }
    }

    /// A text, from behind its opening quote to behind its closing one.
    fn text(&mut self) -> Result<String, String> {
        let mut text = String::new();
        loop {
            match self.letters.next().ok_or("it ends in the middle of a text")? {
                '"' => return Ok(text),
                '\\' => text.push(self.escaped()?),
                letter => text.push(letter),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, String> {
        match self.letters.next() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b' | 'f') => Ok(' '),
            Some('u') => {
                let digits: String = self.letters.by_ref().take(4).collect();
                let code =
                    u32::from_str_radix(&digits, 16).map_err(|_| format!("`\\u{digits}` is no letter"))?;
                // Half of a pair stands for a letter that no message of glassbench has.
                Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            Some(letter) => Ok(letter),
            None => Err("it ends in the middle of a text".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<f64> {
        match read_object(text).expect("an object").get("a") {
            Some(JsonValue::Number(number)) => Some(*number),
            _ => None,
        }
    }

    #[test]
    fn numbers_and_texts_are_read_and_lists_skipped() {
        let text = "{\n \"rect\": [300, [], {\"b\": [1]}],\n \"a\": -1.5e2, \"ok\": true, \"none\": null,\n \
                    \"error\": \"no \\\"marker\\\" \\u00e4\"\n}\n";
        assert_eq!(number(text), Some(-150.0));
        let object = read_object(text).expect("an object");
        assert_eq!(object["error"], JsonValue::Text("no \"marker\" ä".to_owned()));
        assert_eq!(object["ok"], JsonValue::Truth(true));
        assert_eq!((&object["rect"], &object["none"]), (&JsonValue::Other, &JsonValue::Other));
        assert_eq!(read_object(" { } "), Ok(BTreeMap::new()));
    }

    #[test]
    fn numbers_that_are_none_are_left_out() {
        assert_eq!(number("{\"a\": NaN}"), None);
        assert_eq!(number("{\"a\": -Infinity}"), None);
    }

    #[test]
    fn what_is_no_object_is_refused_in_words() {
        for (text, word) in [
            ("", "ends"),
            ("[]", "`[`"),
            ("{\"a\" 1}", "`1`"),
            ("{\"a\": x}", "`x`"),
            ("{\"a\": 1,}", "`}`"),
            ("{\"a\": \"b", "middle"),
            ("{\"a\": 1} 2", "after"),
            ("{\"a\": [[[[[[[[[1]]]]]]]]]}", "too many"),
        ] {
            let fault = read_object(text).expect_err(text);
            assert!(fault.contains(word), "{text}: {fault}");
        }
    }
}

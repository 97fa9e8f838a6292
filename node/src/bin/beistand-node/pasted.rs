//! The invite on standard input, where commands follow it: what was pasted may have any number of lines, with
//! the invite somewhere in them.
//!
//! It is read up to the first command after an invite, to the end of the input, or until no more lines come.
//!
//! What it does not do: it repeats nothing of what it reads.

use std::time::Duration;

use beistand_node::words::{Phrase, args};
use beistand_node::{InviteSearch, MAX_INVITE_TEXT_BYTES, look_for_invite};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::lines::{TypedLine, TypedLines};

/// How long after the line that completed an invite others are still of the same paste: a terminal hands a
/// paste over in pieces some milliseconds apart.
const PASTE_PAUSE: Duration = Duration::from_millis(200);

/// How long the rest of an unfinished invite may be on its way: a slow connection to this terminal stalls for
/// a second or two.
const REST_PAUSE: Duration = Duration::from_secs(3);

/// Lines of a paste: a text of the longest length in lines of a mail's width, and as many again that are
/// empty. Each may be followed by a look at all before it.
const MAX_LINES: usize = 2_000;

/// Who gives the invite.
#[derive(Clone, Copy)]
pub(crate) enum InviteGiver<'a> {
    /// A person at a terminal, who hears by this what is wrong and may go on.
    Person(&'a dyn Fn(&Phrase)),
    /// A script or a pipe, which can't mend anything.
    Program,
}

/// Reads the lines with the invite. A line that is a command by `is_command` and comes after a whole invite
/// is left for later.
///
/// # Errors
/// Why there is no invite.
pub(crate) async fn read_invite(
    lines: &mut TypedLines,
    giver: InviteGiver<'_>,
    is_command: impl Fn(&str) -> bool,
) -> Result<Zeroizing<String>, Phrase> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_INVITE_TEXT_BYTES));
    let mut count = 0;
    loop {
        let next = match timeout(PASTE_PAUSE, lines.recv()).await {
            Ok(next) => next,
            Err(_) => match look_for_invite(&text) {
                InviteSearch::Found => return Ok(text),
                InviteSearch::Empty => lines.recv().await,
                InviteSearch::Unfinished(why) => match timeout(REST_PAUSE, lines.recv()).await {
                    Ok(next) => next,
                    Err(_) => {
                        giver.hear(why)?;
                        lines.recv().await
                    }
                },
                InviteSearch::Wrong(why) => {
                    giver.hear(why)?;
                    text.clear();
                    count = 0;
                    continue;
                }
            },
        };
        let Some(TypedLine { text: line, origin }) = next else {
            return match look_for_invite(&text) {
                InviteSearch::Found => Ok(text),
                InviteSearch::Empty => Err(Phrase::new("terminal-no-invite")),
                InviteSearch::Unfinished(why) | InviteSearch::Wrong(why) => Err(why),
            };
        };
        let line =
            Zeroizing::new(line.map_err(|fault| Phrase::with("terminal-invite-line", args![fault = fault]))?);
        if is_command(&line) && look_for_invite(&text) == InviteSearch::Found {
            lines.put_back(TypedLine { text: Ok(line.to_string()), origin });
            return Ok(text);
        }
        count += 1;
        if count > MAX_LINES || text.len() + line.len() >= MAX_INVITE_TEXT_BYTES {
            return Err(Phrase::new("cause-invite-too-long"));
        }
        text.push_str(&line);
        text.push('\n');
    }
}

impl InviteGiver<'_> {
    fn hear(self, why: Phrase) -> Result<(), Phrase> {
        match self {
            Self::Person(print) => {
                print(&why);
                Ok(())
            }
            Self::Program => Err(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::is_technician_line;

    const WORDS: &str = "avoid acoustic aviation olive ambush eggshell";

    /// What is read of `input`, and the lines that are left.
    async fn read(input: &[&str]) -> (Result<String, String>, Vec<String>) {
        let mut lines = TypedLines::of_texts(input);
        let read = read_invite(&mut lines, InviteGiver::Program, is_technician_line).await;
        let mut left = Vec::new();
        while let Some(line) = lines.recv().await {
            left.push(line.text.expect("text"));
        }
        (read.map(|text| text.to_string()).map_err(|why| why.key().to_owned()), left)
    }

    #[tokio::test]
    async fn an_invite_on_many_lines_is_read_and_the_commands_after_it_are_left() {
        let (read, left) =
            read(&["", "Hallo Tess,", "avoid acoustic aviation", "> olive ambush", "eggshell", "LG"]).await;
        assert!(read.is_ok_and(|text| text.contains("aviation\n> olive")));
        assert!(left.is_empty());
        let (read_text, left) = self::read(&[WORDS, "Code: ", "end", "text a"]).await;
        assert_eq!(read_text, Ok(format!("{WORDS}\nCode: \n")));
        assert_eq!(left, ["end", "text a"]);
    }

    #[tokio::test]
    async fn a_word_that_is_also_a_command_belongs_to_an_unfinished_invite() {
        let (read, left) = read(&["end"]).await;
        assert!(read.is_err() && left.is_empty());
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_and_what_is_too_long_refused() {
        let (error, _) = read(&[&WORDS.replace("aviation", "aviatoin")]).await;
        assert_eq!(error, Err("cause-invite-word".to_owned()));
        assert_eq!(read(&["", " "]).await.0, Err("terminal-no-invite".to_owned()));
        let line = "x".repeat(15_000);
        assert_eq!(read(&[line.as_str(); 5]).await.0, Err("cause-invite-too-long".to_owned()));
        assert_eq!(read(&["x"; 2_001]).await.0, Err("cause-invite-too-long".to_owned()));
    }

    #[tokio::test]
    async fn the_search_begins_although_the_input_stays_open() {
        let (outbox, mut lines) = TypedLines::open_for_tests();
        outbox.send(TypedLine::of_text(WORDS)).await.expect("open");
        let read = read_invite(&mut lines, InviteGiver::Program, is_technician_line).await;
        assert!(read.is_ok_and(|text| text.starts_with(WORDS)));
    }

    #[tokio::test]
    async fn a_person_hears_what_is_wrong_and_goes_on() {
        let (outbox, mut lines) = TypedLines::open_for_tests();
        outbox.send(TypedLine::of_text(&WORDS.replace("aviation", "aviatoin"))).await.expect("open");
        // One: only the first text is wrong. A second complaint finds it full and fails the test.
        let (heard, mut hears) = tokio::sync::mpsc::channel(1);
        let print = |why: &Phrase| heard.try_send(why.key().to_owned()).expect("one complaint");
        let read = read_invite(&mut lines, InviteGiver::Person(&print), is_technician_line);
        let person = async {
            assert_eq!(hears.recv().await.as_deref(), Some("cause-invite-word"));
            outbox.send(TypedLine::of_text(WORDS)).await.expect("open");
        };
        let (read, ()) = tokio::join!(read, person);
        assert_eq!(read.map(|text| text.to_string()), Ok(format!("{WORDS}\n")));
    }
}

//! Candidates that wait to be tried, in turns between the answers that named them: an answer that names many,
//! to keep others from being tried, delays only its own candidates.
//!
//! It neither asks nor tries. An answer is the set of candidates that one DHT message named.

use std::collections::VecDeque;

/// Candidates of one answer that are tried at once: it takes four liars to occupy all tries of a search.
const MAX_AT_ONCE_PER_ANSWER: usize = 2;

/// Answers that wait: more than a Kademlia search gets in the time that a person waits.
const MAX_ANSWERS: usize = 64;

/// Waiting candidates, of any type.
#[derive(Debug)]
pub struct CandidateTurns<T> {
    answers: Vec<AnswerQueue<T>>,
    next_number: u64,
}

/// The answer that named a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateTurn(u64);

#[derive(Debug)]
struct AnswerQueue<T> {
    number: u64,
    taken: usize,
    under_way: usize,
    rest: VecDeque<T>,
}

impl<T> Default for CandidateTurns<T> {
    fn default() -> Self {
        Self { answers: Vec::new(), next_number: 0 }
    }
}

impl<T> CandidateTurns<T> {
    /// Whether there is room for another answer.
    pub fn has_room(&self) -> bool {
        self.answers.len() < MAX_ANSWERS
    }

    /// Adds one answer's candidates, in the order in which to try them. If there is no room, they are
    /// dropped.
    pub fn add(&mut self, candidates: impl IntoIterator<Item = T>) {
        let rest: VecDeque<_> = candidates.into_iter().collect();
        if self.has_room() && !rest.is_empty() {
            let number = self.next_number;
            self.next_number += 1;
            self.answers.push(AnswerQueue { number, taken: 0, under_way: 0, rest });
        }
    }

    /// The next candidate to try, from the answer that has had the fewest turns. `None` if every answer with
    /// candidates left has as many under way as it may.
    pub fn take(&mut self) -> Option<(CandidateTurn, T)> {
        let may = |answer: &&mut AnswerQueue<T>| {
            !answer.rest.is_empty() && answer.under_way < MAX_AT_ONCE_PER_ANSWER
        };
        let answer =
            self.answers.iter_mut().filter(may).min_by_key(|answer| (answer.taken, answer.number))?;
        answer.taken += 1;
        answer.under_way += 1;
        Some((CandidateTurn(answer.number), answer.rest.pop_front()?))
    }

    /// A candidate from [`Self::take`] is no longer being tried.
    pub fn end(&mut self, turn: CandidateTurn) {
        if let Some(answer) = self.answers.iter_mut().find(|answer| answer.number == turn.0) {
            answer.under_way = answer.under_way.saturating_sub(1);
        }
        self.answers.retain(|answer| answer.under_way > 0 || !answer.rest.is_empty());
    }

    /// Whether no candidate waits for its turn.
    pub fn is_empty(&self) -> bool {
        self.answers.iter().all(|answer| answer.rest.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_names_one_is_not_held_up_by_one_that_names_many() {
        let mut turns = CandidateTurns::default();
        turns.add(0..1000);
        let first: Vec<_> = std::iter::from_fn(|| turns.take()).collect();
        assert_eq!(first.iter().map(|(_, who)| *who).collect::<Vec<_>>(), [0, 1], "no more at once");
        turns.add([5000]);
        let (turn, who) = turns.take().expect("its first turn");
        assert_eq!(who, 5000);
        assert!(turns.take().is_none() && !turns.is_empty());
        turns.end(turn);
        turns.end(first[0].0);
        assert_eq!(turns.take().map(|(_, who)| who), Some(2));
    }

    #[test]
    fn all_are_tried_once_and_nothing_is_kept_of_them() {
        let mut turns = CandidateTurns::default();
        for answer in 0..3 {
            turns.add((0..10).map(|who| answer * 10 + who));
        }
        let mut tried = Vec::new();
        while let Some((turn, who)) = turns.take() {
            tried.push(who);
            turns.end(turn);
        }
        assert_eq!(tried[..4], [0, 10, 20, 1], "in turns");
        tried.sort_unstable();
        assert_eq!(tried, (0..30).collect::<Vec<_>>());
        assert!(turns.is_empty() && turns.answers.is_empty());
    }

    #[test]
    fn a_flood_of_answers_is_bounded() {
        let mut turns = CandidateTurns::default();
        (0..10_000).for_each(|who| turns.add([who]));
        turns.add([]);
        assert!(!turns.has_room());
        assert_eq!(turns.answers.len(), MAX_ANSWERS);
    }
}

//! The window's pages and panels on a node that plays, and the program itself: what is drawn, what a person
//! can press, and what the node is told then.
//!
//! One program for all of them: each one more would link the whole of egui once more. Each test has a window
//! of its own and shares nothing with the others.

mod changes;
mod common;
mod hand_check;
mod host;
mod looks;
mod opened_link;
mod pages;
mod panels;
mod preset;
mod question;
mod smoke;
mod snapshots;
mod technician;

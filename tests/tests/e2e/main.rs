//! End to end: the programs as people and scripts run them, on real screens, over real connections.
//!
//! Each test starts its own screens and programs and shares nothing with the others. All traffic stays on
//! loopback or in network namespaces of the test's own.

mod adjust;
mod appeal;
mod around_dialogs;
mod bench;
mod checkup;
mod cli;
mod clipboard;
mod comeback;
mod consent;
mod ending;
mod files;
mod hand;
mod harness;
mod hostile_host;
mod idle;
mod idle_window;
mod indicator;
mod input;
mod invite;
mod keyboards;
mod lab;
mod lab_moves;
mod lab_session;
mod lab_storm;
mod meeting;
mod network;
mod package;
mod painting;
mod picture;
mod pointing;
mod preset;
mod repair;
mod report;
mod screens;
mod shortcuts;
mod support;
mod support_windows;
mod sweep;
mod tabs;
mod terminal;
mod voice;
mod wayland;
mod window;
mod wine;

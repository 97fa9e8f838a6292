//! The pages. Each is a function that draws a part of the state and says what the person wants.
//!
//! No page talks to the node or waits for anything.

pub mod connect;
pub mod consent;
pub mod ended;
pub mod home;
pub mod host_session;
pub mod invite;
pub mod session_bar;
pub mod toolbar;
pub mod viewer;
pub mod widgets;

//! A value for each channel.

use std::ops::{Index, IndexMut};

use super::Channel;

/// A value for each channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByChannel<T>([T; Channel::ALL.len()]);

impl<T: Default> Default for ByChannel<T> {
    fn default() -> Self {
        Self::new(|_| T::default())
    }
}

impl<T> ByChannel<T> {
    /// What `make` makes for each.
    pub fn new(make: impl FnMut(Channel) -> T) -> Self {
        Self(Channel::ALL.map(make))
    }

    /// Each value with its channel.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, &T)> {
        Channel::ALL.into_iter().zip(&self.0)
    }

    /// Each value with its channel, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Channel, &mut T)> {
        Channel::ALL.into_iter().zip(&mut self.0)
    }
}

impl<T> Index<Channel> for ByChannel<T> {
    type Output = T;

    fn index(&self, channel: Channel) -> &T {
        &self.0[place_of(channel)]
    }
}

impl<T> IndexMut<Channel> for ByChannel<T> {
    fn index_mut(&mut self, channel: Channel) -> &mut T {
        &mut self.0[place_of(channel)]
    }
}

/// Where a channel's value is: numbers may have gaps.
fn place_of(channel: Channel) -> usize {
    Channel::ALL.iter().position(|one| *one == channel).expect("the list has every channel")
}

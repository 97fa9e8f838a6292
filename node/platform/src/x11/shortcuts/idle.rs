//! For how long nobody has touched mouse and keyboard, as the server counts it.
//!
//! The server tells when that becomes too long and when it ends; nothing is asked in between. A server that
//! doesn't count it is one at which somebody always sits.

use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::sync::{self, ConnectionExt as _, Counter, CreateAlarmAux, Int64};

use crate::x11::{X11Display, X11Failure};

/// The server's name for it.
const IDLE_COUNTER: &[u8] = b"IDLETIME";

pub(super) struct IdleWatch {
    counter: Option<Counter>,
    limit_millis: i64,
    untouched: bool,
}

impl IdleWatch {
    /// Watches for this time to pass without a touch.
    pub(super) fn new(display: &X11Display, limit: Duration) -> Result<Self, X11Failure> {
        let conn = &display.conn;
        conn.sync_initialize(3, 1)?.reply()?;
        let counters = conn.sync_list_system_counters()?.reply()?.counters;
        let counter = counters.iter().find(|counter| counter.name == IDLE_COUNTER);
        let counter = counter.map(|counter| counter.counter);
        let limit_millis = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        let mut watch = Self { counter, limit_millis, untouched: false };
        if let Some(counter) = counter {
            for (test, value) in [
                (sync::TESTTYPE::POSITIVE_TRANSITION, limit_millis),
                (sync::TESTTYPE::NEGATIVE_TRANSITION, limit_millis - 1),
            ] {
                let alarm = CreateAlarmAux::new()
                    .counter(counter)
                    .value_type(sync::VALUETYPE::ABSOLUTE)
                    .value(int64(value))
                    .test_type(test)
                    .delta(int64(0))
                    .events(1);
                conn.sync_create_alarm(conn.generate_id()?, &alarm)?.check()?;
            }
            watch.look(display)?;
        }
        Ok(watch)
    }

    /// Looks how it is now.
    pub(super) fn look(&mut self, display: &X11Display) -> Result<(), X11Failure> {
        if let Some(counter) = self.counter {
            let Int64 { hi, lo } = display.conn.sync_query_counter(counter)?.reply()?.counter_value;
            self.untouched = (i64::from(hi) << 32 | i64::from(lo)) >= self.limit_millis;
        }
        Ok(())
    }

    /// Whether nobody has touched anything for that long.
    pub(super) fn is_untouched(&self) -> bool {
        self.untouched
    }
}

fn int64(value: i64) -> Int64 {
    Int64 { hi: (value >> 32) as i32, lo: value as u32 }
}

//! Other programs on the display.

use std::process::{Child, Stdio};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask};

use super::Xvfb;

/// A program on a display that ends with the test.
pub struct Running(Child);

impl Running {
    pub fn start(xvfb: &Xvfb, program: &str, arguments: &[&str]) -> Self {
        let mut command = xvfb.command(program);
        Self(command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect(program))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A window manager, which is there when this returns.
pub fn window_manager(xvfb: &Xvfb) -> Running {
    let client = xvfb.client();
    let ready = client.conn.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK").unwrap().reply().unwrap().atom;
    let attributes = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    client.conn.change_window_attributes(client.root, &attributes).unwrap().check().unwrap();
    let openbox = Running::start(xvfb, "openbox", &["--sm-disable"]);
    loop {
        if let x11rb::protocol::Event::PropertyNotify(changed) = client.conn.wait_for_event().unwrap()
            && changed.atom == ready
        {
            return openbox;
        }
    }
}

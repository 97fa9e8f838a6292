//! Which tests there are and how they end, each with its word on the command line and in JSON.

use serde::{Deserialize, Serialize};

use super::super::worded::worded;

worded! {
    /// What can be tested. The order is part of the protocol.
    CheckupKind {
        /// How long another computer takes to answer.
        Ping = "ping",
        /// Which way data take to another computer.
        Trace = "trace",
        /// What servers for names say of a name.
        Dns = "dns",
        /// How a web server answers and who it proves to be.
        Http = "http",
        /// Which ports of another computer are open.
        Ports = "ports",
        /// How fast the way between the two people's computers is.
        Throughput = "throughput",
        /// How fast the disk is.
        Disk = "disk",
        /// Whether all files in a folder can be read.
        Scan = "scan",
        /// Whether free memory keeps what is written to it.
        Memory = "memory",
        /// Whether the processor computes the same again and again.
        Cpu = "cpu",
        /// Whether a printer prints.
        Printer = "printer",
        /// Whether the microphone hears anything.
        Microphone = "microphone",
        /// Whether the speaker can be heard.
        Speaker = "speaker",
    }
}

worded! {
    /// How a test ended. The order is part of the protocol.
    CheckupEnd {
        /// It ran to its end; whether what it found is well is for whoever reads it.
        Done = "done",
        /// The technician stopped it.
        Stopped = "stopped",
        /// The user stopped it.
        StoppedByUser = "stopped-by-user",
        /// Too many wait, or too many came in a short time.
        Busy = "busy",
        /// What belongs to it makes no sense.
        Invalid = "invalid",
        /// This computer lacks what the test needs: a program, a device, a system that has it.
        NotHere = "not-here",
        /// There is no way there.
        Unreachable = "unreachable",
        /// The name is not known.
        UnknownName = "unknown-name",
        /// It took too long.
        TimedOut = "timed-out",
        /// The disk has no room.
        DiskFull = "disk-full",
        /// The user's account may not do it.
        NotPermitted = "not-permitted",
        /// What was tested is no longer there, or never was.
        Gone = "gone",
        /// It went wrong in another way.
        Broken = "broken",
        /// Each side says so by itself once the test may no longer run; it does not travel.
        TakenBack = "taken-back",
        /// The same where there is no connection any more.
        PathLost = "path-lost",
    }
}

//! What a broken machine is: how it is broken, what it takes, and the line that must name it.

use beistand_inspect::{FindingKind, Verdict};
use beistand_session::{SweepCategory, SweepStanding, SweepThing};

use crate::{MachineMend, SeenBy, SeenLine};

/// The size of a machine's disk, as mount(8) takes it. It is memory that is used as it fills.
pub(crate) const USUAL_SIZE: &str = "512m";

/// Files that fit on a machine's disk: what it comes with are some hundreds.
pub(crate) const USUAL_INODES: &str = "20000";

/// What a machine's root is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MachineGround {
    /// The programs of the system below, with settings and packages of its own.
    Programs,
    /// A whole system in a folder, as it is right after it was installed.
    Fresh,
}

/// The line that must name what is broken.
#[derive(Debug, Clone, Copy)]
pub struct MachineSign {
    /// Who finds it.
    pub by: SeenBy,
    /// The word for its kind.
    pub kind: &'static str,
    /// The word for its verdict.
    pub verdict: &'static str,
    /// What is in one of its values; nothing where it has none.
    pub names: &'static str,
}

impl MachineSign {
    /// The line that it is, where there is one.
    pub fn find<'a>(&self, lines: &'a [SeenLine]) -> Option<&'a SeenLine> {
        lines.iter().find(|line| {
            (line.by, &line.kind[..], &line.verdict[..]) == (self.by, self.kind, self.verdict)
                && (self.names.is_empty() || line.values.iter().any(|value| value.contains(self.names)))
        })
    }
}

/// A broken machine.
#[derive(Debug, Clone, Copy)]
pub struct MachineRecipe {
    /// What is broken, for people. No other has the name.
    pub name: &'static str,
    /// Shell that breaks it, run as root inside; what it leaves in the background stays.
    pub breaks: &'static str,
    /// What must be seen then.
    pub sign: MachineSign,
    /// Whether systemd is its first process, with a journal and a message bus.
    pub boots: bool,
    /// Programs that have to be there.
    pub needs: &'static [&'static str],
    /// What its root is made of.
    pub ground: MachineGround,
    /// Whether it is only made where there is much time: others are much like it, or it takes long.
    pub only_in_full: bool,
    /// What mends it, where a deed of ours does.
    pub mend: Option<MachineMend>,
    /// What is stood in for, for people; nothing where all is real.
    pub stand_in: &'static str,
    /// Whether it is mended by a user who is no administrator, whom polkit is asked about.
    pub(crate) has_user: bool,
    /// Whether it has a clock of its own, which can be wrong and be set.
    pub(crate) has_clock: bool,
    pub(crate) size: &'static str,
    pub(crate) inodes: &'static str,
}

impl MachineRecipe {
    /// A machine that is broken by `breaks`, which a line of this kind, with this verdict and this in its
    /// values must name.
    pub(crate) const fn new(
        name: &'static str,
        (kind, verdict, names): (FindingKind, Verdict, &'static str),
        breaks: &'static str,
    ) -> Self {
        let sign = MachineSign { by: SeenBy::Report, kind: kind.word(), verdict: verdict.word(), names };
        Self::with_sign(name, sign, breaks)
    }

    /// A machine that is broken by `breaks`, in which a search of this category must find such a suspicious
    /// thing.
    pub(crate) const fn searched(
        name: &'static str,
        (category, thing, names): (SweepCategory, SweepThing, &'static str),
        breaks: &'static str,
    ) -> Self {
        let verdict = SweepStanding::Suspicious.word();
        let sign = MachineSign { by: SeenBy::Sweep(category), kind: thing.word(), verdict, names };
        Self::with_sign(name, sign, breaks)
    }

    const fn with_sign(name: &'static str, sign: MachineSign, breaks: &'static str) -> Self {
        Self {
            name,
            breaks,
            sign,
            boots: false,
            needs: &[],
            ground: MachineGround::Programs,
            only_in_full: false,
            mend: None,
            stand_in: "",
            has_user: false,
            has_clock: false,
            size: USUAL_SIZE,
            inodes: USUAL_INODES,
        }
    }

    /// With systemd.
    pub(crate) const fn booted(self) -> Self {
        Self { boots: true, ..self }
    }

    /// Only where these programs are.
    pub(crate) const fn needing(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    /// On a fresh system, with systemd.
    pub(crate) const fn on_fresh(self) -> Self {
        Self { ground: MachineGround::Fresh, boots: true, ..self }
    }

    /// Only where there is much time.
    pub(crate) const fn in_full(self) -> Self {
        Self { only_in_full: true, ..self }
    }

    /// A deed of ours mends it.
    pub(crate) const fn mended_by(self, mend: MachineMend) -> Self {
        Self { mend: Some(mend), ..self }
    }

    /// Something in it is not real.
    pub(crate) const fn standing_in(self, stand_in: &'static str) -> Self {
        Self { stand_in, ..self }
    }

    /// Mended by a user who is no administrator.
    pub(crate) const fn by_user(self) -> Self {
        Self { has_user: true, ..self }
    }

    /// With a clock of its own.
    pub(crate) const fn with_clock(self) -> Self {
        Self { has_clock: true, ..self }
    }

    /// With a small disk.
    pub(crate) const fn on_disk(self, size: &'static str, inodes: &'static str) -> Self {
        Self { size, inodes, ..self }
    }
}

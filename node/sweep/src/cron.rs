//! What cron starts: lines of crontabs, and scripts in its folders.

use beistand_inspect::cron_commands;
use beistand_session::{SweepCategory, SweepFinding, SweepReason, SweepStanding, SweepThing};
use beistand_tool::{ToolCall, ToolOutcome};

use crate::drafts::SweepDraft;
use crate::machine::{LinuxSweep, TextRead, not_seen};
use crate::run::{SweepProgress, SweepResult};

/// Lines of one crontab, and scripts of one folder.
const MAX_ENTRIES: usize = 128;

/// Where other users' crontabs are.
const SPOOL: &str = "/var/spool/cron";

const SCRIPTS: [&str; 4] = ["/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly"];

const HERE: SweepCategory = SweepCategory::Cron;

impl LinuxSweep {
    pub(crate) fn search_cron(
        &self,
        progress: &mut SweepProgress<'_>,
        found: &mut Vec<SweepFinding>,
    ) -> SweepResult {
        let mut drafts = Vec::new();
        let more = self.names("/etc/cron.d").into_iter().map(|name| format!("/etc/cron.d/{name}"));
        for path in ["/etc/crontab".to_owned()].into_iter().chain(more.take(MAX_ENTRIES)) {
            progress.look()?;
            match self.read(&path) {
                TextRead::There(text) => drafts.extend(self.crontab(&path, &text, 6)),
                TextRead::Forbidden => found.push(not_seen(HERE, &path, SweepReason::AdministratorsOnly)),
                TextRead::Absent => {}
            }
        }
        match progress.run_tool(&self.tools, &ToolCall::new("crontab", &["-l"]))? {
            ToolOutcome::Late => found.push(not_seen(HERE, "crontab", SweepReason::NotInTime)),
            outcome @ (ToolOutcome::Absent | ToolOutcome::Stopped | ToolOutcome::Done { .. }) => {
                drafts.extend(self.crontab("crontab", &outcome.text().unwrap_or_default(), 5));
            }
        }
        for folder in SCRIPTS {
            for name in self.names(folder).into_iter().filter(|name| name != ".placeholder").take(MAX_ENTRIES)
            {
                progress.look()?;
                drafts.push(self.cron_script(folder, &name));
            }
        }
        for folder in [SPOOL, "/var/spool/cron/crontabs"] {
            if self.is_closed(folder) {
                found.push(not_seen(HERE, folder, SweepReason::AdministratorsOnly));
            }
        }
        self.judge(drafts, progress, found)
    }

    fn crontab(&self, path: &str, text: &str, fields: usize) -> Vec<SweepDraft> {
        let of_command = |command: String| {
            let name = path.rsplit('/').next().unwrap_or_default();
            let kind = (HERE, SweepThing::CronLine, SweepReason::StartsByTime);
            self.starting(kind, name, path, &command)
        };
        cron_commands(text, fields).take(MAX_ENTRIES).map(of_command).collect()
    }

    fn cron_script(&self, folder: &str, name: &str) -> SweepDraft {
        let path = format!("{folder}/{name}");
        let plain = SweepFinding::new(HERE, SweepThing::CronScript, SweepStanding::Unknown);
        let finding = SweepFinding {
            name: name.to_owned(),
            path: path.clone(),
            reasons: vec![SweepReason::StartsByTime],
            ..plain
        };
        SweepDraft::new(finding, vec![path])
    }
}

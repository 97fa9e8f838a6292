//! `beistand-node share`: the user's side on a terminal.
//!
//! The user is asked on the controlling terminal and answers there. Standard input may take back, end and
//! talk, for scripts; it grants nothing.

use std::process::ExitCode;
use std::time::Instant;

use beistand_node::words::command_line::ArgumentFault;
use beistand_node::words::{Phrase, Words, args};
use beistand_node::{
    Config, ControllingTerminal, FeatureCommand, FeatureWidening, InviteText, MAX_ABOUT_CHARS, NoTerminal,
    NodeCommand, NodeEvent, Permission, ReplaceCause, RequestInfo, Role, SignalSender, json,
    out_of_resources, reach_phrase, start_host, start_host_for_return,
};
use clap::Args;

use crate::command::{HostLine, host_line};
use crate::lines::{self, LineOrigin, LineSource};
use crate::progress::StepNews;
use crate::questions::Questions;
use crate::report::{self, TerminalReport};
use crate::returns::{self, ShareOpening};
use crate::terminal::{self, TerminalSide};

/// Flags of `share`.
#[derive(Debug, Args)]
pub(crate) struct ShareArgs {
    #[arg(
        long,
        value_name = "terminal-value-seconds",
        value_parser = life_argument,
        help = "terminal-life-seconds"
    )]
    life_seconds: Option<u32>,
    #[arg(long, value_name = "terminal-value-text", value_parser = about_argument, help = "terminal-wrong")]
    about: Option<String>,
}

/// The longest life of an invite in seconds: an hour, as in the settings.
const MAX_LIFE_SECONDS: u32 = 3600;

fn life_argument(text: &str) -> Result<u32, ArgumentFault> {
    let seconds = text.parse().ok().filter(|seconds| (1..=MAX_LIFE_SECONDS).contains(seconds));
    seconds.ok_or(ArgumentFault(Phrase::new("terminal-life-range")))
}

fn about_argument(text: &str) -> Result<String, ArgumentFault> {
    let fits = text.chars().count() <= MAX_ABOUT_CHARS;
    let long = || ArgumentFault(Phrase::with("terminal-wrong-long", args![count = MAX_ABOUT_CHARS]));
    fits.then(|| text.to_owned()).ok_or_else(long)
}

/// Runs until the session is over.
pub(crate) fn run(args: &ShareArgs, mut config: Config, report: TerminalReport) -> ExitCode {
    if let Some(seconds) = args.life_seconds {
        config.invite_life = std::time::Duration::from_secs(u64::from(seconds));
    }
    config.about.clone_from(&args.about);
    let terminal = match ControllingTerminal::open() {
        Ok(terminal) => terminal,
        Err(NoTerminal::Absent) => return report.refuse(&Phrase::new("terminal-absent")),
        Err(NoTerminal::Background) => return report.refuse(&Phrase::new("terminal-in-background")),
    };
    let mut lines = match lines::of_terminal(&terminal) {
        Ok(lines) => lines,
        Err(error) => return report.refuse(&out_of_resources(&error)),
    };
    let mut side = ShareSide { terminal, questions: Questions::new(), report: report.clone() };
    terminal::block_on(&report, async {
        let node = match returns::ask_user(&config, &mut side.terminal, &mut lines, &report).await {
            ShareOpening::Invite => start_host(config),
            ShareOpening::Return(ticket) => start_host_for_return(config, ticket),
            ShareOpening::End => return ExitCode::SUCCESS,
        };
        terminal::run(node, lines, side, &report).await
    })
}

struct ShareSide {
    /// Where the user is asked, wherever standard output goes.
    terminal: ControllingTerminal,
    questions: Questions,
    report: TerminalReport,
}

impl ShareSide {
    fn ask_for_request(&mut self, request: &RequestInfo) {
        let answer = self.questions.ask_for_request(request.id, request.recognition.must_be_vouched_for());
        let question = request_text(request, answer, &self.report.words);
        self.print_question(&question);
    }

    /// Asks whether the technician may have one thing more. Until there is an answer they can't act, so they
    /// can't give it themselves.
    fn ask_for_grant(&mut self, permission: Permission) -> Result<Vec<NodeCommand>, Phrase> {
        let answer = self.questions.ask_for_grant(permission)?;
        let (line, values) =
            (json::confirm_line(permission, answer), args![permission = permission.word(), answer = answer]);
        let question = self.report.words.with("terminal-grant-question", values);
        self.print_question(&question);
        if self.report.json {
            report::print(&line);
        }
        Ok(vec![NodeCommand::GrantDialog { visible: true }])
    }

    /// The same for what a feature lets them do more.
    fn ask_for_more(
        &mut self,
        command: FeatureCommand,
        widening: FeatureWidening,
    ) -> Result<Vec<NodeCommand>, Phrase> {
        let FeatureWidening { verb, question } = widening;
        let Some(answer) = self.questions.ask_for_more(&command) else {
            return Ok(vec![NodeCommand::Feature(command)]);
        };
        let line = json::confirm_verb_line(verb, answer);
        let values = args![question = question, answer = answer];
        let question = self.report.words.with("terminal-more-question", values);
        self.print_question(&question);
        if self.report.json {
            report::print(&line);
        }
        Ok(vec![NodeCommand::GrantDialog { visible: true }])
    }

    fn print_question(&mut self, question: &str) {
        // Where the terminal is gone its end follows as a line.
        let _ = self.terminal.print(question);
        self.questions.printed(Instant::now());
    }
}

impl TerminalSide for ShareSide {
    fn note(&mut self, event: &NodeEvent) {
        match event {
            NodeEvent::Request(request) => self.ask_for_request(request),
            NodeEvent::Withdrawn { request } => {
                self.questions.withdraw(*request);
                let _ = self.terminal.print(&self.report.words.text("terminal-withdrawn"));
            }
            NodeEvent::Permissions { .. } => self.questions.begin_session(),
            NodeEvent::Ready { .. }
            | NodeEvent::Invite(_)
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Progress(_)
            | NodeEvent::Reach(_)
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::Feature(_)
            | NodeEvent::Notice(_)
            | NodeEvent::WayBack(_)
            | NodeEvent::Ended(_) => {}
        }
    }

    fn closing(&self, sender: SignalSender) -> NodeCommand {
        match sender {
            SignalSender::Person => NodeCommand::End,
            // A computer that restarts is no wish of the user's to have nobody back.
            SignalSender::System => NodeCommand::Finish,
        }
    }

    fn event_line(&self, event: &NodeEvent, words: &Words) -> String {
        if let (NodeEvent::Request(request), Some(answer)) = (event, self.questions.answer()) {
            json::request_line(request, answer, words)
        } else {
            json::event_line(event, words)
        }
    }

    fn on_line(&mut self, line: &str, origin: LineOrigin) -> Result<Vec<NodeCommand>, Phrase> {
        let line = host_line(line)?;
        if let (Some(verb), LineSource::Stdin) = (line.widens(), origin.source) {
            return Err(Phrase::with("terminal-only-there", args![verb = verb]));
        }
        match line {
            HostLine::Allow { answer, permissions, parts } => {
                self.questions.allow(&answer, permissions, parts, origin.at)
            }
            HostLine::Vouch { answer } => self.questions.vouch(&answer, origin.at),
            HostLine::More(command, widening) => self.ask_for_more(command, widening),
            HostLine::Deny { answer } => self.questions.deny(answer.as_deref()),
            HostLine::Grant(permission) => self.ask_for_grant(permission),
            // While the session is paused the technician can't type it.
            HostLine::Resume => Ok(vec![NodeCommand::Resume]),
            HostLine::Other(commands) => Ok(commands),
        }
    }

    fn step(&self, event: &NodeEvent) -> StepNews {
        match event {
            NodeEvent::Invite(_) | NodeEvent::Withdrawn { .. } => {
                StepNews::Step(Phrase::new("terminal-waits-for-helper"))
            }
            // From here on the user reads and types.
            NodeEvent::Request(_) | NodeEvent::Permissions { .. } | NodeEvent::Ended(_) => StepNews::Over,
            NodeEvent::Ready { .. }
            | NodeEvent::InviteReplaced(_)
            | NodeEvent::Progress(_)
            | NodeEvent::EmergencyKey { .. }
            | NodeEvent::Paused(_)
            | NodeEvent::Path(_)
            | NodeEvent::Reconnecting
            | NodeEvent::Feature(_)
            | NodeEvent::Notice(_)
            | NodeEvent::Reach(_)
            | NodeEvent::WayBack(_) => StepNews::Same,
        }
    }

    fn print(&self, event: &NodeEvent, report: &TerminalReport) {
        match event {
            NodeEvent::Invite(invite) => report.print(&invite_phrase(invite)),
            NodeEvent::InviteReplaced(cause) => {
                let (key, times) = match cause {
                    ReplaceCause::BrokenOff { times } => ("terminal-replaced-broken-off", *times),
                    ReplaceCause::AskedAgain { times } => ("terminal-replaced-asked-again", *times),
                };
                report.print(&Phrase::with(key, args![times = times]));
            }
            NodeEvent::Permissions { granted, revoked } => {
                terminal::print_permissions(*granted, *revoked, report);
            }
            NodeEvent::EmergencyKey { broken: None } => {
                report.print(&Phrase::new("terminal-emergency-key"));
            }
            NodeEvent::EmergencyKey { broken: Some(why) } => {
                report.print(&Phrase::with("terminal-no-emergency-key", args![why = why.clone()]));
            }
            NodeEvent::Paused(true) => report.print(&Phrase::new("terminal-you-paused")),
            NodeEvent::Paused(false) => report.print(&Phrase::new("terminal-you-resumed")),
            NodeEvent::Reconnecting => report.print(&Phrase::new("terminal-reconnecting")),
            NodeEvent::Feature(event) => {
                if let Some(phrase) = event.phrase(Role::Host) {
                    report.print(&phrase);
                }
            }
            NodeEvent::Notice(notice) => report.print(&notice.phrase()),
            NodeEvent::Reach(reach) => {
                if let Some(phrase) = reach_phrase(*reach, Role::Host) {
                    report.print(&phrase);
                }
            }
            // It is offered in a window alone.
            NodeEvent::WayBack(_) => {}
            // Its message is the program's last word.
            NodeEvent::Ended(_) => {}
            NodeEvent::Ready { .. } | NodeEvent::Path(_) => {}
            // Both are on the terminal already.
            NodeEvent::Request(_) | NodeEvent::Withdrawn { .. } => {}
            // The technician's side alone has these.
            NodeEvent::Progress(_) => {}
        }
    }
}

fn invite_phrase(invite: &InviteText) -> Phrase {
    let minutes = invite.expires_in.as_secs().div_ceil(60);
    Phrase::with(
        "terminal-invite",
        args![words = &invite.words, code = &invite.code, link = &invite.link, minutes = minutes],
    )
}

/// The question whether somebody may help.
fn request_text(request: &RequestInfo, answer: &str, words: &Words) -> String {
    let mut lines = vec![String::new(), words.with("terminal-asks", args![name = &request.name])];
    if let Some(warning) = &request.warning {
        lines.push(words.with("terminal-take-care", args![warning = warning.clone()]));
    }
    if let Some(known) = request.recognition.phrase() {
        lines.push(words.say(&known));
    }
    if !request.reason.is_empty() {
        lines.push(words.with("terminal-their-reason", args![reason = &request.reason]));
    }
    let wants = terminal::permissions(request.wants);
    lines.push(words.with("terminal-they-want", args![permissions = wants]));
    lines.push(words.text("terminal-compare"));
    lines.push(format!("\n    {}\n", terminal::pictures(&request.sas, words)));
    if request.recognition.must_be_vouched_for() {
        lines.push(words.with("terminal-vouch", args![answer = answer]));
    }
    lines.push(words.with("terminal-answer", args![answer = answer]));
    lines.push(words.text("terminal-help"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use beistand_node::words::Language;
    use beistand_node::{InviteSearch, look_for_invite};

    use super::*;

    #[test]
    fn all_that_is_printed_of_an_invite_can_be_pasted() {
        let invite = InviteText {
            words: "anmerken abfolge anliegen operator achse espresso".to_owned(),
            code: "20G3-0G2G-C1R8-QX".to_owned(),
            link: "beistand:aiaecaicamcakbqhbdveu3dd4kofecv66vihwezoyx4zkr3wv27l464siipou2iui3jcyaaaaaagwsosaaaqqbgaa\
                   abacbqpueiss2ps"
                .to_owned(),
            expires_at: SystemTime::UNIX_EPOCH,
            expires_in: Duration::from_secs(900),
        };
        for language in [Language::English, Language::German] {
            let printed = Words::of_node(language).say(&invite_phrase(&invite));
            assert!(printed.contains(&invite.code), "{printed}");
            assert_eq!(look_for_invite(&printed), InviteSearch::Found, "{printed}");
        }
    }
}

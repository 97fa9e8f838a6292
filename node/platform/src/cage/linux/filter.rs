//! The system calls that a decoder may make: memory, its socket, and its end. Any other kills it.

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::confine::ConfineFault;

/// Allowed whatever their arguments.
///
/// `write` and `gettid` are for a panic's last words, which go nowhere: standard error is `/dev/null`, the
/// memory may not be written to as a file, and the socket's other end trusts nothing.
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_write,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_clock_gettime,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    // What every thread begins with: those of the decoder may not have begun when the filter is there.
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
];

/// Installs the filter; from here on nothing can widen it.
pub(super) fn apply() -> Result<(), ConfineFault> {
    let program = program().map_err(|error| ConfineFault::Filter(error.to_string()))?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| ConfineFault::Filter(error.to_string()))
}

fn program() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: std::collections::BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    // Memory, but none that could be run, and of no file.
    rules.insert(
        libc::SYS_mmap,
        vec![SeccompRule::new(vec![without(2, libc::PROT_EXEC)?, with(3, libc::MAP_ANONYMOUS)?])?],
    );
    // A thread gives itself a name.
    rules.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![is(0, libc::PR_SET_NAME)?])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![without(2, libc::PROT_EXEC)?])?]);
    SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

fn is(argument: u8, value: libc::c_int) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value as u64)
}

fn with(argument: u8, bit: libc::c_int) -> Result<SeccompCondition, seccompiler::BackendError> {
    masked(argument, bit, bit)
}

fn without(argument: u8, bit: libc::c_int) -> Result<SeccompCondition, seccompiler::BackendError> {
    masked(argument, bit, 0)
}

fn masked(
    argument: u8,
    mask: libc::c_int,
    value: libc::c_int,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    let (mask, value) = (mask as u64, value as u64);
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), value)
}

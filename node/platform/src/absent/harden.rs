//! Keeping the process's memory to itself: nothing is done for it here yet.

/// Does nothing.
///
/// # Errors
/// Always, so that the log says it.
pub fn process() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

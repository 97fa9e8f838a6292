# Terminals on the user's computer, in a terminal of one's own.
terminal-opened = Terminal { $number } is open.
terminal-opened-by-helper = The helper has opened a terminal on this computer. “terminal screen” shows it, “terminal close” ends it.
terminal-screen = { $text }
terminal-exited = Terminal { $number }: the shell has ended.
terminal-closed-by-helper = Terminal { $number } was closed by the helper.
terminal-closed-by-user = Terminal { $number } was closed by the user.
terminal-revoked = Terminal { $number } was closed: it is no longer allowed.
terminal-typed = The helper typed in a terminal: { $text }
terminal-unrecorded = The helper typed more than is recorded. Lines that are missing: { $lines }.
terminal-recording = From now on it is recorded what the helper types in terminals.
terminal-not-recording = It is no longer recorded what the helper types in terminals.
terminal-leftover = “{ $program }” is still running in the helper's terminal. “terminal end@{ $number }” ends it, “terminal keep@{ $number }” lets it run on. Without an answer it is ended in { $seconds } seconds.

terminal-not-allowed = The user doesn't allow this in terminals at the moment.
terminal-behind = This was not typed: the program in the terminal doesn't keep up.
terminal-too-many = There are as many terminals as there may be. Close one first.
terminal-not-here = That computer can't open a terminal.
terminal-missing = There is no such terminal.
terminal-several = Several programs are still running. Say which one you mean, as in “terminal end@2”.
terminal-no-such-verb = “{ $text }” isn't something to do with a terminal. See “--help”.
terminal-size = “{ $text }” isn't a size for a terminal. An example: 80x24.

# What the bar on the screen calls it.
terminal-may-look = terminal
terminal-may-type = typing in a terminal
terminal-typing = Typing in a terminal

# Terminals on the user's computer.

gui-terminal-button = Terminal
gui-terminal-title = Terminal
gui-terminal-tab = No. { $number }
gui-terminal-open = Open a terminal
gui-terminal-close = Close
gui-terminal-screen = Screen of the terminal
gui-terminal-search = Search
gui-terminal-missed = Nothing further back fits.
gui-terminal-help = Click into it to type. The wheel looks back, Ctrl+Shift+C copies what is marked.
gui-terminal-none = No terminal is open. If the helper opens one, you see it here.
gui-terminal-empty = No terminal is open.
gui-terminal-opened = A terminal was opened.
gui-terminal-leftover = “{ $program }” is still running in the helper's terminal. Without an answer it is ended in half a minute.
gui-terminal-lost = A program is still running in a terminal.
gui-terminal-end = End it
gui-terminal-keep = Let it run on
gui-terminal-recording = What the helper types in terminals is recorded. Passwords never are.
gui-terminal-not-recording = What the helper types in terminals isn't recorded.
gui-terminal-record-on = Record it
gui-terminal-record-off = Don't record it

gui-terminal-look-title = See a terminal
gui-terminal-look-line = See what is printed in terminals that are open in Beistand.
gui-terminal-look-short = Terminal
gui-terminal-look-helper = see terminals
gui-terminal-type-title = Type in a terminal
gui-terminal-type-line = Run commands as you. You see all of it, and can end it at any time.
gui-terminal-type-short = Commands
gui-terminal-type-helper = run commands in a terminal

# The command line of beistand.

cli-about = Remote help between two people's computers: someone you trust sees your screen and helps you, once you have said yes
cli-after-help =
    Without a command the home window opens: get help, or give help.

    Exit codes: 0 ended as asked, 2 bad usage or input, 3 denied, 4 not found or unreachable, 5 lost, 1 anything else.
cli-view = Give help: open the viewer
cli-demo = Show both sides on this computer: get help in this window, give help in a second one
cli-demo-reason = A look at both sides
cli-invite-file = The file that holds the invite, or “-” for standard input. Without it, the window asks
cli-wants = What you ask for, joined with commas; normally all but a terminal and to come back. There are view, pointer, keyboard, clipboard-to-user, clipboard-from-user, files-to-user, files-from-user (files, each offer with their yes), annotate (drawing on their screen), voice (talking), diagnostics (a report), checkup (tests), sweep (searches), repair (repairs, each with their yes), adjust (settings, each with their yes), terminal, terminal-type and reconnect (to come back within 60 minutes)
cli-no-such-command = beistand has no command “{ $word }”; beistand --help lists its own. share, connect, doctor and more are commands of beistand-node. An invite does not belong on the command line.
cli-no-invite-here = An invite does not belong on the command line, where every program on this computer could read it. Paste it into the window, or put it into a file: beistand view --invite-file FILE (“-” reads standard input).
cli-no-window = No window can be opened. Start Beistand in a desktop session. On a computer without one, beistand-node does the same in a terminal.

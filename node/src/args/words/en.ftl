# The command line: headings and what stands for a value.
args-heading-usage = Usage
args-heading-commands = Commands
args-heading-options = Options
args-heading-network = Network
args-heading-machine = This computer
args-heading-general = General
args-value-options = OPTIONS
args-value-command = COMMAND
args-value-file = FILE
args-value-folder = FOLDER
args-value-name = NAME
args-value-address = ADDRESS
args-value-language = LANGUAGE

# What the flags do.
args-config = Read this configuration file instead of the default one
args-data-dir = Keep this installation's key and data in this folder
args-network = The network to use: “default” for the public and the local one, “public” or “lan” for only one of them, or the name of a private one. Computers find each other only if they use the same network
args-bootstrap = A peer through which to join the network, including its /p2p/ part. Can be given several times. In the public network it replaces the well-known peers
args-relay = A relay whose operator you trust, as an address with the relay's key as its /p2p/ part, or that part alone. Can be given several times. It is used before all others, which are strangers'
args-listen = Where to listen, such as /ip4/0.0.0.0/udp/4001/quic-v1. Can be given several times
args-no-mdns = Don't look for computers in the local network, and don't be found there
args-no-upnp = Don't ask the router to open a port
args-no-preset = Do without what an organisation has set up beside the program
args-decoder = Which library decodes pictures: auto, dav1d or rav1d. “auto” uses dav1d if this system has it
args-capture = How to capture the screen: auto, wayland, x11, scrap or fake. “auto” is the desktop that runs here; scrap can do with less of the X server
args-input = How mouse and keyboard are used: own or enigo. “enigo” is for comparison: it can lose characters that the keyboard layout lacks
args-language = The language of all texts: “en” or “de”. Normally that of the system
args-json = Print every event as a JSON object on a line of its own
args-quiet = Say nothing of what takes a while; errors are still printed
args-verbose = Log more to standard error; -vv logs a lot
args-help = Print this help; -h is a short one, --help names everything
args-version = Print the version
args-help-command = Print this help, or that of a command

# What is wrong with the arguments.
args-unknown = There is no argument { $argument }.
args-no-such-command = There is no command { $command }.
args-no-value = { $argument } needs a value.
args-wrong-value = “{ $value }” is not a value for { $argument }.
args-wrong-value-because = “{ $value }” is not a value for { $argument }: { $fault }
args-missing = An argument is missing: { $argument }.
args-conflict = { $argument } can't be used together with { $other }.
args-did-you-mean = Did you mean { $near }?
args-see-help = Try --help to see what there is.

# Man pages and completion.
args-manual-completion = Print the completion for a shell: bash, elvish, fish, powershell or zsh
args-manual-completion-after =
    For bash, write it to ~/.local/share/bash-completion/completions/ under the program's name;
    for zsh, to a folder of $fpath, with an underscore before the name;
    for fish, to ~/.config/fish/completions/, with .fish after it.
args-manual-manual = Write the man pages into a folder
args-manual-value-shell = SHELL
args-manual-no-shell = Use bash, elvish, fish, powershell or zsh.
args-manual-unwritten = The man pages could not be written to { $folder }: { $reason }
args-manual-name = NAME
args-manual-synopsis = SYNOPSIS
args-manual-description = DESCRIPTION
args-manual-commands = COMMANDS
args-manual-notes = NOTES
args-manual-version = VERSION

# beistand-node: its help.
terminal-about = Remote support between two people's computers, peer to peer, without a window
terminal-after-help =
    Exit codes: 0 ended as asked, 2 bad usage, input or key file, 3 denied, 4 not found or unreachable, 5 lost, 1 anything else.
    Never give an invite on the command line, where other users of this computer could read it.
terminal-share = Get help: print an invite, ask for your consent on this terminal, then show this screen
terminal-share-after =
    Examples:
      beistand-node share                      an invite for the next 15 minutes
      beistand-node share --life-seconds 3600  one for an hour
    Nobody sees anything until you say yes here. Type “end” to end the session at any time.
terminal-connect = Give help: read an invite, ask to see the other screen, then act by commands on standard input
terminal-connect-after =
    Examples:
      beistand-node connect                             asks for the words, the code or the link
      beistand-node connect --invite-file mail.txt      reads it from a file
      beistand-node connect --wants view,pointer        asks for no more than that
      beistand-node connect --back                      to the computer of an earlier session
    What you can type in a session is listed where a word is not known: try “help”.
terminal-serve = Be a public node: help others find each other, and relay for those who can't connect directly (encrypted data only). Runs until it is told to end. Others must be able to reach it, normally on UDP and TCP port 4001
terminal-serve-after =
    Example:
      beistand-node serve --listen /ip4/0.0.0.0/udp/4001/quic-v1 --listen /ip4/0.0.0.0/tcp/4001
    It prints the line with which others join by it. It sees no screen and no word of any session.
terminal-doctor = Check what works on this computer and what its network allows, and say what to do about the rest
terminal-doctor-after =
    Examples:
      beistand-node doctor
      beistand-node doctor --json --network lan
terminal-changes = List what was changed on this computer in sessions, or take one of it back. It needs no session
terminal-changes-after =
    Examples:
      beistand-node changes
      beistand-node changes undo 3
terminal-changes-undo = Take a change back
terminal-changes-number = The change's number in the list
terminal-contacts = List who is known on this computer since the four pictures were compared, or forget one of them. It needs no session
terminal-contacts-after =
    Whoever is known is named with the month since which they are. Somebody who comes with a known name and another
    key can be allowed nothing before you have said that it is them.
terminal-contacts-forget = Forget somebody
terminal-contacts-number = Their number in the list
terminal-history = List who was helped from this computer lately, or forget one or all of them. It needs no session
terminal-history-after =
    The last 20 are listed, the newest first. Nobody can be reached by it: for a session they must make an invite.
    “history = false” in the settings keeps no list.

    Examples:
      beistand-node history
      beistand-node history forget 3
      beistand-node history forget all
terminal-history-forget = Forget one of them, or all
terminal-history-number = Their number in the list, or “all”
terminal-value-number-or-all = NUMBER|all
terminal-preset = Say what an organisation has set up beside this program, or make, sign and check such a preset. It needs no session
terminal-preset-after =
    For an organisation:
      beistand-node preset new ~/preset     a text to fill in, and a new signing key
      beistand-node preset card             on a technician's computer: their lines of that text
      beistand-node preset sign ~/preset    makes beistand.preset, which goes beside the program
      beistand-node preset check FILE       what is in one, and by whom it is signed
    A preset can say which network to join, whose keys the technicians have, and how to reach them. It allows nobody anything.
terminal-preset-new = Begin a preset: a text to fill in, and a signing key. Keep a copy of the key in a safe place
terminal-preset-sign = Sign the text in the folder, and write beistand.preset beside it
terminal-preset-check = Say what is in a signed preset
terminal-preset-card = Print the lines by which a preset names the technician at this computer
terminal-preset-agree = Agree with the preset beside this program, which is from somebody else than the one before
terminal-preset-folder = The folder with the text and the key
terminal-preset-file = The preset
terminal-preset-none = There is no { $file } beside this program.
terminal-preset-begun =
    Fill in { $folder }/preset.toml, then run: beistand-node preset sign { $folder }
    Keep a copy of { $folder }/signing.key in a safe place. Whoever has it can sign in your name, and without it nobody can.
terminal-preset-whole =
    Organisation: { $organisation }
    File: { $path }
    Signed by: { $signer }
    Network: { $network }
    Telephone: { $phone }
    Text: { $text }
terminal-preset-card-line = Technician: { $name }
terminal-release = Check whether downloaded files are those that were released, by the signed list beside them. It needs no session
terminal-release-after =
    Example:
      beistand-node release check ~/Downloads --signer KEY
    The key of whoever releases it comes by another way than the files, such as from their page.
terminal-release-check = Check the files in a folder by its SHA256SUMS.signed
terminal-release-sign = Sign the SHA256SUMS in a folder, for whoever releases it
terminal-release-folder = The folder with the files and the list
terminal-release-signer = The key that must have signed the list, in hexadecimal digits
terminal-release-key = The file with the signing key; a new one is made where there is none
terminal-release-signed-by = Signed by: { $signer }
terminal-release-right = right: { $name }
terminal-release-missing = not here: { $name }
terminal-release-wrong = NOT THE RELEASED FILE: { $name }
terminal-release-other-signer = The list is signed by another key than you named. Don't use these files.
terminal-value-number = NUMBER
terminal-bench = Measure how fast this computer encodes and decodes pictures of usual screens, and say what that is enough for. It shows nothing of your screen and needs no network
terminal-value-seconds = SECONDS
terminal-value-text = TEXT
terminal-value-list = LIST
terminal-life-seconds = How long the invite is valid, in seconds (1 to 3600)
terminal-wrong = What is wrong, for your helper to read once you have let them in (at most 200 characters)
terminal-wrong-long = What is wrong has at most { $count } characters.
terminal-life-range = Use a number from 1 to 3600.
terminal-bench-seconds = How long to measure, in seconds (1 to 600); normally 15
terminal-bench-range = Use a number from 1 to 600.
terminal-invite-file = The file that holds the invite, or “-” for standard input, which is the default. Other text may stand around it
terminal-name = Your name, as the user will see it
terminal-reason = Why you want to help, as the user will see it
terminal-wants = What you ask for, joined with commas; normally all but a terminal and to come back. There are view, pointer, keyboard, clipboard-to-user, clipboard-from-user, files-to-user, files-from-user (files, each offer with their yes), annotate (drawing on their screen), voice (talking), diagnostics (a report), checkup (tests), sweep (searches), repair (repairs, each with their yes), adjust (settings, each with their yes), terminal, terminal-type and reconnect (to come back within 60 minutes)

# beistand-node share: the user's side.
terminal-invite =
    Tell these words to the person who is going to help you:

    {"    "}{ $words }

    or this code: { $code }
    or send this link:

    {"    "}{ $link }

    It is valid for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    } and for one helper. Nobody sees anything until you say yes here.
terminal-replaced-broken-off = Careful: somebody else may have your last invite. It was used { $times } times by someone who broke off each time. Nobody has seen anything. It was replaced. Give the new one only to the person who helps you.
terminal-replaced-asked-again = Careful: someone asked { $times } times with your last invite. If that was not the person who helps you, somebody else has it. It was replaced. Give the new one only to the person who helps you.
terminal-asks = { $name } wants to help you. (Nobody has verified this name: anyone can use it.)
terminal-take-care = Take care: { $warning }
terminal-their-reason = Their reason: { $reason }
terminal-they-want = They ask for: { $permissions }.
terminal-compare = Ask them to read these out. They must match:
terminal-answer = Type “allow { $answer }” to allow what they ask for, “allow { $answer } view” to let them only look, or “deny”.
terminal-vouch = Nothing can be allowed yet. Once you have asked them on the phone and it is them, type “vouch { $answer }”.
terminal-vouch-first = Nothing was allowed: they have the name of somebody you know, and another computer. Ask them on the phone, then type “vouch” and the number.
terminal-grant-question = Shall your helper be allowed “{ $permission }” as well? Type “allow { $answer }” or “deny”. Until then their mouse and keyboard have no effect.
terminal-more-question = { $question } Type “allow { $answer }” or “deny”. Until then their mouse and keyboard have no effect.
terminal-no-parts = Of “{ $permission }” no part can be allowed alone.
terminal-parts-of-request = Parts of a permission can be named when somebody asks for help. Nothing was changed.
terminal-withdrawn = The helper went away before you answered. Nothing was shown, and the invite is still valid.
terminal-still-allowed = No longer allowed: { $revoked }. Still allowed: { $permissions }.
terminal-you-paused = Paused: nothing is shown, and nothing can be done. Type “resume” to go on.
terminal-you-resumed = Going on.
terminal-nobody-asks = Nobody is asking for anything.
terminal-nobody-helps = Nobody is helping you at the moment.
terminal-allow-what = Say which question you answer: type “allow” and the number in the question.
terminal-other-question = “{ $answer }” is not the number in the question that is waiting. Nothing was changed. Please read the question again.
terminal-too-soon = That answer came before anybody could have read the question. Nothing was allowed. Please read it, then answer again.
terminal-only-there = “{ $verb }” only counts when you type it on the terminal. Nothing was changed.
terminal-absent = There is no terminal here on which you could be asked for your consent. Start “beistand-node share” in a terminal window, or with “ssh -t” from another computer. It takes no consent from a file or from another program.
terminal-in-background = “beistand-node share” was started in the background, where it can't ask for your consent. Start it without “&”.

# beistand-node connect: the helper's side.
terminal-helper = Helper
terminal-read-out = The user is being asked. Read these out to them:
terminal-user-paused = The user has paused the session.
terminal-user-resumed = The user has resumed the session.
terminal-invite-unreadable = The invite can't be read from { $file }: { $reason }.
terminal-invite-line = { $fault } Paste only the part with the six words, the code or the link.
terminal-invite-prompt = Paste the invite, or type its six words (English or German), and press Enter:
terminal-no-invite = There is no invite on standard input. Paste the words, the code or the link.
terminal-screenshot-name = screenshot FILE.png: the name of the file is missing.

# Both sides.
terminal-allowed = Allowed now: { $permissions }.
terminal-nothing = nothing
terminal-emergency-key = Ctrl+Alt+End ends the session at once, whatever is on the screen.
terminal-no-emergency-key = Ctrl+Alt+End does not work here: end with the bar that shows the session, or type “end”. { $why }
terminal-reconnecting = The connection was lost. Looking for another way.
terminal-unknown = “{ $word }” is not a command. Type help for all there are.
terminal-help = Type help for all that can be typed here.
terminal-commands = What can be typed here:{ $commands }
terminal-permission = { $what } ({ $name })
terminal-no-permission = There is no permission “{ $word }”. Choose from: { $known }.
terminal-line-too-long = The line is too long.
terminal-line-not-utf8 = The line is not UTF-8.
terminal-invite-in-arguments = Never give an invite on the command line, where other users of this computer can read it. Put it into a file and use --invite-file FILE, or give it on standard input. Ask for a new invite, because somebody may have seen this one.

# beistand-node serve.
terminal-node = This node is { $peer }.
terminal-node-private =
    It listens on

    {"    "}{ $addresses }

    but none of these addresses is public, so only its own network can use it as a relay. If a router forwards a port to it, name that address in the configuration:

    {"    "}{ $example }
terminal-node-public =
    Others can join through it with one of these lines in “bootstrap”:

    {"    "}{ $addresses }
terminal-figures = Figures: http://{ $address }/metrics

# beistand-node doctor. The two marks have the same length.
terminal-works = works
terminal-broken = FAILS
terminal-some-broken = { $broken } of { $all } don't work here. See above what to do about each.

# beistand-node bench.
terminal-bench-heading = { $scene } ({ $count ->
        [one] one picture
       *[other] { $count } pictures
    }):

# beistand-node changes.
terminal-changes-none = Nothing was changed on this computer in a session.
terminal-changes-line =
    { $number }: { $title } ({ $who }; { $state })
    { $more }
terminal-changes-before = {"    "}before: { $text }
terminal-changes-later = {"    "}after: { $text }
terminal-changes-undoable = {"    "}can be taken back
terminal-changes-how = Type “beistand-node changes undo NUMBER” to take one back.
terminal-contacts-none = Nobody is known on this computer yet. Type “matched” in a session once the four pictures were compared.
terminal-contacts-line = { $number } { $name }: known since { $since }, here at last in { $seen }
terminal-contacts-no-such = There is no such number in the list, so nobody was forgotten.
terminal-history-none = Nobody was helped from this computer yet.
terminal-history-off = No list is kept on this computer.
terminal-history-line = { $number } { $who }: { $when }, { $minutes ->
    [0] under a minute
    [one] 1 minute
   *[other] { $minutes } minutes
}
terminal-history-known = {"    "}known since { $since }
terminal-history-return = {"    "}you may still come back to them
terminal-history-no-such = There is no such number in the list, so nobody was forgotten.
terminal-history-not-written = The list could not be changed.

# Who may come back.
terminal-value-computer = COMPUTER
terminal-back = Come back to the computer of an earlier session, which its user allowed. Where there are several, by its name or number
terminal-return-question =
    { $name } may come back ({ $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    } left). They may then: { $permissions }. If “view” is among that, they see the whole screen.
    Type “allow { $answer }” to let them come back, “allow { $answer } view” to let them only look, “deny” so that they can't come back any more, or “new” for a new invite instead.
terminal-back-nobody = There is nobody to come back to: no user has allowed it within the last 60 minutes, or the computer has another name. A new invite is needed.
terminal-back-several = You can come back to several computers. Name one: --back COMPUTER
terminal-back-line = { $number } { $name } ({ $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} left): { $permissions }
terminal-waits-for-helper = Waiting for your helper. Leave this open.

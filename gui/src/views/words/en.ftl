# The pages, the toolbar and the session bar.

## Everywhere

page-busy = Working
page-unverified = not verified
page-paused = paused
page-running = running
page-reconnecting = reconnecting
page-elapsed-nothing = just started
page-elapsed-under = less than a minute
page-elapsed-minutes = { $minutes } min
page-elapsed-hours = { $hours } h
page-elapsed-both = { $hours } h { $minutes } min
page-path-lan = same network
page-path-lan-hint = Both computers are on the same network.
page-path-direct = direct
page-path-direct-hint = The two computers talk to each other directly over the internet.
page-path-relay = through a relay
page-path-relay-hint = A third computer passes the data along. It can't read any of it.

## Home

page-home-what = Get or give help with a computer, between people who know each other.
page-home-get = Get help
page-home-get-line = Someone you trust sees your screen and helps you.
page-home-give = Give help
page-home-give-line = Someone gave you six words or a link.
page-home-consent = Nobody sees your screen until you say yes, and you can stop at any time with one click.
page-home-encrypted = What you show goes only to the other computer, encrypted all the way.
page-home-never = It never runs in secret. Nobody gets in unless you have allowed it yourself.
page-home-changes = What was changed on this computer
page-home-known = People this computer knows
page-home-preset-agree = Use it from now on
page-home-theme-auto = Colours as on this computer
page-home-theme-light = Light
page-home-theme-dark = Dark
page-home-zoom = Size: { $percent } %
page-home-zoom-in = Make everything larger
page-home-zoom-out = Make everything smaller

## Get help: the invite

page-invite-title = Get help
page-invite-what = Call your helper and read out these words, or send them the link. Nobody can see anything until you say yes.
page-invite-making = Making your invite…
page-invite-moment = One moment…
page-invite-cancel = Cancel
page-invite-replaced-broken-off = Somebody else may have your last invite: it was used { $times } times by someone who broke off each time. Nobody has seen anything. These words are new. Give them only to the person helping you.
page-invite-replaced-asked-again = Someone asked { $times } times with your last invite. If that wasn't the person helping you, somebody else has it. These words are new. Give them only to the person helping you.
page-invite-withdrawn = The helper left before you answered. Nothing was shown, and your invite is still good.
page-invite-code = or as a code:
page-invite-about = What is wrong? (optional)
page-invite-about-hint = Your helper reads it once you have let them in.
page-invite-copy-link = Copy link
page-invite-copy-words = Copy words
page-invite-copied = ✔ Copied
page-invite-scan = Only if your helper sits beside you: the camera of their computer can read the link from this.
page-invite-valid = Valid for
page-invite-over = These words have expired. They still work until you make new ones.
page-invite-new = Make a new invite
page-invite-waiting = Waiting for your helper. Leave this open.
page-invite-found = This computer has a connection to the internet.
page-invite-void = These words will stop working, even if your helper already has them.
page-invite-keep = Keep these words
page-invite-replace = Make new words
page-invite-no-picture = The link is too long for a picture.
page-invite-qr = QR code of the link

## Get help: the question

page-consent-title = “{ $name }” wants to help you
page-consent-name = Anyone can type this name. Is it the voice you know on the phone?
page-consent-vouch = I asked on the phone: it really is them
page-consent-blocked = Nothing can be allowed yet: this is another computer than the one you know by that name.
page-consent-carded = from “{ $organisation }”
page-consent-renamed = Take care: you know this helper as “{ $name }”.
page-consent-theirs = In their own words. Nobody has checked them.
page-consent-reason = “{ $reason }”
page-consent-compare = Ask the helper to read these out. They must match.
page-consent-differ = If theirs are different, press No: someone is listening in.
page-consent-may = What may they do?
page-consent-time = Time left: { $clock }
page-consent-part = Scroll to see everything. Ticked so far: { $what }
page-consent-nothing = nothing
page-consent-change = You can take each of these back at any time, and end it with one click.
page-consent-change-large = You can take it back at any time, and end it with one click.
page-consent-tick = Choose at least one
page-consent-allow = Allow what is ticked
page-consent-no = No
page-consent-more = More choices…
page-consent-fewer = Fewer choices
page-consent-low = { $title }. They write: “{ $reason }”
page-large-help = Let them help
page-large-help-line = They see your screen and use your mouse and keyboard.
page-large-click = Let them look and click
page-large-click-line = They see your screen and use your mouse, but not your keyboard.
page-large-type = Let them look and type
page-large-type-line = They see your screen and use your keyboard, but not your mouse.
page-large-look = Let them look only
page-large-look-line = They see your screen and can't touch anything.
page-large-blind = Let them click and type
page-large-blind-click = Let them click
page-large-blind-type = Let them type
page-large-blind-line = They don't see your screen.
page-consent-injected = Please click with this computer's own mouse. Clicks made by programs don't count here.
page-consent-unclear = It isn't certain whose click that was. Wait a moment, then click once.
page-consent-unseen = Click into this window, and make it large enough to see all of it.
page-consent-untold = This computer can't tell your click from a program's.

## What a helper may do

page-choices-see = See and control
page-choices-exchange = Exchange
page-choices-look = Check this computer
page-choices-work = Work on this computer
page-choices-beyond = Beyond this session
page-choice-everything = They can do anything you can.
page-choice-needs = Only together with the one above.

## Get help: the session

page-session-title = You are being helped
page-session-paused = Paused
page-session-since = { $elapsed } · { $way }
page-session-end-now = End now
page-session-pause = Pause
page-session-resume = Go on
page-session-no-key = Ctrl+Alt+End does not work here: end with the bar that shows the session, or in this window. { $why }
page-session-may = They may
page-session-may-nothing = nothing at the moment
page-session-change = To change this, press “What they may do” in the small bar.
page-session-bar = The small bar at the top of your screen has the same buttons. It stays there for as long as this lasts.

## The session bar

page-share-keep = Hide
page-share-kept = hidden
page-share-give = A hidden one can be shown again by the arrow in the small bar.
page-bar-title = Beistand: you are being helped
page-bar-doing = Under way: { $what }
page-bar-doing-more = Under way: { $what } and { $count } more
page-bar-stop = Stop
page-bar-stop-of = Stop: { $what }
page-bar-key = Ctrl+Alt+End ends it at once
page-bar-no-key = Ctrl+Alt+End does not work here
page-bar-answer = Answer
page-bar-window = Window
page-bar-window-news = Window ({ $count })
page-bar-more = What they may do

## Give help: the invite

page-give-title = Give help
page-give-what = Type or paste the invite you were given: the six words, the code, or the link. Other text around it does no harm.
page-give-invite = Invite
page-give-invite-hint = six words, or beistand:…
page-give-too-long = That is too long, so it was not read. Paste only the part with the link or the six words.
page-give-word-wrong = “{ $word }” isn't one of our words. Did you mean:
page-give-word-unknown = “{ $word }” isn't one of our words. Ask the other person to spell it.
page-give-take = Click, or press Tab
page-give-whole = ✔ This invite is complete. Press Enter to connect.
page-give-name = Your name
page-give-name-hint = as they know you
page-give-reason = What is it about? (they will see this)
page-give-reason-hint = for example: the printer doesn't print
page-give-no-name = Write your name first: the other person sees it before they say yes.
page-give-no-wants = Choose first what you ask for, below.
page-give-connect = Connect
page-give-back = Back
page-give-wants = What you ask for: { $count } of { $all }
page-give-asked = They must agree first, and choose what you can do.

## Give help: on the way

page-connecting-title = Connecting
page-connecting-read = Read these four words to them on the phone, and wait until they say they match.
page-connecting-same = They should see the same four. If not, stop: someone is listening in.
page-connecting-cancel = Cancel
page-connecting-takes = { $time } · This takes up to 20 seconds.
page-connecting-asked = Waiting for { $time }. They have five minutes to answer.
page-connecting-waited = { $time }
page-step-reading-invite = Reading the invite
page-step-searching = Looking for the other computer
page-step-connecting = Connecting
page-step-securing = Checking that both sides have the same invite
page-step-waiting = Waiting for them to say yes
page-step-starting = Loading their screen

## Give help: the viewer

page-viewer-fit = Fit
page-viewer-fit-hint = Their whole screen, as large as the window allows
page-viewer-actual = 1:1
page-viewer-actual-hint = Every pixel at its real size
page-viewer-screen = Full screen
page-viewer-window = Window
page-viewer-end = End
page-viewer-picture = Their screen
page-viewer-nothing = No access
page-viewer-allowed = { $what }
page-viewer-allowed-more = { $what } and { $count } more
page-viewer-status = { $may } · { $way }
page-viewer-may = You may { $what }
page-viewer-may-nothing = You may do nothing at the moment
page-viewer-granted = Now allowed: { $what }
page-viewer-revoked = No longer allowed: { $what }
page-viewer-first = Getting the first picture…
page-viewer-behind = The picture is out of date. Getting a new one…
page-viewer-paused = Paused by the person you help
page-viewer-paused-line = Their screen is hidden from you, and nothing you do arrives, until they go on.
page-viewer-hidden = Their screen is hidden from you
page-viewer-hidden-line = They are not showing it at the moment. They can show it again at any time.
page-viewer-lost = The connection was lost. Reconnecting…
page-keyboard-there = Keyboard: there
page-keyboard-there-hint = What you type goes to the other computer. Your desktop keeps its own shortcuts. Press Ctrl + Alt and let go, or click here, to type here.
page-keyboard-here = Keyboard: here
page-keyboard-here-hint = What you type stays on this computer. Click here or into the picture to type there.
page-keyboard-hint = Your keyboard shortcuts go to the other computer. Press Ctrl + Alt and let go to get them back.

## The end

page-end-unseen = Nobody can see your screen now.
page-end-lasted = It took { $time }.
page-end-done = Done
page-end-new-invite = Make a new invite
page-end-other-invite = Use another invite
page-end-again = Try again
page-end-change-invite = Change the invite
page-end-home = Home
page-end-settings = Open System Settings
page-end-anyway = End anyway?
page-end-lost-by = { $what } Press again to end it all the same.
page-peer = { $name }
page-peer-unnamed = the other person
page-window-title = { $who } – Beistand
page-way-back-with = This was the session with { $who }.
page-way-back-user = Ended by mistake? Your helper may then do the same as before: { $what }
page-way-back-helper = Ended by mistake? You can go back if the other person agrees: their window has the same button.
page-way-back-go = Back to the session ({ $secs } s)

# What was changed on this computer.
page-changes-title = Changes on this computer
page-changes-what = What helpers changed with your yes. You can take it back here, without anybody.
page-changes-by = { $day }, { $who }: { $state }
page-changes-before = Before: { $before }
page-changes-after = Since then: { $after }
page-changes-undo = Take it back
page-changes-undo-of = Take it back: { $what }
page-changes-undoing = It is being taken back.

# Who was helped lately.
page-past-title = People you helped lately
page-past-what = Only on this computer. To help them again you need a new invite.
page-past-line = { $when }, { $lasted }
page-past-known = Known since { $since }
page-past-return = You may still come back to them, from the start page.
page-past-remove = Remove
page-past-remove-of = Remove { $who }, { $when }
page-past-forget = Forget all of them

# Who is known on this computer.
page-known-title = People this computer knows
page-known-what = With these you compared the four pictures. If somebody comes with one of these names and another computer, you are told before you can allow anything.
page-known-nobody = Nobody is known here yet.
page-known-line = Known since { $since }, here last in { $seen }.
page-known-forget = Forget
page-known-forget-of = Forget { $name }

## A helper comes back

page-return-user = { $name } may come back ({ $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} left)
page-return-may = They may then:
page-return-let = Let them come back
page-return-no = No
page-return-helper = Come back to { $name } ({ $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} left)
page-return-go = Come back
page-return-forget = Forget it
page-return-waiting = As soon as your helper is here, they can help you again. They have to go back in their window, too.
page-return-whole = They see the whole screen then, whatever you kept back before.

## Files or a folder are chosen

page-choose-files = Choose files or folders
page-choose-folder = Choose a folder
page-choose-up = Up
page-choose-home = Home
page-choose-hidden = Show hidden
page-choose-reading = The folder is being read.
page-choose-unreadable = This folder can't be read: { $reason }
page-choose-gone = it can no longer be reached
page-choose-empty = There is nothing here.
page-choose-more = There is more here than is shown; type the path instead.
page-choose-this = Choose this folder
page-choose-these = Choose { $count }
page-choose-one = Choose { $name }
page-choose-cancel = Cancel

page-tab-invite = { $number }: new invite
page-tab-connecting = { $number }: connecting
page-tab-session = Computer { $number }
page-tab-person = { $number }: { $who }
page-tab-ended = { $number }: ended
page-tab-news = • { $tab }
page-tab-close = Close this tab
page-tab-new = Help somebody else as well
page-close-question = { $count ->
        [one] You are helping somebody. End it?
       *[other] You are helping { $count } people. End all of it?
    }
page-close-stay = Keep helping
page-close-all = End all
## A link that was opened

page-link-waits = You opened an invite. It waits until you are finished here.
page-link-ready = You opened another invite.
page-link-use = Use it
page-link-drop = Leave it
## Give help: why nothing happens

page-hands-paused = Nothing arrives: they have paused.
page-hands-lost = Nothing arrives: the connection was lost.
page-hands-not-granted = Nothing arrives: you may not { $what } yet.
page-hands-question = Nothing arrives: a question is on their screen, and they are answering it.
page-hands-user = Nothing arrives: they are using their own mouse or keyboard. Yours works again 2 seconds after they stop.
page-hands-behind = What you did last did not arrive: the connection was interrupted or is too slow.
page-ask-button = Ask to { $what }
page-ask-what = They are asked whether you may { $what }.
page-ask-why = Reason (they will read this)
page-ask-send = Ask them
page-ask-cancel = Cancel
page-viewer-zoom = Zoom
page-viewer-percent = { $percent } %
page-viewer-not-allowed = They have not allowed this. You can ask for it: Ctrl + Alt, then Ctrl + Shift + P.

## Give help: commands, keys, notes

page-deed-larger = Picture larger
page-deed-smaller = Picture smaller
page-deed-keyboard-there = Type there
page-deed-keyboard-here = Type here
page-deed-save = Save picture of their screen
page-deed-save-as = Save picture as…
page-deed-copy = Copy picture of their screen
page-deed-commands = All commands
page-deed-shortcuts = Keyboard shortcuts
page-deed-pin = Keep toolbar in full screen
page-deed-unpin = Hide toolbar in full screen
page-deed-lower = Toolbar at the bottom
page-deed-upper = Toolbar at the top
page-deed-search = What would you like to do?
page-deed-none = No command matches.
page-key-way-out = Ctrl + Alt
page-key-f11 = F11
page-key-commands = Ctrl + Shift + P
page-key-wheel = Ctrl + wheel
page-key-drag = Middle button
page-keys-way-out = Press both and let go: what you type stays on this computer, until you click into the picture.
page-keys-screen = Full screen, and back
page-keys-here = While the keyboard is here (after Ctrl + Alt):
page-keys-toolbar = To the toolbar; then Tab, arrows and Enter
page-keys-zoom = Picture larger, smaller
page-keys-wheel = Picture larger, smaller
page-keys-drag = Drag to move a picture that is larger than the window. At its edge the pointer alone moves it.
page-keys-close = Close
page-notes = Notes
page-notes-what = Only for you. They are kept until the session ends.
page-notes-end = Copy or save them now: they are not kept.
page-notes-copy = Copy notes
page-notes-save = Save notes
page-notes-save-as = Save as…
page-shot-saved = Saved: { $file }
page-shot-copied = The picture of their screen was copied.
page-shot-nothing = There is no picture of their screen now.
page-shot-failed = Nothing could be saved in { $folder }. Is the disk full, or the folder read-only?
page-save-picture = Save the picture of their screen
page-save-notes = Save the notes
page-save-path = File
page-save-now = It is the picture as you see it when you press Save.
page-save-do = Save
page-save-choose = Choose…
page-save-cancel = Cancel
page-save-asking = Choose in the window that your desktop shows.
page-save-no-dialog = This desktop shows no window to choose in. Type the path here.
page-save-no-path = Type the whole path, such as /home/anna/notes.txt.
page-save-no-folder = There is no such folder.
page-save-exists = There is such a file already, and it was left as it is. Type another name, or choose it by “Choose…” to replace it.
## Read aloud by assistive programs
page-announce-asked = { $name } asks to help you. The question is in this window.
page-announce-paused = The help is paused. Nobody sees your screen.
page-announce-helped = { $name } is helping you now.

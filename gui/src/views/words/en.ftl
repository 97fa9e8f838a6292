# The pages, the toolbar and the session bar.

## Everywhere

page-busy = Working
page-unverified = not verified
page-paused = paused
page-running = running
page-reconnecting = reconnecting
page-elapsed-nothing = just started
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

page-home-what = Remote help between two people who know each other.
page-home-get = Get help
page-home-get-line = Someone you trust sees your screen and helps you.
page-home-give = Give help
page-home-give-line = Someone gave you an invite: six words, or a link.
page-home-consent = Nobody sees your screen until you say yes, and you can stop at any time with one click.
page-home-encrypted = What you show goes only to the other computer, encrypted all the way.
page-home-never = It never runs in secret, never starts on its own, and lets nobody in while you are away.
page-home-changes = What was changed on this computer
page-home-theme-auto = Colors as on this computer
page-home-theme-light = Light
page-home-theme-dark = Dark
page-home-zoom = Size: { $percent } %
page-home-zoom-in = Make everything larger
page-home-zoom-out = Make everything smaller

## Get help: the invite

page-invite-title = Get help
page-invite-what = Read these words to the person helping you over the phone, or send them the link. Nobody can see anything until you say yes.
page-invite-making = Making your invite…
page-invite-moment = One moment…
page-invite-cancel = Cancel
page-invite-replaced-broken-off = Somebody else may have your last invite: it was used { $times } times by someone who broke off each time. Nobody has seen anything. These words are new. Give them only to the person helping you.
page-invite-replaced-asked-again = Someone asked { $times } times with your last invite. If that wasn't the person helping you, somebody else has it. These words are new. Give them only to the person helping you.
page-invite-withdrawn = The helper left before you answered. Nothing was shown.
page-invite-code = or as a code:
page-invite-copy-link = Copy link
page-invite-copy-words = Copy words
page-invite-copied = ✔ Copied
page-invite-scan = Or let them scan this picture. It contains the link.
page-invite-valid = Valid for
page-invite-over = The time of these words is over. They still work until you make new ones.
page-invite-new = Make a new invite
page-invite-no-picture = The link is too long for a picture.
page-invite-qr = QR code of the link

## Get help: the question

page-consent-title = Someone wants to help you
page-consent-name = They chose this name themselves. Do you recognise the voice on the phone?
page-consent-theirs = In their own words. Nobody has checked them.
page-consent-reason = “{ $reason }”
page-consent-compare = Ask the helper to read these out. They must match.
page-consent-differ = If the helper sees different pictures, someone is listening in: say no.
page-consent-may = What may they do?
page-consent-time = Time left: { $clock }
page-consent-part = Scroll to see everything. Ticked so far: { $what }
page-consent-nothing = nothing
page-consent-change = You can take each of these back at any time, and end it with one click.
page-consent-tick = Tick what you allow
page-consent-allow = Allow what is ticked
page-consent-no = No
page-consent-injected = That click didn't come from this computer's mouse, so it doesn't count.
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
page-session-resume = Resume
page-session-no-key = Ctrl+Alt+End does not work here, and the helper cannot use your mouse and keyboard. { $why }
page-session-may = They may
page-session-may-nothing = nothing at the moment
page-session-change = To change this, use the arrow in the small bar.
page-session-bar = The small bar at the top of your screen has the same buttons. It stays there for as long as this lasts.

## The session bar

page-share-keep = Hide
page-share-kept = hidden
page-share-give = A hidden one can be shown again by the arrow in the small bar.
page-bar-title = Beistand: you are being helped
page-bar-who = Says they are “{ $name }”
page-bar-paused = Paused: sees nothing
page-bar-nothing = No access
page-bar-may = { $what }
page-bar-may-more = { $what } and { $count } more
page-bar-doing = Under way: { $what }
page-bar-doing-more = Under way: { $what } and { $count } more
page-bar-stop = Stop
page-bar-stop-of = Stop: { $what }
page-bar-way = { $time } · { $way }
page-bar-key = Ctrl+Alt+End ends it at once
page-bar-no-key = Ctrl+Alt+End does not work here
page-bar-window = Window
page-bar-window-news = Window ({ $count })
page-bar-end = End
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
page-give-name-hint = as the other person knows you
page-give-reason = Reason (they will read this)
page-give-reason-hint = the printer won't print
page-give-connect = Connect
page-give-back = Back
page-give-wants = What you ask for: { $count } of { $all }
page-give-asked = They are asked before you can see anything, and they decide what you may do.

## Give help: on the way

page-connecting-title = Connecting
page-connecting-read = Read these out over the phone. They must match.
page-connecting-same = The other person sees the same four pictures and is asked to say yes.
page-connecting-cancel = Cancel
page-step-reading-invite = Reading the invite
page-step-searching = Looking for the other computer
page-step-connecting = Connecting
page-step-securing = Checking that both sides have the same invite
page-step-waiting = Waiting for them to say yes
page-step-starting = Getting the first picture

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
page-viewer-paused = Paused by the user
page-viewer-hidden = They are not showing their screen at the moment
page-viewer-lost = The connection was lost. Reconnecting…
page-keyboard-there = Keyboard: there
page-keyboard-there-hint = What you type goes to the other computer. Your desktop keeps its own shortcuts. Press Ctrl + Alt and let go, or click here, to type here.
page-keyboard-here = Keyboard: here
page-keyboard-here-hint = What you type stays on this computer. Click here or into the picture to type there.
page-keyboard-hint = Your keyboard shortcuts go to the other computer. Press Ctrl + Alt and let go to get them back.

## The end

page-end-ended = The session has ended
page-end-denied = They said no
page-end-invite-wrong = That invite doesn't work
page-end-invite-expired = That invite has expired
page-end-invite-used = That invite has already been used
page-end-busy = They are already being helped
page-end-too-many-tries = Too many tries
page-end-not-found = The other computer wasn't found
page-end-lost = The connection was lost
page-end-failed = Something went wrong
page-end-by-helper = The helper ended it.
page-end-by-user = The other person ended it.
page-end-unseen = Nobody can see your screen now.
page-end-new-invite = Make a new invite
page-end-other-invite = Use another invite
page-end-again = Try again
page-end-change-invite = Change the invite
page-end-home = Home

# What was changed on this computer.
page-changes-title = Changes on this computer
page-changes-what = What helpers changed with your yes. You can take it back here, without anybody.
page-changes-by = { $day }, { $who }: { $state }
page-changes-before = Before: { $before }
page-changes-after = Since then: { $after }
page-changes-undo = Take it back
page-changes-undo-of = Take it back: { $what }
page-changes-undoing = It is being taken back.

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
page-return-waiting = As soon as your helper is here, they can help you again.
page-return-whole = They see the whole screen then, whatever you kept back before.

## Files or a folder are chosen

page-choose-files = Choose files or folders
page-choose-folder = Choose a folder
page-choose-up = Up
page-choose-home = Home
page-choose-hidden = Show hidden
page-choose-reading = The folder is being read.
page-choose-unreadable = This folder can't be read: { $reason }
page-choose-empty = There is nothing here.
page-choose-more = There is more here than is shown; type the path instead.
page-choose-this = Choose this folder
page-choose-these = Choose { $count }
page-choose-one = Choose { $name }
page-choose-cancel = Cancel

## Read aloud by assistive programs
page-announce-asked = { $name } asks to help you. The question is in this window.
page-announce-paused = The help is paused. Nobody sees your screen.
page-announce-helped = { $name } is helping you now.

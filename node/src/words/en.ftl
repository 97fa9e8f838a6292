# What both sides are shown while a session comes about and runs.
node-step-reading-invite = Reading the invite
node-step-searching = Looking for the other computer
node-step-connecting = Connecting
node-step-securing = Securing the connection
node-step-waiting = Waiting for the user to say yes
node-step-starting = Waiting for the first picture

# Warnings about a name that somebody gave.
node-name-company = This name contains a well-known company. Real companies never phone you to fix your computer.
node-name-system = This name looks like a message from your computer. It is only a name that somebody typed.
node-name-misleading = This name may be meant to mislead you.

# What a person should know that ends nothing.
node-wrong-tries = { $count ->
        [one] Someone tried a wrong invite.
       *[other] Someone tried { $count } times with a wrong invite.
    } They did not get in, and your invite is still good.
node-later = That is done once the user has allowed it.
node-put-off = There were too many tries in the last minute. { $secs ->
        [one] The next one starts by itself in a second.
       *[other] The next one starts by itself in { $secs } seconds.
    }
node-link-over = This link expired { $ago } by the clock of this computer. If that clock is wrong, it still works; otherwise ask the other person for a new one.
node-feature-failed = A part of Beistand does not work here. { $why }
node-paused-locked = The session begins paused, because this screen is locked or dark. Continue it when you are in front of it.
node-not-quiet = That did not count: on this desktop nobody can tell your press from the helper's. Press Pause first, or open the small bar by its arrow, wait a moment, and then do it again.
node-desktop-asks = Your desktop now asks as well: choose the screen to share there, and allow remote control if the helper is to use your mouse and keyboard.
node-paused-away = The session is paused, because your monitor shows something other than the shared screen. Continue it when you are back.
node-invite-overdue = These words have expired. They still work for a while, until you make new ones.
node-unanswered = You did not answer within five minutes, so the question went away. Nothing was shown, and your invite still works.
node-awaiting = Waiting for { $name } ({ $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} left).
node-absent = The other computer isn't there yet, or its user hasn't let you come back yet. It is looked for again ({ $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
} left).
node-other-key = Somebody else tried to come back in your helper's place and was refused.

node-reach-nobody-host = This computer isn't connected to any network, so nobody can find it. Connect it by cable or Wi-Fi. Your words stay the same.
node-reach-local-host = At the moment only someone in the same network can find this computer. If your helper is elsewhere, check your internet connection first.
node-reach-nobody-technician = This computer isn't connected to any network. Connect it by cable or Wi-Fi.
node-reach-local-technician = At the moment this computer finds only others in the same network. If their computer is elsewhere, check your internet connection.

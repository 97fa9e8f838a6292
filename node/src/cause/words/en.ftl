# Why a session is over: what happened, and what to do.
cause-stopped = Stopped.
cause-ended-by-us = You ended the session.
cause-ended-by-peer = The other side ended the session.
cause-denied-by-us = You said no. Nothing was shown.
cause-denied = The user said no. If that was a mistake, talk to them and ask for a new invite.
cause-unanswered-by-us = You did not answer in time, so nothing was shown.
cause-unanswered = The user did not answer in time. Ask them to look at their screen, and try again.
cause-invite-used = This invite has already been used, and each one works only once. Ask the user for a new one.
cause-invite-expired = This invite has expired. Ask the user for a new one.
cause-busy = Somebody else is already connected to that computer. Try again when they are done.
cause-lost = The connection was lost. The other computer may be offline or asleep, or Beistand was closed there. You need a new invite to go on.
cause-protocol = The other side sent something unexpected, so the session was closed. Check that both sides use the same version of Beistand.

# While the two computers were connecting.
cause-handshake-timed-out = The other computer stopped answering while connecting. Try again.
cause-handshake-local = This computer's source of random numbers does not work, so the session could not be secured. Restart the computer, and try again.
cause-handshake-refused = The other computer does not know this invite. It may have been replaced, or a word is wrong. Ask the user to read out the invite on their screen.
cause-put-off = There were too many tries in the last minute, so the other computer takes no more for now. Wait { $secs ->
        [one] a second
       *[other] { $secs } seconds
    }, and try again.
cause-not-found = The other computer was not found. Is Beistand open there, with this invite on its screen? If one of the computers has no internet, both must be in the same local network.
cause-unreachable = The other computer can't be reached ({ $detail }). Check that both computers are online, and try again.
cause-broken = This computer could not read the invite. Please try again.

# What is wrong with an invite.
cause-invite-empty = There is no invite here. Paste the link, or type the six words that the other person tells you.
cause-invite-too-long = This text is too long, so it was not read. Paste only the part with the link or the six words.
cause-invite-unlike = There is no invite in this text. An invite is six English or German words, a code of 14 characters, or a link that starts with “beistand:”.
cause-invite-word = Word { $position }, “{ $word }”, isn't one of our words. Did you mean: { $proposals }?
cause-invite-word-unknown = Word { $position }, “{ $word }”, isn't one of our words. Ask the other person to spell it.
cause-invite-word-count = An invite has six words, but there { $found ->
        [one] is only one
       *[other] are { $found }
    } here. Compare them with the other person.
cause-invite-code-character = Character { $position }, “{ $character }”, is never part of a code. Compare it with the other person.
cause-invite-link-character = Character { $position } of the link, “{ $character }”, is never part of a link, so the link was damaged on its way. Have it sent again, or use the six words instead.
cause-invite-code-length = A code has 14 characters, but there { $found ->
        [one] is only one
       *[other] are { $found }
    } here. Compare it with the other person.
cause-invite-letter = Part { $position } contains the letter “{ $character }”, but invites use Latin letters only. Switch your keyboard, and type it again.
cause-invite-look-alike = Part { $position } contains the letter “{ $character }”. It looks like “{ $latin }” but is a different letter, and invites use Latin letters only. Switch your keyboard, and type it again.
cause-invite-words-mixed = These six words don't belong together: one of them is probably wrong, or two are swapped. Compare them with the other person, one by one.
cause-invite-code-mixed = These characters don't belong together: one of them is probably wrong. Compare them with the other person, one by one.
cause-invite-link-damaged = The link was damaged on its way. Have it sent again, or use the six words instead.
cause-invite-link-cut = The end of the link is missing. Copy all of it, or use the six words instead.
cause-invite-link-wrong = This link can't be used, because the program that made it made a mistake. Use the six words instead.
cause-invite-several = There is more than one invite in this text. Paste only the newest one.
cause-invite-newer = This invite was made by a newer version of Beistand (link version { $version }). Update Beistand, then paste it again.
cause-ago-moments = less than a minute ago
cause-ago-minutes = { $count ->
        [one] one minute ago
       *[other] { $count } minutes ago
    }
cause-ago-hours = { $count ->
        [one] one hour ago
       *[other] { $count } hours ago
    }
cause-ago-days = { $count ->
        [one] one day ago
       *[other] { $count } days ago
    }
cause-return-over = This return was used or refused meanwhile, its time is over, or it was asked for too often. A new invite is needed.
cause-return-void = This return can't be used any more: { $reason }

# Why a session is over: what happened, and what to do.
cause-stopped = Stopped.
cause-ended-by-us = You ended the session.
cause-ended-by-helper = Your helper ended the session.
cause-ended-by-user = The person you help ended the session.
cause-denied-by-us = Nothing was shown. If that was a mistake, make a new invite.
cause-denied = If that was a mistake, talk to them and ask for a new invite.
cause-unanswered-by-us = Nothing was shown.
cause-unanswered = Ask them to look at their screen, and try again with the same invite.
cause-invite-used = Each invite works only once. Ask the person you help for a new one.
cause-invite-expired = Ask the person you help for a new one.
cause-busy = Somebody else is already helping on that computer. Try again when they are done.
cause-lost = Their computer may be offline or asleep, or Beistand was closed there. Ask them for a new invite to go on.
cause-lost-helper = Your helper's computer may be offline. To go on, make a new invite.
cause-protocol = The two programs don't understand each other. Update Beistand on both computers.

# While the two computers were connecting.
cause-handshake-timed-out = Their computer stopped answering while connecting. Try again.
cause-handshake-local = This computer's source of random numbers does not work, so the session could not be secured. Restart the computer, and try again.
cause-handshake-refused = Their computer doesn't know this invite. It may have been replaced, or a word is wrong. Ask them to read out the invite on their screen.
cause-put-off = Their computer takes no more tries for a moment. Wait { $secs ->
        [one] a second
       *[other] { $secs } seconds
    }, and try again.
cause-not-found = Is Beistand open there, with this invite on its screen? Without internet, both computers must be on the same local network.
cause-unreachable = There is no way to it now. Check that both computers are online, and try again. If they have closed Beistand, ask for a new invite.
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

# What happened, in a few words, above the rest.
cause-whole = { $title }. { $text }
cause-title-ended = The session has ended
cause-title-denied-by-us = You said no
cause-title-denied = They declined
cause-title-unanswered-by-us = You didn't answer
cause-title-unanswered = They didn't answer
cause-title-invite-wrong = That invite doesn't work
cause-title-invite-expired = This invite has expired
cause-title-invite-used = This invite has already been used
cause-title-return = This return is no longer possible
cause-title-busy = They are already being helped
cause-title-too-many-tries = Too many tries
cause-title-not-found = Their computer was not found
cause-title-unreachable = Their computer can't be reached
cause-title-lost = The connection was lost
cause-title-failed = Something went wrong

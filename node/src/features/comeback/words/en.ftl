# A return after the session, in a terminal.
comeback-may = come back
comeback-usage = This is typed without anything behind it: comeback
comeback-kept = If the connection ends, you can ask again within 60 minutes, without a new invite.
comeback-kept-here = If the connection ends, your helper may ask again within 60 minutes. You decide then whether they come back.
comeback-not-kept-here = A return was not prepared: this computer could not write it down.
comeback-not-kept-there = A return was not prepared: the other computer could not write it down.
comeback-taken-back = You can no longer come back without a new invite.
comeback-taken-back-here = Your helper can no longer come back without a new invite.
comeback-restarts = Your helper is about to restart your computer. Open Beistand again afterwards: it asks you whether they come back.
comeback-asks = Your helper is about to restart your computer and would like to come back within 60 minutes. If that is all right: “grant reconnect”.
comeback-told = The user knows that you are about to restart their computer. You can come back within 60 minutes, as soon as they have opened Beistand again.
comeback-asked = The user was told that you are about to restart their computer, and asked whether you may come back. So far you may not.
comeback-behind = Nothing was said: too many commands wait already.
comeback-not-allowed = Nothing was said: there is no session yet.

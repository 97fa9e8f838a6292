# A return after the session.

gui-comeback-button = Come back
gui-comeback-title = Come back within 60 minutes
gui-comeback-line = After a restart, without a new invite. You decide then whether they come back.
gui-comeback-short = Come back
gui-comeback-helper = come back within 60 minutes
gui-comeback-nothing = After a restart of this computer a helper needs a new invite, unless they may come back.
gui-comeback-announce = Announce a restart
gui-comeback-announced = Your computer is about to be restarted.
gui-comeback-allow = Let them come back afterwards

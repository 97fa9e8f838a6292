# Was zu sehen ist, wird gezeigt; gesagt wird dazu nichts.

# Wie die Leiste auf dem Bildschirm es nennt.
view-may = sehen

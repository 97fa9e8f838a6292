# Was kopiert und eingefügt wird, in einem Terminal.
clipboard-text-to-helper = Der Text, den Sie kopiert haben, wurde an den Helfer gesendet.
clipboard-picture-to-helper = Das Bild, das Sie kopiert haben, wurde an den Helfer gesendet.
clipboard-text-to-user = Der Text, den Sie kopiert haben, wurde an den anderen Computer gesendet.
clipboard-picture-to-user = Das Bild, das Sie kopiert haben, wurde an den anderen Computer gesendet.
clipboard-text-here = Sie können jetzt Text einfügen, den die andere Person kopiert hat.
clipboard-picture-here = Sie können jetzt ein Bild einfügen, das die andere Person kopiert hat.
clipboard-too-large = Was Sie kopiert haben, wurde nicht gesendet: Es ist zu groß.
clipboard-secret = Was Sie kopiert haben, wurde nicht gesendet: Es ist ein Passwort.
clipboard-no-answer = Was Sie kopiert haben, wurde nicht gesendet: Das Programm, aus dem Sie kopiert haben, reagiert nicht.
clipboard-damaged = Was kopiert wurde, ist beschädigt und kann nicht verwendet werden.
clipboard-not-here = Kopieren und Einfügen zwischen den beiden Computern funktioniert hier nicht. { $reason }
clipboard-not-allowed = Der Text wurde nicht gesendet: Das ist im Moment nicht erlaubt.
clipboard-behind = Der Text wurde nicht gesendet: Es wartet schon zu viel.

# Wie die Leiste auf dem Bildschirm es nennt.
clipboard-may-to-user = einfügen
clipboard-may-from-user = kopieren

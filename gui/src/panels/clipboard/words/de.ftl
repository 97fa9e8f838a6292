# Die Zwischenablage.

gui-clipboard-button = Zwischenablage
gui-clipboard-to-title = Ihnen Text und Bilder zum Einfügen geben
gui-clipboard-to-line = Text und Bilder, die dort kopiert werden, in Ihre Zwischenablage legen.
gui-clipboard-to-short = Einfügen
gui-clipboard-to-helper = Kopiertes in die andere Zwischenablage legen
gui-clipboard-from-title = Sehen, was Sie kopieren
gui-clipboard-from-line = Text und Bilder, ab jetzt. Nie das, was Sie vorher kopiert haben.
gui-clipboard-from-short = Kopieren
gui-clipboard-from-helper = einfügen, was dort kopiert wird

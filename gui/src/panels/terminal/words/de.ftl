# Terminals auf dem Computer des Benutzers.

gui-terminal-button = Terminal
gui-terminal-title = Terminal
gui-terminal-tab = Nr. { $number }
gui-terminal-open = Terminal öffnen
gui-terminal-close = Schließen
gui-terminal-screen = Bildschirm des Terminals
gui-terminal-search = Suchen
gui-terminal-missed = Weiter oben kommt das nicht vor.
gui-terminal-help = Klicken Sie hinein, um zu tippen. Das Rad blättert zurück, Strg+Umschalt+C kopiert Markiertes.
gui-terminal-none = Kein Terminal ist offen. Öffnet der Helfer eines, sehen Sie es hier.
gui-terminal-empty = Kein Terminal ist offen.
gui-terminal-opened = Ein Terminal wurde geöffnet.
gui-terminal-leftover = „{ $program }“ läuft noch im Terminal des Helfers. Ohne Antwort wird es in einer halben Minute beendet.
gui-terminal-lost = In einem Terminal läuft noch ein Programm.
gui-terminal-end = Beenden
gui-terminal-keep = Weiterlaufen lassen
gui-terminal-recording = Was der Helfer in Terminals tippt, wird festgehalten. Passwörter nie.
gui-terminal-not-recording = Was der Helfer in Terminals tippt, wird nicht festgehalten.
gui-terminal-record-on = Festhalten
gui-terminal-record-off = Nicht festhalten

gui-terminal-look-title = Ein Terminal sehen
gui-terminal-look-line = Sehen, was in Terminals steht, die in Beistand offen sind.
gui-terminal-look-short = Terminal
gui-terminal-look-helper = Terminals sehen
gui-terminal-type-title = In einem Terminal tippen
gui-terminal-type-line = Befehle als Sie ausführen. Sie sehen alles und können es jederzeit beenden.
gui-terminal-type-short = Befehle
gui-terminal-type-helper = Befehle in einem Terminal ausführen

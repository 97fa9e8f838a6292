# Terminals auf dem Computer des Benutzers, in einem eigenen Terminal.
terminal-opened = Terminal { $number } ist offen.
terminal-opened-by-helper = Der Helfer hat auf diesem Computer ein Terminal geöffnet. „terminal screen“ zeigt es, „terminal close“ beendet es.
terminal-screen = { $text }
terminal-exited = Terminal { $number }: Die Shell hat sich beendet.
terminal-closed-by-helper = Terminal { $number } wurde vom Helfer geschlossen.
terminal-closed-by-user = Terminal { $number } wurde vom Benutzer geschlossen.
terminal-revoked = Terminal { $number } wurde geschlossen: Es ist nicht mehr erlaubt.
terminal-typed = Der Helfer hat in einem Terminal getippt: { $text }
terminal-unrecorded = Der Helfer hat mehr getippt, als festgehalten wird. Fehlende Zeilen: { $lines }.
terminal-recording = Ab jetzt wird festgehalten, was der Helfer in Terminals tippt.
terminal-not-recording = Was der Helfer in Terminals tippt, wird nicht mehr festgehalten.
terminal-leftover = „{ $program }“ läuft noch im Terminal des Helfers. „terminal end@{ $number }“ beendet es, „terminal keep@{ $number }“ lässt es weiterlaufen. Ohne Antwort wird es in { $seconds } Sekunden beendet.

terminal-not-allowed = Das ist in Terminals im Moment nicht erlaubt.
terminal-behind = Das wurde nicht getippt: Das Programm im Terminal kommt nicht nach.
terminal-too-many = Mehr Terminals sind nicht möglich. Schließen Sie zuerst eines.
terminal-not-here = Auf diesem Computer lässt sich kein Terminal öffnen.
terminal-missing = Dieses Terminal gibt es nicht.
terminal-several = Es laufen noch mehrere Programme. Sagen Sie, welches Sie meinen, zum Beispiel mit „terminal end@2“.
terminal-no-such-verb = „{ $text }“ ist nichts, was ein Terminal kann. Siehe „--help“.
terminal-size = „{ $text }“ ist keine Größe für ein Terminal. Ein Beispiel: 80x24.

# Wie die Leiste auf dem Bildschirm es nennt.
terminal-may-look = Terminal
terminal-may-type = Tippen im Terminal
terminal-typing = Tippt in einem Terminal

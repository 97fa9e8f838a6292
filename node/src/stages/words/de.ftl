# Die Teile des Weges eines Bildes, und wie lange sie dauern.
stage-capture = Aufnehmen
stage-encode = Kodieren
stage-queue = Warten auf das Senden
stage-network = im Netz
stage-there = auf der Seite des Helfers
stage-before = bis zur Ankunft
stage-wait = Warten auf das Dekodieren
stage-decode = Dekodieren
stage-paint = Zeichnen
stage-whole = insgesamt
stage-time = { $half } / { $most } ms
stage-row = { $stage } { $time }
stage-summary = So lange haben die letzten { $count } Bilder gebraucht (die Hälfte / 95 von 100 höchstens): { $rows }.
stage-none = Es ist noch kein Bild zu sehen gewesen.

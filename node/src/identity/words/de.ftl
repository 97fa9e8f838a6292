# Was an der Datei falsch ist, die den Schlüssel dieser Installation enthält.
identity-open = Andere Personen an diesem Computer können die Schlüsseldatei { $path } lesen (Modus { $mode }), deshalb wurde sie nicht benutzt. Wenn Sie sicher sind, dass niemand sie kopiert hat, schützen Sie sie mit: chmod 600 '{ $path }'. Löschen Sie sie sonst, dann wird ein neuer Schlüssel erzeugt.
identity-of-others = Die Schlüsseldatei { $path } gehört jemand anderem, oder andere Personen an diesem Computer können sie austauschen; sie wurde deshalb nicht verwendet. Sie muss Ihnen gehören und in einem Ordner liegen, in den nur Sie schreiben dürfen: chmod 700.
identity-damaged = Die Schlüsseldatei { $path } ist beschädigt: { $found }. Legen Sie eine Kopie an ihre Stelle, oder löschen Sie sie, dann wird ein neuer Schlüssel erzeugt. Wer diesen Computer als Kontakt gespeichert hat, muss ihn danach neu vergleichen.
identity-too-short = Sie hat weniger als 32 Byte
identity-too-long = Sie hat mehr als 32 Byte
identity-only-zeros = Sie enthält nur Nullen
identity-no-file = { $path } ist keine Datei und kann deshalb den Schlüssel nicht enthalten. Verschieben Sie, was dort liegt.
identity-unusable = Die Schlüsseldatei { $path } ist nicht zu gebrauchen: { $reason }. Prüfen Sie die Zugriffsrechte des Ordners und ob der Datenträger voll ist.
identity-no-randomness = Dieser Computer liefert keine Zufallszahlen, deshalb lässt sich kein Schlüssel erzeugen. Starten Sie ihn neu und versuchen Sie es noch einmal.

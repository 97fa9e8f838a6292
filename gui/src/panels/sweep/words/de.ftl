# Suchen nach dem, was nicht auf einen Computer gehört.

gui-sweep-button = Suche
gui-sweep-title = Diesen Computer durchsuchen
gui-sweep-line = Nach Programmen, die nicht hierher gehören: was von selbst startet, Fernzugriff, Browsererweiterungen, fremde Programme, Viren. Ihr Helfer liest die Namen dessen, was gefunden wird.
gui-sweep-short = Suchen
gui-sweep-helper = den anderen Computer nach Programmen durchsuchen, die nicht dorthin gehören
gui-sweep-choose = Suche auswählen
gui-sweep-where = Wo nach Viren gesucht wird
gui-sweep-start = Suchen
gui-sweep-stop = Suche abbrechen
gui-sweep-none = Es läuft keine Suche
gui-sweep-begun = Eine Suche läuft: { $search }
gui-sweep-now = { $category } – angesehen: { $seen }
gui-sweep-counts = Verdächtig: { $suspicious }, unbekannt: { $unknown }, bekannt: { $known }
gui-sweep-without-known = Bekanntes weglassen
gui-sweep-more = Es sind mehr, als hier behalten werden: { $count }
gui-sweep-copy = Liste kopieren
gui-sweep-copy-one = Kopieren
gui-sweep-line-of = { $standing }: { $thing } { $name }

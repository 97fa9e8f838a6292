# Reparaturen am Computer des anderen, in einem Terminal und in einem Fenster.

repair-may = reparieren
repair-how = Tippen Sie eines von: end PID, autostart off|on desktop|service|cron WELCHES, service start|stop|enable|disable WELCHER, restart DIENST, quarantine DATEI, hosts, proxy, printer WELCHER, resume DRUCKER, free ARTEN, updates, restore DATEI, packages, unhold PAKET, system start|stop|enable|disable NAME, undo NUMMER, space, list, withdraw; auf der Seite des anderen yes NUMMER, no, stop, undo NUMMER, space, list.
repair-not-allowed = Reparaturen sind im Moment nicht erlaubt.
repair-behind = Es wartet schon zu viel.
repair-other-side = Das kann nur die andere Person.
repair-nothing = Eine solche Frage ist nicht offen, und es wird nichts gemacht.
repair-no-journal = Die Liste der Änderungen lässt sich nicht lesen oder schreiben, deshalb wird nichts geändert.

repair-yes-question = Soll gemacht werden, wonach Frage { $number } fragt, so wie es oben steht?
repair-question =
    { $question }
    Tippen Sie „repair yes { $number }“ und dann die Antwort, nach der Sie gefragt werden, oder „repair no { $number }“.
repair-asks =
    { $who } möchte Folgendes: { $what }.
    { $undo }
repair-asks-with =
    { $who } möchte Folgendes: { $what }.
    So ist es jetzt: { $before }.
    { $undo }
repair-asks-back =
    { $who } möchte Folgendes: { $what }.
    Vor dieser Änderung war es so: { $before }.
    { $undo }
repair-can-undo = Sie können es später aus der Liste der Änderungen rückgängig machen.
repair-back-to-before = Danach ist es wieder so wie vorher.
repair-no-undo = Das lässt sich nicht rückgängig machen.
repair-no-undo-end = Das lässt sich nicht rückgängig machen. Was dort nicht gespeichert ist, geht verloren.
repair-no-undo-restart = Es gibt nichts rückgängig zu machen: Er läuft jetzt und läuft danach wieder.
repair-no-undo-printer = Das lässt sich nicht rückgängig machen: Was auf den Drucker wartet, muss neu gedruckt werden.
repair-no-undo-free = Das lässt sich nicht rückgängig machen: Was gelöscht ist, ist weg, auch der Inhalt des Papierkorbs.
repair-no-undo-updates = Das lässt sich von hier nicht rückgängig machen. Schalten Sie den Computer währenddessen nicht aus.
repair-no-undo-packages = Das lässt sich nicht rückgängig machen: Was halb installiert ist, ist danach installiert, und was es braucht, wird vielleicht mit installiert oder aktualisiert. Kein Paket wird entfernt. Schalten Sie den Computer währenddessen nicht aus.

repair-proposed = Sie schlagen vor: { $what }.
repair-asked = Die andere Person wird gefragt: { $what }.
repair-begun = Begonnen: { $what }.
repair-ended = { $what }: { $how }
repair-ended-with =
    { $what }: { $how }
    Vorher: { $before }. Jetzt: { $after }. Änderung Nummer { $number }.
repair-space =
    So viel lässt sich frei machen:
    { $kinds }
repair-space-line = { $kind }: { $size } MB
repair-entries =
    Bisherige Änderungen:
    { $entries }
repair-no-entries = Bisher wurde nichts geändert.
repair-interrupted =
    Das wurde unterbrochen, als das Programm endete, und ist vielleicht nur zum Teil gemacht. Machen Sie es aus der Liste der Änderungen rückgängig, wo das geht, oder lassen Sie es, wenn alles in Ordnung ist:
    { $entries }
repair-entry = { $number }: { $what } ({ $state })
repair-entry-undoable = { $number }: { $what } ({ $state }, lässt sich rückgängig machen)
repair-state-under-way = im Gange
repair-state-done = gemacht
repair-state-failed = nicht gemacht
repair-state-undone = rückgängig gemacht
repair-state-interrupted = unterbrochen

repair-deed-end = das Programm mit der Prozessnummer { $pid } beenden
repair-deed-desktop-off = { $name } nicht mehr mit der Oberfläche starten
repair-deed-desktop-on = { $name } wieder mit der Oberfläche starten
repair-deed-cron-off = Zeile { $line } Ihres Zeitplans (crontab) abschalten
repair-deed-cron-on = Zeile { $line } Ihres Zeitplans (crontab) wieder einschalten
repair-deed-service-start = Ihren Dienst { $name } starten
repair-deed-service-stop = Ihren Dienst { $name } anhalten
repair-deed-service-enable = Ihren Dienst { $name } von selbst starten lassen
repair-deed-service-disable = Ihren Dienst { $name } nicht mehr von selbst starten lassen
repair-deed-restart = den Dienst { $name } des Systems neu starten
repair-deed-quarantine = die Datei { $path } in Quarantäne verschieben
repair-deed-hosts = fremde Einträge aus der Datei hosts nehmen
repair-deed-proxy = alle eingestellten Proxys abschalten
repair-deed-printer = alles löschen, was auf den Drucker { $name } wartet
repair-deed-free = endgültig löschen: { $kinds }
repair-deed-updates = alle Aktualisierungen einspielen, die warten
repair-deed-restore = die Datei { $path } des Systems wieder so machen, wie ihr Paket sie hat
repair-deed-packages = abgebrochene Installationen zu Ende bringen
repair-deed-unhold = das Paket { $name } nicht mehr von Aktualisierungen ausnehmen
repair-deed-resume = den Drucker { $name } wieder drucken lassen, und alles, was auf ihn wartet
repair-deed-system-start = den Dienst { $name } des Systems starten
repair-deed-system-stop = den Dienst { $name } des Systems anhalten
repair-deed-system-enable = den Dienst { $name } des Systems von selbst starten lassen
repair-deed-system-disable = den Dienst { $name } des Systems nicht mehr von selbst starten lassen
repair-take-back = Änderung { $number } rückgängig machen
repair-take-back-of = Änderung { $number } rückgängig machen ({ $what })

repair-space-trash = alles im Papierkorb
repair-space-thumbnails = Vorschauen von Bildern
repair-space-caches = was Programme aufgehoben und 30 Tage nicht benutzt haben
repair-space-dumps = Reste abgestürzter Programme
repair-space-packages = heruntergeladene Pakete
repair-space-journal = das Protokoll des Systems von vor mehr als 30 Tagen

repair-sight-running = { $name } läuft
repair-sight-ended = es ist beendet
repair-sight-on = es startet von selbst
repair-sight-on-with = das startet von selbst: { $text }
repair-sight-off = es startet nicht von selbst
repair-sight-off-with = das startet nicht von selbst: { $text }
repair-sight-state = das System sagt { $text }
repair-sight-file = die Datei ist { $path } und hat { $size } MB
repair-sight-away = sie ist in Quarantäne
repair-sight-no-entries = keiner ist eingestellt
repair-sight-entries = { $count ->
    [one] einer ist eingestellt: { $text }
   *[other] { $count } sind eingestellt: { $text }
}
repair-sight-entries-count = { $count ->
    [one] einer ist eingestellt
   *[other] { $count } sind eingestellt
}
repair-sight-jobs = { $count ->
    [0] nichts wartet
    [one] ein Auftrag wartet
   *[other] { $count } Aufträge warten
}
repair-sight-bytes = etwa { $size } MB lassen sich frei machen
repair-sight-freed = { $size } MB wurden frei
repair-sight-updates = { $count ->
    [0] keine Aktualisierung wartet
    [one] eine Aktualisierung wartet
   *[other] { $count } Aktualisierungen warten
}
repair-sight-updates-first = { $count ->
    [one] eine Aktualisierung wartet: { $first }
   *[other] { $count } Aktualisierungen warten, darunter { $first }
}
repair-sight-differs = die Datei ist nicht so, wie das Paket { $package } sie hat
repair-sight-packaged = die Datei ist so, wie ihr Paket sie hat
repair-sight-finished = alle Pakete sind richtig installiert
repair-sight-unfinished = { $count ->
    [0] eine Installation wurde abgebrochen
    [one] ein Paket ist nicht richtig installiert: { $first }
   *[other] { $count } Pakete sind nicht richtig installiert: { $first }
}
repair-sight-held = es ist ausgenommen
repair-sight-released = es ist nicht mehr ausgenommen
repair-sight-stopped = der Drucker ist angehalten: { $reason }
repair-sight-printing = der Drucker druckt

repair-end-done = gemacht.
repair-end-undone = rückgängig gemacht.
repair-end-denied = die Antwort war nein.
repair-end-withdrawn = der Vorschlag wurde zurückgenommen.
repair-end-busy = es wartet schon zu viel, oder eine andere Änderung ist im Gange.
repair-end-unheard = es hatte begonnen; wie es ausging, steht auf dem anderen Computer in der Liste der Änderungen.
repair-end-unwritten = es wurde gemacht oder versucht, aber die Liste der Änderungen ließ sich nicht schreiben: dort heißt es unterbrochen.
repair-end-taken-back = es wartet nicht mehr, weil Reparaturen nicht mehr erlaubt sind.

repair-kind-end = Ein Programm beenden
repair-kind-autostart = Umschalten, was von selbst startet
repair-kind-service = Ein Dienst des Benutzers
repair-kind-restart = Einen Dienst des Systems neu starten
repair-kind-quarantine = Eine Datei in Quarantäne verschieben
repair-kind-hosts = Die Datei hosts in Ordnung bringen
repair-kind-proxy = Proxys abschalten
repair-kind-printer = Die Aufträge eines Druckers löschen
repair-kind-free = Platz auf dem Datenträger schaffen
repair-kind-updates = Aktualisierungen einspielen
repair-kind-restore = Eine Datei des Systems wiederherstellen
repair-kind-packages = Installationen zu Ende bringen
repair-kind-unhold = Ein Paket wieder aktualisieren lassen
repair-kind-resume = Einen Drucker wieder drucken lassen
repair-kind-system = Ein Dienst des Systems

# Die Leiste auf dem Bildschirm.
repair-mending = Repariert diesen Computer

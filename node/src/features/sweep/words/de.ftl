# Suchen nach dem, was nicht auf den Computer des Benutzers gehört, in einem Terminal.
sweep-may = suchen
sweep-usage = Diese Suche wird so eingegeben: sweep { $usage }
sweep-names = Diese Suche gibt es nicht. Es gibt: { $names }. „sweep stop“ bricht ab.
sweep-not-allowed = Es wird nicht gesucht: Das ist im Moment nicht erlaubt.
sweep-behind = Es wird nichts weiter gesucht: Es warten schon zu viele Suchen.
sweep-helpers-only = Nur Ihr Helfer kann eine Suche starten.
sweep-nothing = Es läuft keine Suche.
sweep-title-of = { $search } ({ $subject })
sweep-waiting = Angefordert: { $search }
sweep-begun = Suche läuft: { $search }
sweep-begun-here = Ihr Helfer durchsucht diesen Computer: { $search }. „sweep stop“ bricht ab.
sweep-ended = { $search }: { $how }. Angesehen: { $seen }. Nicht gezeigt: { $more }

# Die Suchen.
sweep-everything = Alles außer Viren
sweep-category-autostart = Was von selbst startet
sweep-category-cron = Was zu bestimmten Zeiten startet
sweep-category-remote = Programme für Fernzugriff
sweep-category-listening = Programme, die auf Verbindungen warten
sweep-category-extensions = Browsererweiterungen
sweep-category-policies = Browserrichtlinien
sweep-category-hosts = Umgeleitete Namen
sweep-category-proxy = Proxys
sweep-category-programs = Programme von außerhalb des Systems
sweep-category-packages = Veränderte Systemdateien
sweep-category-virus = Viren

# Wie sie enden.
sweep-end-done = fertig
sweep-end-stopped = vom Helfer abgebrochen
sweep-end-stopped-by-user = vom Benutzer abgebrochen
sweep-end-busy = nicht ausgeführt, weil zu viele Suchen warten
sweep-end-invalid = nicht ausgeführt, weil die Angaben keinen Sinn ergeben
sweep-end-no-scanner = nicht ausgeführt, weil hier kein Virenscanner ist. Installieren Sie ClamAV (das Paket „clamav“) und versuchen Sie es noch einmal
sweep-end-no-signatures = der Virenscanner hat nichts gesagt und kennt wohl noch keine Viren. Laden Sie seine Signaturen mit „freshclam“ und versuchen Sie es noch einmal
sweep-end-timed-out = es hat zu lange gedauert
sweep-end-disk-full = der Datenträger ist voll
sweep-end-not-permitted = dieses Benutzerkonto darf dort nicht nachsehen
sweep-end-gone = nicht oder nicht mehr vorhanden
sweep-end-broken = etwas ist schiefgegangen
sweep-end-taken-back = abgebrochen, weil es nicht mehr erlaubt ist
sweep-end-path-lost = abgebrochen, weil die Verbindung verloren ging

# Was sie finden.
sweep-found = { $standing }: { $thing } { $name } ({ $place })
sweep-found-why = { $standing }: { $thing } { $name } ({ $place }) – { $why }
sweep-standing-known = Bekannt
sweep-standing-unknown = Unbekannt
sweep-standing-suspicious = Verdächtig
sweep-thing-autostart-entry = Autostart-Eintrag
sweep-thing-user-unit = Dienst des Benutzers
sweep-thing-system-unit = hinzugefügter Systemdienst
sweep-thing-shell-line = Zeile in einem Shell-Profil
sweep-thing-preloaded-library = Bibliothek, die in jedes Programm geladen wird,
sweep-thing-cron-line = zeitgesteuerter Befehl in
sweep-thing-cron-script = zeitgesteuertes Skript
sweep-thing-remote-running = Fernzugriff läuft:
sweep-thing-remote-starting = Fernzugriff startet von selbst:
sweep-thing-listening-port = wartet auf Verbindungen:
sweep-thing-browser-extension = Browsererweiterung
sweep-thing-browser-policy = Browserrichtlinie
sweep-thing-hosts-entry = umgeleiteter Name
sweep-thing-proxy-setting = Proxy in
sweep-thing-stray-program = Programm
sweep-thing-changed-file = veränderte Systemdatei
sweep-thing-missing-file = fehlende Systemdatei
sweep-thing-infected = infizierte Datei
sweep-thing-not-seen = nicht angesehen:

# Warum.
sweep-reason-of-package = Es gehört zu einem Paket und ist unverändert.
sweep-reason-changed-from-package = Es weicht von dem Paket ab, zu dem es gehört.
sweep-reason-no-package = Es gehört zu keinem Paket.
sweep-reason-recent = Es wurde in den letzten 30 Tagen verändert.
sweep-reason-anybodys-place = Es läuft von einem Ort, an den jeder ein Programm legen kann.
sweep-reason-fetches-and-runs = Es holt etwas aus dem Internet und führt es aus.
sweep-reason-remote-tool = Damit kann jemand anderes diesen Computer benutzen.
sweep-reason-own-program = Das ist Beistand, das Sie gerade benutzen.
sweep-reason-starts-with-computer = Es startet mit dem Computer.
sweep-reason-starts-at-login = Es startet bei der Anmeldung.
sweep-reason-starts-by-time = Es startet zu bestimmten Zeiten.
sweep-reason-runs-now = Es läuft gerade.
sweep-reason-reachable = Andere Computer können es erreichen.
sweep-reason-program-deleted = Seine Datei wurde gelöscht, während es läuft.
sweep-reason-not-from-shop = Es stammt nicht aus dem Store des Browsers oder ist nicht signiert.
sweep-reason-all-pages = Es kann alle Webseiten lesen und verändern.
sweep-reason-by-policy = Eine Richtlinie verändert den Browser.
sweep-reason-switched-off = Es ist ausgeschaltet.
sweep-reason-protected-name = Es leitet einen Namen um, der den Computer schützt oder aktualisiert.
sweep-reason-leads-elsewhere = Es gibt einem Namen eine andere Adresse.
sweep-reason-redirects = Es leitet den Verkehr über ein anderes Programm oder einen anderen Computer.
sweep-reason-hidden-name = Es ist versteckt.
sweep-reason-settings-file = Es ist eine Einstellungsdatei, die man selbst ändert.
sweep-reason-signature-matched = Der Virenscanner kennt es.
sweep-reason-administrators-only = Nur ein Administrator kann das alles sehen.
sweep-reason-not-in-time = Es war zu viel.
sweep-reason-unreadable = Es ist nicht lesbar.

# Einzelheiten.
sweep-detail-path = Wo: { $value }
sweep-detail-line = Was: { $value }
sweep-detail-package = Paket: { $value }
sweep-detail-pid = Prozess: { $value }
sweep-detail-age = Tage seit der letzten Änderung: { $value }
sweep-detail-size = Größe: { $value } KB

# Die Leiste auf dem Bildschirm.
sweep-searching = Durchsucht diesen Computer

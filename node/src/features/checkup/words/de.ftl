# Tests auf Abruf, in einem Terminal.
checkup-may = testen
checkup-usage = Dieser Test wird so eingegeben: test { $usage }
checkup-unknown = Diesen Test gibt es nicht. Es gibt: { $names }. „test stop“ bricht ab.
checkup-not-allowed = Es läuft kein Test: Das ist im Moment nicht erlaubt.
checkup-behind = Es läuft kein weiterer Test: Es warten schon zu viele.
checkup-helpers-only = Nur Ihr Helfer kann einen Test starten.
checkup-nothing = Es läuft kein Test.
checkup-title-of = { $test } ({ $subject })
checkup-waiting = Angefordert: { $test }
checkup-begun = Läuft: { $test }
checkup-begun-here = Ihr Helfer führt einen Test aus: { $test }. „test stop“ bricht ihn ab.
checkup-ended = { $test }: { $how }

# Die Tests.
checkup-test-ping = Antwortzeit eines Computers
checkup-test-trace = Weg zu einem Computer
checkup-test-dns = Auflösung eines Namens
checkup-test-http = Antwort eines Webservers
checkup-test-ports = Offene Ports eines Computers
checkup-test-throughput = Geschwindigkeit zwischen beiden Computern
checkup-test-disk = Geschwindigkeit des Datenträgers
checkup-test-scan = Lesen aller Dateien in einem Ordner
checkup-test-memory = Freier Arbeitsspeicher
checkup-test-cpu = Prozessor unter Last
checkup-test-printer = Testseite
checkup-test-microphone = Mikrofon
checkup-test-speaker = Lautsprecher

# Wie sie enden.
checkup-end-done = fertig
checkup-end-stopped = vom Helfer abgebrochen
checkup-end-stopped-by-user = vom Benutzer abgebrochen
checkup-end-busy = nicht ausgeführt, weil zu viele Tests warten
checkup-end-invalid = nicht ausgeführt, weil die Angaben keinen Sinn ergeben
checkup-end-not-here = dem Computer fehlt, was der Test braucht
checkup-end-unreachable = der andere Computer ist nicht erreichbar
checkup-end-unknown-name = der Name ist nicht bekannt
checkup-end-timed-out = es hat zu lange gedauert
checkup-end-disk-full = der Datenträger ist voll
checkup-end-not-permitted = dieses Benutzerkonto darf das nicht
checkup-end-gone = nicht vorhanden
checkup-end-broken = etwas ist schiefgegangen
checkup-end-taken-back = abgebrochen, weil es nicht mehr erlaubt ist
checkup-end-path-lost = abgebrochen, weil die Verbindung verloren ging

# Was sie finden.
checkup-found-address = { $name } ist { $address }
checkup-found-ping-way = Gefragt über { $way }
checkup-found-ping-reply = Antwort { $number }: { $time } ms
checkup-found-ping-lost = Antwort { $number }: verloren
checkup-found-ping-summary = { $received } von { $sent } Antworten; kürzeste { $least } ms, im Mittel { $mean } ms, längste { $most } ms
checkup-found-trace-hop = { $number }: { $address }, { $time } ms
checkup-found-trace-silent = { $number }: keine Antwort
checkup-found-dns-answer = { $server } sagt { $addresses } ({ $time } ms)
checkup-found-dns-none = { $server } weiß keine Antwort: { $code } ({ $time } ms)
checkup-found-dns-silent = { $server } antwortet nicht
checkup-found-http-times = Name { $name } ms, Verbindung { $connect } ms, Verschlüsselung { $tls } ms, erstes Byte { $first } ms
checkup-found-http-status = Status { $status } ({ $protocol })
checkup-found-certificate = Zertifikat { $number }: { $subject }, ausgestellt von { $issuer }, gültig bis { $until }
checkup-found-certificate-trusted = Dem Zertifikat wird vertraut.
checkup-found-certificate-expired = Das Zertifikat ist abgelaufen oder noch nicht gültig, oder die Uhr geht falsch.
checkup-found-certificate-unknown = Dem Aussteller des Zertifikats wird auf diesem Computer nicht vertraut.
checkup-found-certificate-other = Das Zertifikat gehört zu einem anderen Server.
checkup-found-certificate-bad = Das Zertifikat ist nicht verwendbar.
checkup-found-port-open = Port { $port } ist offen ({ $time } ms)
checkup-found-port-closed = Port { $port } ist geschlossen
checkup-found-port-silent = Port { $port } antwortet nicht
checkup-found-from-user = Zum Helfer: { $rate } MB/s ({ $size } MB)
checkup-found-to-user = Vom Helfer: { $rate } MB/s ({ $size } MB)
checkup-found-disk-write = Schreiben: { $rate } MB/s ({ $size } MB)
checkup-found-disk-read = Lesen: { $rate } MB/s ({ $size } MB)
checkup-found-disk-wrong = Der Datenträger hat falsche Daten geliefert, { $blocks }-mal.
checkup-found-scan-total = { $files } Dateien mit { $size } MB wurden gelesen; nicht lesbar: { $unreadable }
checkup-found-scan-denied = Nicht erlaubt: { $file }
checkup-found-scan-broken = Nicht lesbar: { $file }
checkup-found-scan-cut = In diesem Ordner ist mehr, als gelesen wird.
checkup-found-memory = { $size } MB wurden geprüft; Fehler: { $wrong }
checkup-found-cpu = { $cores } Kerne haben { $rounds } Runden gerechnet; Fehler: { $wrong }
checkup-found-printer = Drucker: { $printer }
checkup-found-printer-job = Die Testseite ist als { $job } beim Drucker. Wird sie gedruckt?
checkup-found-microphone = Pegel des Mikrofons: höchstens { $peak }, im Mittel { $mean } (von 1000)
checkup-found-microphone-silent = Das Mikrofon hört überhaupt nichts.
checkup-found-speaker = { $program } hat einen Ton gespielt. War er zu hören?
checkup-found-more = Es gibt mehr, was nicht gezeigt wird.

# Die Leiste auf dem Bildschirm.
checkup-testing = Testet diesen Computer

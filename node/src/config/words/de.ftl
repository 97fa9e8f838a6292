# Was an der Konfiguration falsch ist. Ein Fehler ist ein eigener Satz.
config-missing = Es gibt keine Konfigurationsdatei { $path }. Prüfen Sie den Namen, oder lassen Sie ihn weg, um die übliche Datei zu benutzen.
config-unreadable = Die Konfigurationsdatei { $path } kann nicht gelesen werden: { $reason }.
config-too-large = Die Konfigurationsdatei { $path } ist größer als 64 KiB, wahrscheinlich ist es also eine andere Datei.
config-line = { $path }, Zeile { $line }: { $fault } Berichtigen Sie die Datei, oder verschieben Sie sie, damit die üblichen Einstellungen gelten.
config-file = { $path }: { $fault } Berichtigen Sie die Datei, oder verschieben Sie sie, damit die üblichen Einstellungen gelten.
config-not-utf8 = Das ist kein Text in UTF-8.
config-unknown = Es gibt keine Einstellung „{ $name }“.
config-setting = „{ $name }“: { $fault }
config-twice = Diese Einstellung steht zweimal in der Datei.
config-kind = Diese Einstellung braucht einen Wert anderer Art.
config-kind-text = Hier muss Text in Anführungszeichen stehen.
config-kind-number = Hier muss eine ganze Zahl stehen.
config-kind-truth = Hier muss true oder false stehen.
config-kind-list = Hier muss eine Liste in eckigen Klammern stehen.
config-kind-table = So heißt eine Gruppe von Einstellungen, die darunter eigene Zeilen haben.
config-syntax = Diese Zeile ist nicht lesbar. Jede Zeile hat die Form: Name = Wert. Prüfen Sie, ob Anführungszeichen und Klammern geschlossen sind.
config-too-many = „{ $setting }“ hat mehr als { $max } Adressen.
config-choice = Für „{ $setting }“ gibt es kein „{ $word }“. Zur Wahl stehen: { $known }.
config-no-home = Dieses System hat keinen persönlichen Ordner für Sie, deshalb ist kein Platz für die Dateien von Beistand. Nennen Sie mit --data-dir einen Ordner.

config-value-name-length = Ein Name hat 1 bis { $max } Zeichen.
config-value-name-hidden = Ein Name kann keine Zeilenumbrüche oder unsichtbaren Zeichen enthalten.
config-value-word = Benutzen Sie 1 bis { $max } Kleinbuchstaben, Ziffern und Bindestriche.
config-value-address-length = Eine Adresse hat höchstens { $max } Zeichen.
config-value-address = Eine Adresse sieht aus wie /ip4/192.0.2.1/udp/4001/quic-v1.
config-value-minutes = Eine Einladung kann 1 bis 60 Minuten gelten.
config-value-folder = Geben Sie den ganzen Pfad an, von der Wurzel an.
config-value-count = Nehmen Sie eine Zahl von 1 bis 1.000.000.
config-value-bound = Nehmen Sie eine Zahl von 1 bis 1.000.000, oder 0 für unbegrenzt.
config-value-metrics = Nehmen Sie eine Adresse wie 127.0.0.1:9464, oder „off“.
config-value-language = Nehmen Sie „en“ für Englisch oder „de“ für Deutsch.
config-value-theme = Nehmen Sie „auto“, „light“ (hell) oder „dark“ (dunkel).
config-value-motion = Nehmen Sie „auto“, „full“ (bewegt) oder „reduced“ (ruhig).
config-value-zoom = Die Größe ist 100 bis 200 Prozent.

config-address = „{ $text }“ ist keine Adresse, die dieses Programm versteht.
config-address-argument = { $fault } Eine Adresse sieht aus wie /ip4/192.0.2.1/udp/4001/quic-v1.
config-network-name = „{ $text }“ kann kein Netz heißen. { $fault }
config-network-key = Die Schlüsseldatei { $path } des Netzes ist nicht zu gebrauchen. { $fault }
config-key-private = Ein Schlüssel gehört zu einem privaten Netz. Nennen Sie Ihres mit „network“, oder lassen Sie den Schlüssel weg.
config-key-unreadable = Sie kann nicht gelesen werden: { $reason }.
config-key-open = Andere Personen an diesem Computer können sie lesen. Schützen Sie sie mit: chmod 600 '{ $path }'
config-key-form = Eine Schlüsseldatei hat drei Zeilen: /key/swarm/psk/1.0.0/, /base16/ und 64 hexadezimale Ziffern.

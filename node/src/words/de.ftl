# Was beide Seiten sehen, während eine Sitzung zustande kommt und läuft.
node-step-reading-invite = Die Einladung wird gelesen
node-step-searching = Der andere Computer wird gesucht
node-step-connecting = Die Verbindung wird aufgebaut
node-step-securing = Die Verbindung wird gesichert
node-step-waiting = Die andere Person wird gefragt
node-step-starting = Gleich kommt das erste Bild

# Warnungen vor einem Namen, den jemand angegeben hat.
node-name-company = Dieser Name enthält den Namen einer bekannten Firma. Echte Firmen rufen nicht an, um bei Computerproblemen zu helfen.
node-name-system = Dieser Name sieht aus wie eine Meldung Ihres Computers. Es ist nur ein Name, den jemand eingetippt hat.
node-name-misleading = Dieser Name soll Sie vielleicht täuschen.

node-feature-failed = Ein Teil von Beistand funktioniert hier nicht. { $why }
node-paused-away = Die Sitzung ist angehalten, weil Ihr Monitor etwas anderes zeigt als den freigegebenen Bildschirm. Setzen Sie sie fort, wenn Sie wieder dort sind.
node-unanswered = Sie haben nicht innerhalb von fünf Minuten geantwortet, darum ist die Frage verschwunden. Es wurde nichts gezeigt, und Ihre Einladung gilt noch.

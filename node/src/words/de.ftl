# Was beide Seiten sehen, während eine Sitzung zustande kommt und läuft.
node-step-reading-invite = Die Einladung wird gelesen
node-step-searching = Der andere Computer wird gesucht
node-step-connecting = Die Verbindung wird aufgebaut
node-step-securing = Die Verbindung wird gesichert
node-step-waiting = Die andere Person wird gefragt
node-step-starting = Gleich kommt das erste Bild

# Warnungen vor einem Namen, den jemand angegeben hat.
node-name-company = Dieser Name enthält eine bekannte Firma. Echte Firmen rufen nie wegen Ihres Computers an.
node-name-system = Dieser Name sieht aus wie eine Meldung Ihres Computers. Es ist nur ein Name, den jemand eingetippt hat.
node-name-misleading = Dieser Name soll Sie vielleicht täuschen.

# Was jemand wissen sollte, ohne dass etwas endet.
node-wrong-tries = { $count ->
        [one] Jemand hat es mit einer falschen Einladung versucht
       *[other] Jemand hat es { $count }-mal mit einer falschen Einladung versucht
    } und kam nicht herein. Ihre Einladung gilt weiter.
node-later = Das geschieht, sobald die andere Person es erlaubt hat.
node-put-off = In der letzten Minute gab es zu viele Versuche. { $secs ->
        [one] Der nächste beginnt von selbst in einer Sekunde.
       *[other] Der nächste beginnt von selbst in { $secs } Sekunden.
    }
node-link-over = Nach der Uhr dieses Computers ist der Link { $ago } abgelaufen. Geht die Uhr falsch, gilt er trotzdem noch; sonst bitten Sie die andere Person um einen neuen.
node-feature-failed = Ein Teil von Beistand funktioniert hier nicht. { $why }
node-paused-locked = Die Sitzung beginnt angehalten, weil dieser Bildschirm gesperrt oder dunkel ist. Setzen Sie sie fort, wenn Sie davor sitzen.
node-not-quiet = Das hat nicht gezählt: Auf diesem Desktop lässt sich Ihr Klick nicht von einem des Helfers unterscheiden. Drücken Sie zuerst auf „Anhalten“, oder öffnen Sie die kleine Leiste mit ihrem Pfeil, warten Sie einen Moment, und versuchen Sie es dann noch einmal.
node-desktop-asks = Auch Ihr Desktop fragt jetzt: Wählen Sie dort den Bildschirm, und erlauben Sie die Fernsteuerung, wenn der Helfer Ihre Maus und Tastatur benutzen soll.
node-paused-away = Die Sitzung ist angehalten, weil Ihr Monitor etwas anderes zeigt als den freigegebenen Bildschirm. Setzen Sie sie fort, wenn Sie wieder dort sind.
node-invite-overdue = Diese Wörter sind abgelaufen. Sie gelten noch eine Weile, bis Sie neue erstellen.
node-unanswered = Sie haben nicht innerhalb von fünf Minuten geantwortet, darum ist die Frage verschwunden. Es wurde nichts gezeigt, und Ihre Einladung gilt noch.
node-awaiting = Es wird auf { $name } gewartet (noch { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}).
node-absent = Der andere Computer ist noch nicht da, oder sein Benutzer hat Sie noch nicht zurückkehren lassen. Es wird weiter gesucht (noch { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}).
node-other-key = Jemand anderes hat versucht, anstelle Ihres Helfers zurückzukehren, und wurde abgewiesen.

node-reach-nobody-host = Dieser Computer ist mit keinem Netz verbunden, deshalb findet ihn niemand. Verbinden Sie ihn mit Kabel oder WLAN. Ihre Wörter bleiben dieselben.
node-reach-local-host = Im Moment findet diesen Computer nur, wer im selben Netz ist. Ist die Person, die Ihnen hilft, woanders, prüfen Sie zuerst Ihre Internetverbindung.
node-reach-nobody-technician = Dieser Computer ist mit keinem Netz verbunden. Verbinden Sie ihn mit Kabel oder WLAN.
node-reach-local-technician = Im Moment findet dieser Computer nur andere im selben Netz. Ist der andere Computer in einem anderen Netz, prüfen Sie Ihre Internetverbindung.

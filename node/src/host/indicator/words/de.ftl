# Die Leiste, die auf jedem Bildschirm zeigt, dass gerade jemand hilft.
indicator-name = „{ $name }“
indicator-mark = (Name nicht geprüft)
indicator-known = (bekannt seit { $since })
indicator-doing = { $doing } · { $time }
indicator-looking = Schaut zu
indicator-nothing = Sieht nichts und tut nichts
indicator-paused = Angehalten: sieht nichts und tut nichts
indicator-just-now = hat gerade begonnen
indicator-minutes = hilft seit { $minutes } Min.
indicator-hours = hilft seit { $hours } Std. { $minutes } Min.
indicator-may = Darf: { $what }
indicator-may-nothing = Darf nichts
indicator-key = Strg+Alt+Ende beendet sofort
indicator-key-title = Fernhilfe sofort beenden
indicator-no-key = Strg+Alt+Ende wirkt hier nicht
indicator-pause = Anhalten
indicator-go-on = Weiter
indicator-end = Beenden

# Wenn damit etwas nicht stimmt.
indicator-hidden = Angehalten, weil die Leiste verdeckt ist, die die Sitzung anzeigt. Wenn Sie sie wieder sehen, drücken Sie darauf „Weiter“.
indicator-refused = Ohne die Leiste, die sie anzeigt, gibt es keine Sitzung. Deshalb hat sie nicht begonnen. { $why }
indicator-silent = Die Leiste, die eine Sitzung anzeigt, lässt sich nicht zeigen: Der Desktop antwortet nicht.

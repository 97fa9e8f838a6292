# Die Seiten, die Werkzeugleiste und die Sitzungsleiste.

## Überall

page-busy = Bitte warten
page-unverified = nicht geprüft
page-paused = angehalten
page-running = läuft
page-reconnecting = verbindet neu
page-elapsed-nothing = gerade begonnen
page-elapsed-under = weniger als eine Minute
page-elapsed-minutes = { $minutes } Min.
page-elapsed-hours = { $hours } Std.
page-elapsed-both = { $hours } Std. { $minutes } Min.
page-path-lan = gleiches Netz
page-path-lan-hint = Beide Computer sind im selben Netz.
page-path-direct = direkt
page-path-direct-hint = Die beiden Computer sind über das Internet direkt verbunden.
page-path-relay = über Vermittlung
page-path-relay-hint = Ein dritter Computer reicht die Daten weiter. Lesen kann er sie nicht.

## Startseite

page-home-what = Hilfe am Computer bekommen oder geben, zwischen Menschen, die sich kennen.
page-home-get = Hilfe bekommen
page-home-get-line = Jemand, dem Sie vertrauen, sieht Ihren Bildschirm und hilft Ihnen.
page-home-give = Hilfe geben
page-home-give-line = Sie haben sechs Wörter oder einen Link bekommen.
page-home-consent = Niemand sieht Ihren Bildschirm, bevor Sie zustimmen. Beenden können Sie jederzeit mit einem Klick.
page-home-encrypted = Was Sie zeigen, geht nur an den anderen Computer, durchgehend verschlüsselt.
page-home-never = Das Programm läuft nie heimlich. Niemand kommt herein, wenn Sie es nicht selbst erlauben.
page-home-changes = Was an diesem Computer geändert wurde
page-home-known = Wen dieser Computer kennt
page-home-preset-agree = Ab jetzt verwenden
page-home-theme-auto = Farben wie auf diesem Computer
page-home-theme-light = Hell
page-home-theme-dark = Dunkel
page-home-zoom = Größe: { $percent } %
page-home-zoom-in = Alles größer machen
page-home-zoom-out = Alles kleiner machen

## Hilfe bekommen: die Einladung

page-invite-title = Hilfe bekommen
page-invite-what = Lesen Sie diese Wörter am Telefon vor, oder schicken Sie den Link. Niemand sieht etwas, bevor Sie zustimmen.
page-invite-making = Ihre Einladung wird erstellt …
page-invite-moment = Einen Moment …
page-invite-cancel = Abbrechen
page-invite-replaced-broken-off = Vielleicht hat noch jemand Ihre letzte Einladung: Sie wurde { $times }-mal benutzt, und jedes Mal wurde abgebrochen. Niemand hat etwas gesehen. Diese Wörter sind neu. Geben Sie sie nur der Person, die Ihnen hilft.
page-invite-replaced-asked-again = Mit Ihrer letzten Einladung hat jemand { $times }-mal angefragt. Wenn das nicht die Person war, die Ihnen hilft, hat sie noch jemand anderes. Diese Wörter sind neu. Geben Sie sie nur der Person, die Ihnen hilft.
page-invite-withdrawn = Ihr Helfer ist gegangen, bevor Sie geantwortet haben. Es wurde nichts gezeigt, und Ihre Einladung gilt weiter.
page-invite-code = oder als Code:
page-invite-about = Was geht nicht? (freiwillig)
page-invite-about-hint = Ihr Helfer liest es, sobald Sie ihn eingelassen haben.
page-invite-copy-link = Link kopieren
page-invite-copy-words = Wörter kopieren
page-invite-copied = ✔ Kopiert
page-invite-scan = Nur wenn die Person, die Ihnen hilft, neben Ihnen sitzt: Die Kamera ihres Computers kann den Link hier ablesen.
page-invite-valid = Gültig noch
page-invite-over = Diese Wörter sind abgelaufen. Sie gelten noch, bis Sie neue erstellen.
page-invite-new = Neue Einladung erstellen
page-invite-waiting = Wir warten auf Ihren Helfer. Lassen Sie dieses Fenster offen.
page-invite-found = Dieser Computer ist mit dem Internet verbunden.
page-invite-void = Diese Wörter gelten dann nicht mehr, auch wenn die Person, die Ihnen hilft, sie schon hat.
page-invite-keep = Wörter behalten
page-invite-replace = Neue Wörter erstellen
page-invite-no-picture = Der Link ist zu lang für ein Bild.
page-invite-qr = QR-Code des Links

## Hilfe bekommen: die Frage

page-consent-title = „{ $name }“ möchte Ihnen helfen
page-consent-name = Diesen Namen kann jeder eintippen. Kennen Sie die Stimme am Telefon?
page-consent-vouch = Ich habe am Telefon nachgefragt: Sie ist es wirklich
page-consent-blocked = Fragen Sie erst nach: Dieser Computer ist nicht der, den Sie unter diesem Namen kennen.
page-consent-carded = von „{ $organisation }“
page-consent-renamed = Vorsicht: Sie kennen diese Person als „{ $name }“.
page-consent-theirs = Das schreibt die andere Person selbst. Niemand hat es geprüft.
page-consent-reason = „{ $reason }“
page-consent-compare = Lassen Sie sich diese vier Bilder vorlesen. Es müssen dieselben sein.
page-consent-differ = Sind es andere, hört jemand mit: Drücken Sie auf „Nein“.
page-consent-may = Was erlauben Sie?
page-consent-time = Noch Zeit: { $clock }
page-consent-part = Weiter unten steht mehr. Bisher angekreuzt: { $what }
page-consent-nothing = nichts
page-consent-change = Jedes davon können Sie jederzeit zurücknehmen und alles mit einem Klick beenden.
page-consent-change-large = Sie können das jederzeit zurücknehmen und alles mit einem Klick beenden.
page-consent-tick = Wählen Sie mindestens eines
page-consent-allow = Angekreuztes erlauben
page-consent-no = Nein
page-consent-more = Mehr Auswahl …
page-consent-fewer = Weniger Auswahl
page-consent-low = { $title }. Die andere Person schreibt: „{ $reason }“
page-large-help = Helfen lassen
page-large-help-line = Die Person sieht Ihren Bildschirm und benutzt Maus und Tastatur.
page-large-click = Zusehen und klicken lassen
page-large-click-line = Die Person sieht Ihren Bildschirm und benutzt Ihre Maus, aber nicht die Tastatur.
page-large-type = Zusehen und tippen lassen
page-large-type-line = Die Person sieht Ihren Bildschirm und benutzt Ihre Tastatur, aber nicht die Maus.
page-large-look = Nur zusehen lassen
page-large-look-line = Die Person sieht Ihren Bildschirm und kann nichts bedienen.
page-large-blind = Klicken und tippen lassen
page-large-blind-click = Klicken lassen
page-large-blind-type = Tippen lassen
page-large-blind-line = Die Person sieht Ihren Bildschirm nicht.
page-consent-injected = Bitte klicken Sie mit der Maus dieses Computers. Klicks von Programmen zählen hier nicht.
page-consent-unclear = Es ist nicht sicher, wessen Klick das war. Warten Sie kurz und klicken Sie einmal.
page-consent-unseen = Klicken Sie in dieses Fenster, und machen Sie es so groß, dass Sie alles sehen.
page-consent-untold = Dieser Computer kann Ihren Klick nicht von dem eines Programms unterscheiden.

## Was der Helfer darf

page-choices-see = Sehen und bedienen
page-choices-exchange = Austauschen
page-choices-look = Den Computer prüfen
page-choices-work = Am Computer arbeiten
page-choices-beyond = Über diese Sitzung hinaus
page-choice-everything = Damit geht alles, was Sie können.
page-choice-needs = Nur zusammen mit dem darüber.

## Hilfe bekommen: die Sitzung

page-session-title = Ihnen wird gerade geholfen
page-session-paused = Angehalten
page-session-since = { $elapsed } · { $way }
page-session-end-now = Jetzt beenden
page-session-pause = Anhalten
page-session-resume = Weiter
page-session-no-key = Strg+Alt+Ende wirkt hier nicht: Beenden Sie mit der Leiste, die die Sitzung zeigt, oder in diesem Fenster. { $why }
page-session-may = Ihr Helfer darf
page-session-may-nothing = im Moment nichts
page-session-change = Ändern können Sie das mit dem Pfeil in der kleinen Leiste.
page-session-bar = Die kleine Leiste oben auf Ihrem Bildschirm hat dieselben Knöpfe. Sie bleibt dort, solange die Hilfe dauert.

## Die Sitzungsleiste

page-share-keep = Ausblenden
page-share-kept = ausgeblendet
page-share-give = Einen verborgenen zeigen Sie wieder über den Pfeil in der kleinen Leiste.
page-bar-title = Beistand: Ihnen wird geholfen
page-bar-doing = Läuft: { $what }
page-bar-doing-more = Läuft: { $what } +{ $count }
page-bar-stop = Stopp
page-bar-stop-of = Stopp: { $what }
page-bar-key = Strg+Alt+Ende beendet es sofort
page-bar-no-key = Strg+Alt+Ende wirkt hier nicht
page-bar-answer = Antworten
page-bar-window = Fenster
page-bar-window-news = Fenster ({ $count })
page-bar-more = Was erlaubt ist

## Hilfe geben: die Einladung

page-give-title = Hilfe geben
page-give-what = Tippen Sie die Einladung ein, die Sie bekommen haben, oder fügen Sie sie ein: die sechs Wörter, den Code oder den Link. Anderer Text darum herum stört nicht.
page-give-invite = Einladung
page-give-invite-hint = sechs Wörter oder beistand:…
page-give-too-long = Das ist zu lang und wurde deshalb nicht gelesen. Fügen Sie nur den Teil mit dem Link oder den sechs Wörtern ein.
page-give-word-wrong = „{ $word }“ kommt in keiner Einladung vor. Meinten Sie:
page-give-word-unknown = „{ $word }“ kommt in keiner Einladung vor. Lassen Sie es sich buchstabieren.
page-give-take = Klicken Sie, oder drücken Sie Tab
page-give-whole = ✔ Die Einladung ist vollständig. Mit der Eingabetaste verbinden Sie sich.
page-give-name = Ihr Name
page-give-name-hint = wie die andere Person Sie kennt
page-give-reason = Worum geht es? (wird der anderen Person gezeigt)
page-give-reason-hint = zum Beispiel: der Drucker druckt nicht
page-give-no-name = Schreiben Sie erst Ihren Namen: Die andere Person sieht ihn, bevor sie zustimmt.
page-give-no-wants = Wählen Sie erst unten, worum Sie bitten.
page-give-connect = Verbinden
page-give-back = Zurück
page-give-wants = Worum Sie bitten: { $count } von { $all }
page-give-asked = Die andere Person muss erst zustimmen und wählt aus, was Sie dürfen.

## Hilfe geben: unterwegs

page-connecting-title = Verbindung wird hergestellt
page-connecting-read = Lesen Sie diese vier Wörter am Telefon vor, und warten Sie, bis die andere Person sagt, dass sie übereinstimmen.
page-connecting-same = Die andere Person sollte dieselben vier sehen. Wenn nicht, brechen Sie ab: Dann hört jemand mit.
page-connecting-cancel = Abbrechen
page-connecting-takes = { $time } · Das dauert bis zu 20 Sekunden.
page-connecting-asked = Wartet seit { $time }. Für die Antwort sind fünf Minuten Zeit.
page-connecting-waited = { $time }
page-step-reading-invite = Einladung lesen
page-step-searching = Den anderen Computer suchen
page-step-connecting = Verbinden
page-step-securing = Prüfen, ob beide Seiten dieselbe Einladung haben
page-step-waiting = Auf Zustimmung warten
page-step-starting = Den Bildschirm laden

## Hilfe geben: die Ansicht

page-viewer-fit = Einpassen
page-viewer-fit-hint = Den ganzen Bildschirm, so groß wie das Fenster es zulässt
page-viewer-actual = 1:1
page-viewer-actual-hint = Jeden Bildpunkt in wirklicher Größe
page-viewer-screen = Vollbild
page-viewer-window = Fenster
page-viewer-end = Beenden
page-viewer-picture = Bildschirm der anderen Person
page-viewer-nothing = Kein Zugriff
page-viewer-allowed = { $what }
page-viewer-allowed-more = { $what } +{ $count }
page-viewer-status = { $may } · { $way }
page-viewer-may = Sie dürfen: { $what }
page-viewer-may-nothing = Sie dürfen im Moment nichts
page-viewer-granted = Jetzt erlaubt: { $what }
page-viewer-revoked = Nicht mehr erlaubt: { $what }
page-viewer-first = Das erste Bild wird geholt …
page-viewer-behind = Das Bild ist veraltet. Ein neues wird geholt …
page-viewer-paused = Die Person, der Sie helfen, macht eine Pause
page-viewer-paused-line = Ihr Bildschirm ist für Sie verborgen, und nichts von Ihnen kommt an, bis sie fortfährt.
page-viewer-hidden = Der Bildschirm ist für Sie verborgen
page-viewer-hidden-line = Er wird im Moment nicht gezeigt. Die andere Person kann ihn jederzeit wieder zeigen.
page-viewer-lost = Die Verbindung ist abgebrochen. Eine neue wird gesucht …
page-keyboard-there = Tastatur: dort
page-keyboard-there-hint = Was Sie tippen, geht an den anderen Computer. Ihr Desktop behält seine eigenen Tastenkürzel. Drücken Sie Strg + Alt und lassen Sie los, oder klicken Sie hier, um hier zu tippen.
page-keyboard-here = Tastatur: hier
page-keyboard-here-hint = Was Sie tippen, bleibt auf diesem Computer. Klicken Sie hier oder ins Bild, um dort zu tippen.
page-keyboard-hint = Ihre Tastenkürzel gehen an den anderen Computer. Drücken Sie Strg + Alt und lassen Sie los, um sie zurückzuholen.

## Das Ende

page-end-unseen = Niemand sieht jetzt Ihren Bildschirm.
page-end-lasted = Es hat { $time } gedauert.
page-end-done = Fertig
page-end-new-invite = Neue Einladung erstellen
page-end-other-invite = Andere Einladung verwenden
page-end-again = Noch einmal versuchen
page-end-change-invite = Einladung ändern
page-end-home = Startseite
page-end-settings = Systemeinstellungen öffnen
page-end-anyway = Doch beenden?
page-end-lost-by = { $what } Drücken Sie noch einmal, um trotzdem zu beenden.
page-peer = { $name }
page-peer-unnamed = der anderen Person
page-window-title = { $who } – Beistand
page-way-back-with = Das war die Sitzung mit: { $who }
page-way-back-user = Aus Versehen beendet? Ihr Helfer darf dann wieder dasselbe wie vorher: { $what }
page-way-back-helper = Aus Versehen beendet? Sie können zurück, wenn die andere Person zustimmt: Dort steht derselbe Knopf.
page-way-back-go = Zurück zur Sitzung ({ $secs } s)

# Was an diesem Computer geändert wurde.
page-changes-title = Änderungen an diesem Computer
page-changes-what = Was Helfer mit Ihrer Zustimmung geändert haben. Sie können es hier rückgängig machen, ohne jemanden zu fragen.
page-changes-by = { $day }, { $who }: { $state }
page-changes-before = Vorher: { $before }
page-changes-after = Seitdem: { $after }
page-changes-undo = Rückgängig machen
page-changes-undo-of = Rückgängig machen: { $what }
page-changes-undoing = Es wird gerade rückgängig gemacht.

# Wem zuletzt geholfen wurde.
page-past-title = Wem Sie zuletzt geholfen haben
page-past-what = Nur auf diesem Computer. Für eine weitere Sitzung braucht es eine neue Einladung.
page-past-line = { $when }, { $lasted }
page-past-known = Bekannt seit { $since }
page-past-return = Sie dürfen noch zurückkommen, über die Startseite.
page-past-remove = Entfernen
page-past-remove-of = { $who }, { $when } entfernen
page-past-forget = Alle vergessen

# Wer auf diesem Computer bekannt ist.
page-known-title = Wen dieser Computer kennt
page-known-what = Mit diesen Personen haben Sie die vier Bilder verglichen. Wenn jemand mit einem dieser Namen und einem anderen Computer kommt, erfahren Sie es, bevor Sie etwas erlauben können.
page-known-nobody = Hier ist noch niemand bekannt.
page-known-line = Bekannt seit { $since }, zuletzt hier im { $seen }.
page-known-forget = Vergessen
page-known-forget-of = { $name } vergessen

## Ein Helfer kehrt zurück

page-return-user = { $name } darf zurückkehren (noch { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
})
page-return-may = Erlaubt ist dann:
page-return-let = Zurückkehren lassen
page-return-no = Nein
page-return-helper = Zurück zu { $name } (noch { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
})
page-return-go = Zurückkehren
page-return-forget = Vergessen
page-return-waiting = Sobald Ihr Helfer da ist, kann er Ihnen wieder helfen. Auch er muss in seinem Fenster zurückkehren.
page-return-whole = Zu sehen ist dann der ganze Bildschirm, auch was Sie vorher nicht gezeigt haben.

## Dateien oder ein Ordner werden ausgewählt

page-choose-files = Dateien oder Ordner auswählen
page-choose-folder = Ordner auswählen
page-choose-up = Nach oben
page-choose-home = Eigener Ordner
page-choose-hidden = Versteckte zeigen
page-choose-reading = Der Ordner wird gelesen.
page-choose-unreadable = Dieser Ordner lässt sich nicht lesen: { $reason }
page-choose-gone = nicht mehr zu erreichen
page-choose-empty = Hier ist nichts.
page-choose-more = Hier ist mehr, als gezeigt wird; geben Sie stattdessen den Pfad ein.
page-choose-this = Diesen Ordner wählen
page-choose-these = { $count } wählen
page-choose-one = { $name } wählen
page-choose-cancel = Abbrechen

page-tab-invite = { $number }: neue Einladung
page-tab-connecting = { $number }: wird verbunden
page-tab-session = Computer { $number }
page-tab-person = { $number }: { $who }
page-tab-ended = { $number }: beendet
page-tab-news = • { $tab }
page-tab-close = Diesen Reiter schließen
page-tab-new = Noch jemandem helfen
page-close-question = { $count ->
        [one] Sie helfen gerade jemandem. Beenden?
       *[other] Sie helfen gerade { $count } Personen. Alles beenden?
    }
page-close-stay = Weiter helfen
page-close-all = Alles beenden
## Ein Link, der geöffnet wurde

page-link-waits = Sie haben eine Einladung geöffnet. Sie wartet, bis Sie hier fertig sind.
page-link-ready = Sie haben eine andere Einladung geöffnet.
page-link-use = Verwenden
page-link-drop = Nicht verwenden
## Hilfe geben: warum nichts geschieht

page-hands-paused = Es kommt nichts an: Die andere Person macht eine Pause.
page-hands-lost = Es kommt nichts an: Die Verbindung ist unterbrochen.
page-hands-not-granted = Es kommt nichts an: Das dürfen Sie noch nicht ({ $what }).
page-hands-question = Es kommt nichts an: Auf dem Bildschirm dort steht eine Frage, die gerade beantwortet wird.
page-hands-user = Es kommt nichts an: Maus oder Tastatur werden dort gerade benutzt. Ihre wirken 2 Sekunden danach wieder.
page-hands-behind = Was Sie zuletzt getan haben, ist nicht angekommen: Die Verbindung war unterbrochen oder ist zu langsam.
page-ask-button = Um Erlaubnis bitten: { $what }
page-ask-what = Die andere Person wird gefragt, ob Sie das dürfen: { $what }.
page-ask-why = Grund (die andere Person liest ihn)
page-ask-send = Fragen
page-ask-cancel = Abbrechen
page-viewer-zoom = Zoom
page-viewer-percent = { $percent } %
page-viewer-not-allowed = Das ist Ihnen nicht erlaubt. Sie können darum bitten: Strg + Alt, dann Strg + Umschalt + P.

## Hilfe geben: Befehle, Tasten, Notizen

page-deed-larger = Bild größer
page-deed-smaller = Bild kleiner
page-deed-keyboard-there = Dort tippen
page-deed-keyboard-here = Hier tippen
page-deed-save = Bild des Bildschirms speichern
page-deed-save-as = Bild speichern unter …
page-deed-copy = Bild des Bildschirms kopieren
page-deed-commands = Alle Befehle
page-deed-shortcuts = Tastenübersicht
page-deed-pin = Leiste im Vollbild behalten
page-deed-unpin = Leiste im Vollbild ausblenden
page-deed-lower = Leiste nach unten
page-deed-upper = Leiste nach oben
page-deed-search = Was möchten Sie tun?
page-deed-none = Kein Befehl passt dazu.
page-key-way-out = Strg + Alt
page-key-f11 = F11
page-key-commands = Strg + Umschalt + P
page-key-wheel = Strg + Rad
page-key-drag = Mittlere Taste
page-keys-way-out = Beide drücken und loslassen: Was Sie tippen, bleibt auf diesem Computer, bis Sie ins Bild klicken.
page-keys-screen = Vollbild und zurück
page-keys-here = Wenn die Tastatur hier ist (nach Strg + Alt):
page-keys-toolbar = Zur Leiste; dann Tab, Pfeile und Eingabe
page-keys-zoom = Bild größer, kleiner
page-keys-wheel = Bild größer, kleiner
page-keys-drag = Ziehen bewegt ein Bild, das größer ist als das Fenster. An seinem Rand genügt der Mauszeiger.
page-keys-close = Schließen
page-notes = Notizen
page-notes-what = Nur für Sie. Sie bleiben bis zum Ende der Sitzung.
page-notes-end = Kopieren oder speichern Sie sie jetzt: Sie werden nicht aufbewahrt.
page-notes-copy = Notizen kopieren
page-notes-save = Notizen speichern
page-notes-save-as = Speichern unter …
page-shot-saved = Gespeichert: { $file }
page-shot-copied = Das Bild des Bildschirms wurde kopiert.
page-shot-nothing = Im Moment ist kein Bild des Bildschirms da.
page-shot-failed = In { $folder } konnte nichts gespeichert werden. Ist die Platte voll oder der Ordner schreibgeschützt?
page-save-picture = Bild des Bildschirms speichern
page-save-notes = Notizen speichern
page-save-path = Datei
page-save-now = Gespeichert wird das Bild, das zu sehen ist, wenn Sie auf „Speichern“ drücken.
page-save-do = Speichern
page-save-choose = Auswählen …
page-save-cancel = Abbrechen
page-save-asking = Wählen Sie in dem Fenster, das Ihr Desktop zeigt.
page-save-no-dialog = Dieser Desktop zeigt kein Fenster zum Auswählen. Geben Sie hier den Pfad ein.
page-save-no-path = Geben Sie den ganzen Pfad ein, zum Beispiel /home/anna/notizen.txt.
page-save-no-folder = Diesen Ordner gibt es nicht.
page-save-exists = Eine solche Datei gibt es schon. Sie wurde nicht verändert. Geben Sie einen anderen Namen ein, oder ersetzen Sie sie über „Auswählen …“.
## Von Hilfsprogrammen vorgelesen
page-announce-asked = { $name } möchte Ihnen helfen. Die Frage steht in diesem Fenster.
page-announce-paused = Die Hilfe ist angehalten. Niemand sieht Ihren Bildschirm.
page-announce-helped = { $name } hilft Ihnen jetzt.

# beistand-node: die Hilfe.
terminal-about = Fernhilfe zwischen den Computern zweier Menschen, ohne Server dazwischen und ohne Fenster
terminal-after-help =
    Exit-Codes: 0 wie gewünscht beendet, 2 falscher Aufruf, falsche Eingabe oder Schlüsseldatei, 3 abgelehnt, 4 nicht gefunden oder nicht erreichbar, 5 Verbindung verloren, 1 alles andere.
    Geben Sie eine Einladung nie auf der Befehlszeile an, wo andere Benutzer dieses Computers sie lesen könnten.
terminal-share = Hilfe bekommen: eine Einladung ausgeben, auf diesem Terminal um Ihre Zustimmung bitten, dann diesen Bildschirm zeigen
terminal-share-after =
    Beispiele:
      beistand-node share                      eine Einladung für die nächsten 15 Minuten
      beistand-node share --life-seconds 3600  eine für eine Stunde
    Niemand sieht etwas, bevor Sie hier zustimmen. Mit „end“ beenden Sie die Sitzung jederzeit.
terminal-connect = Hilfe geben: eine Einladung lesen, um Zugriff auf den Bildschirm bitten und ihn mit getippten Befehlen bedienen
terminal-connect-after =
    Beispiele:
      beistand-node connect                             fragt nach den Wörtern, dem Code oder dem Link
      beistand-node connect --invite-file mail.txt      liest sie aus einer Datei
      beistand-node connect --wants view,pointer        bittet nur darum
      beistand-node connect --back                      zum Computer einer früheren Sitzung
    Was Sie in einer Sitzung eingeben können, steht in der Antwort auf jedes unbekannte Wort, etwa „help“.
terminal-serve = Öffentlicher Knoten sein: anderen helfen, einander zu finden, und Verbindungen weiterleiten, die direkt nicht gelingen (nur verschlüsselte Daten). Läuft, bis er beendet wird. Andere müssen ihn erreichen können, normalerweise an Port 4001 über UDP und TCP
terminal-serve-after =
    Beispiel:
      beistand-node serve --listen /ip4/0.0.0.0/udp/4001/quic-v1 --listen /ip4/0.0.0.0/tcp/4001
    Er gibt die Zeile aus, mit der andere über ihn beitreten. Er sieht von keiner Sitzung Bild oder Wort.
terminal-doctor = Prüfen, was auf diesem Computer funktioniert und was sein Netz erlaubt, und sagen, was sich am Rest tun lässt
terminal-doctor-after =
    Beispiele:
      beistand-node doctor
      beistand-node doctor --json --network lan
terminal-changes = Auflisten, was an diesem Computer in Sitzungen geändert wurde, oder etwas davon rückgängig machen. Dazu braucht es keine Sitzung
terminal-changes-after =
    Beispiele:
      beistand-node changes
      beistand-node changes undo 3
terminal-changes-undo = Eine Änderung rückgängig machen
terminal-changes-number = Die Nummer der Änderung in der Liste
terminal-contacts = Auflisten, wen dieser Computer kennt, seit die vier Bilder verglichen wurden, oder jemanden vergessen. Dazu braucht es keine Sitzung
terminal-contacts-after =
    Bei allen, die bekannt sind, steht der Monat, seit dem sie es sind. Wer mit einem bekannten Namen und einem
    anderen Schlüssel kommt, darf nichts, bevor Sie gesagt haben, dass es wirklich diese Person ist.
terminal-contacts-forget = Jemanden vergessen
terminal-contacts-number = Die Nummer in der Liste
terminal-history = Auflisten, wem von diesem Computer aus zuletzt geholfen wurde, oder einen Eintrag oder alle vergessen. Dazu braucht es keine Sitzung
terminal-history-after =
    Aufgelistet sind die letzten 20, die neuesten zuerst. Darüber ist niemand erreichbar: Für eine Sitzung braucht es
    eine Einladung. „history = false“ in den Einstellungen führt keine Liste.

    Beispiele:
      beistand-node history
      beistand-node history forget 3
      beistand-node history forget all
terminal-history-forget = Einen Eintrag vergessen, oder alle
terminal-history-number = Die Nummer in der Liste, oder „all“
terminal-value-number-or-all = NUMMER|all
terminal-preset = Sagen, was eine Organisation neben diesem Programm eingerichtet hat, oder eine solche Voreinstellung anlegen, signieren und prüfen. Dazu ist keine Sitzung nötig
terminal-preset-after =
    Für eine Organisation:
      beistand-node preset new ~/preset     ein Text zum Ausfüllen und ein neuer Signaturschlüssel
      beistand-node preset card             am Computer eines Helfers: seine Zeilen dieses Textes
      beistand-node preset sign ~/preset    erzeugt beistand.preset, das neben das Programm gehört
      beistand-node preset check DATEI      was in einer steht, und von wem sie signiert ist
    Eine Voreinstellung kann sagen, welches Netz verwendet wird, welche Schlüssel die Helfer haben und wie man sie erreicht. Sie erlaubt niemandem etwas.
terminal-preset-new = Eine Voreinstellung beginnen: ein Text zum Ausfüllen und ein Signaturschlüssel. Bewahren Sie eine Kopie des Schlüssels sicher auf
terminal-preset-sign = Den Text im Ordner signieren und beistand.preset daneben schreiben
terminal-preset-check = Sagen, was in einer signierten Voreinstellung steht
terminal-preset-card = Die Zeilen ausgeben, mit denen eine Voreinstellung den Helfer an diesem Computer nennt
terminal-preset-agree = Der Voreinstellung neben diesem Programm zustimmen, die von jemand anderem ist als die bisherige
terminal-preset-folder = Der Ordner mit Text und Schlüssel
terminal-preset-file = Die Voreinstellung
terminal-preset-none = Neben diesem Programm ist keine { $file }.
terminal-preset-begun =
    Füllen Sie { $folder }/preset.toml aus und geben Sie dann ein: beistand-node preset sign { $folder }
    Bewahren Sie eine Kopie von { $folder }/signing.key sicher auf. Wer ihn hat, kann in Ihrem Namen signieren, und ohne ihn kann es niemand.
terminal-preset-whole =
    Organisation: { $organisation }
    Datei: { $path }
    Signiert von: { $signer }
    Netz: { $network }
    Telefon: { $phone }
    Text: { $text }
terminal-preset-card-line = Helfer: { $name }
terminal-release = Prüfen, ob heruntergeladene Dateien die veröffentlichten sind, anhand der signierten Liste daneben. Dazu ist keine Sitzung nötig
terminal-release-after =
    Beispiel:
      beistand-node release check ~/Downloads --signer SCHLÜSSEL
    Den Schlüssel des Herausgebers bekommen Sie auf einem anderen Weg als die Dateien, etwa von dessen Seite.
terminal-release-check = Die Dateien in einem Ordner anhand seiner SHA256SUMS.signed prüfen
terminal-release-sign = Die SHA256SUMS in einem Ordner signieren, für Herausgeber
terminal-release-folder = Der Ordner mit den Dateien und der Liste
terminal-release-signer = Der Schlüssel, mit dem die Liste signiert sein muss, in hexadezimalen Ziffern
terminal-release-key = Die Datei mit dem Signaturschlüssel; fehlt sie, wird ein neuer angelegt
terminal-release-signed-by = Signiert von: { $signer }
terminal-release-right = richtig: { $name }
terminal-release-missing = nicht hier: { $name }
terminal-release-wrong = NICHT DIE VERÖFFENTLICHTE DATEI: { $name }
terminal-release-other-signer = Die Liste ist mit einem anderen Schlüssel signiert, als Sie genannt haben. Verwenden Sie diese Dateien nicht.
terminal-value-number = NUMMER
terminal-bench = Messen, wie schnell dieser Computer Bilder üblicher Bildschirme kodiert und dekodiert, und sagen, wofür das reicht. Von Ihrem Bildschirm wird nichts gezeigt, und ein Netz braucht es nicht
terminal-value-seconds = SEKUNDEN
terminal-value-text = TEXT
terminal-value-list = LISTE
terminal-life-seconds = Wie lange die Einladung gilt, in Sekunden (1 bis 3600)
terminal-wrong = Was nicht geht: Ihr Helfer liest es, sobald Sie ihn eingelassen haben (höchstens 200 Zeichen)
terminal-wrong-long = Was nicht geht, hat höchstens { $count } Zeichen.
terminal-life-range = Nehmen Sie eine Zahl von 1 bis 3600.
terminal-bench-seconds = Wie lange gemessen wird, in Sekunden (1 bis 600); normalerweise 15
terminal-bench-range = Nehmen Sie eine Zahl von 1 bis 600.
terminal-invite-file = Die Datei mit der Einladung, oder „-“ für die Standardeingabe; das ist auch die Vorgabe. Um die Einladung darf anderer Text stehen
terminal-name = Ihr Name, wie ihn die andere Person sehen wird
terminal-reason = Warum Sie helfen wollen, wie es die andere Person sehen wird
terminal-wants = Worum Sie bitten, mit Kommas getrennt; normalerweise um alles außer einem Terminal und der Rückkehr. Es gibt view, pointer, keyboard, clipboard-to-user, clipboard-from-user, files-to-user, files-from-user (Dateien, jedes Angebot mit einem Ja), annotate (auf dem Bildschirm zeichnen), voice (miteinander sprechen), diagnostics (ein Bericht), checkup (Tests), sweep (Suchen), repair (Reparaturen, jede mit einem Ja), adjust (Einstellungen, jede mit einem Ja), terminal, terminal-type und reconnect (Rückkehr innerhalb von 60 Minuten)

# beistand-node share: die Seite, der geholfen wird.
terminal-invite =
    Nennen Sie diese Wörter der Person, die Ihnen helfen wird:

    {"    "}{ $words }

    oder diesen Code: { $code }
    oder schicken Sie ihr diesen Link:

    {"    "}{ $link }

    Das gilt { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    } und für einen Helfer. Niemand sieht etwas, bevor Sie hier zustimmen.
terminal-replaced-broken-off = Vorsicht: Vielleicht hat noch jemand Ihre letzte Einladung. Sie wurde { $times }-mal benutzt, und jedes Mal wurde abgebrochen. Niemand hat etwas gesehen. Sie wurde ersetzt. Geben Sie die neue nur der Person, die Ihnen hilft.
terminal-replaced-asked-again = Vorsicht: Mit Ihrer letzten Einladung hat jemand { $times }-mal angefragt. Wenn das nicht die Person war, die Ihnen hilft, hat sie noch jemand anderes. Sie wurde ersetzt. Geben Sie die neue nur der Person, die Ihnen hilft.
terminal-asks = { $name } möchte Ihnen helfen. (Diesen Namen hat niemand geprüft: Jeder kann ihn benutzen.)
terminal-take-care = Vorsicht: { $warning }
terminal-their-reason = Als Grund ist angegeben: { $reason }
terminal-they-want = Gewünscht wird: { $permissions }.
terminal-compare = Lassen Sie sich diese Bilder vorlesen. Sie müssen übereinstimmen:
terminal-answer = Tippen Sie „allow { $answer }“, um das zu erlauben, „allow { $answer } view“, um nur zuschauen zu lassen, oder „deny“, um abzulehnen.
terminal-vouch = Noch lässt sich nichts erlauben. Wenn Sie am Telefon nachgefragt haben und es wirklich diese Person ist, tippen Sie „vouch { $answer }“.
terminal-vouch-first = Es wurde nichts erlaubt: Jemand hat den Namen einer Person, die Sie kennen, und einen anderen Computer. Fragen Sie am Telefon nach und tippen Sie dann „vouch“ und die Nummer.
terminal-grant-question = Soll Ihr Helfer auch „{ $permission }“ dürfen? Tippen Sie „allow { $answer }“ oder „deny“. Bis dahin bleiben seine Maus und seine Tastatur ohne Wirkung.
terminal-more-question = { $question } Tippen Sie „allow { $answer }“ oder „deny“. Bis dahin bleiben Maus und Tastatur des Helfers ohne Wirkung.
terminal-no-parts = Von „{ $permission }“ lässt sich kein Teil für sich erlauben.
terminal-parts-of-request = Teile einer Erlaubnis lassen sich nennen, wenn jemand um Zugang bittet. Es wurde nichts geändert.
terminal-withdrawn = Der Helfer ist gegangen, bevor Sie geantwortet haben. Es wurde nichts gezeigt, und die Einladung gilt weiter.
terminal-still-allowed = Nicht mehr erlaubt: { $revoked }. Weiterhin erlaubt: { $permissions }.
terminal-you-paused = Angehalten: Es wird nichts gezeigt, und niemand kann etwas tun. Mit „resume“ geht es weiter.
terminal-you-resumed = Es geht weiter.
terminal-nobody-asks = Gerade bittet niemand um etwas.
terminal-nobody-helps = Gerade hilft Ihnen niemand.
terminal-allow-what = Sagen Sie, welche Frage Sie beantworten: Tippen Sie „allow“ und die Zahl, die in der Frage steht.
terminal-other-question = „{ $answer }“ ist nicht die Zahl in der Frage, die gerade wartet. Es wurde nichts geändert. Bitte lesen Sie die Frage noch einmal.
terminal-too-soon = Diese Antwort kam, bevor jemand die Frage gelesen haben kann. Es wurde nichts erlaubt. Bitte lesen Sie sie und antworten Sie dann noch einmal.
terminal-only-there = „{ $verb }“ gilt nur, wenn Sie es auf dem Terminal tippen. Es wurde nichts geändert.
terminal-absent = Hier gibt es kein Terminal, auf dem Sie um Ihre Zustimmung gebeten werden könnten. Starten Sie „beistand-node share“ in einem Terminalfenster oder von einem anderen Computer aus mit „ssh -t“. Aus einer Datei oder von einem anderen Programm nimmt es keine Zustimmung an.
terminal-in-background = „beistand-node share“ wurde im Hintergrund gestartet, wo es Sie nicht um Ihre Zustimmung bitten kann. Starten Sie es ohne „&“.

# beistand-node connect: die Seite des Helfers.
terminal-helper = Helfer
terminal-read-out = Die andere Person wird gefragt. Lesen Sie ihr diese Bilder vor:
terminal-user-paused = Die andere Person hat die Sitzung angehalten.
terminal-user-resumed = Die andere Person setzt die Sitzung fort.
terminal-invite-unreadable = Die Einladung kann nicht aus { $file } gelesen werden: { $reason }.
terminal-invite-line = { $fault } Fügen Sie nur den Teil mit den sechs Wörtern, dem Code oder dem Link ein.
terminal-invite-prompt = Fügen Sie die Einladung ein, oder tippen Sie ihre sechs Wörter (deutsch oder englisch), und drücken Sie die Eingabetaste:
terminal-no-invite = Auf der Standardeingabe ist keine Einladung. Fügen Sie die Wörter, den Code oder den Link ein.
terminal-screenshot-name = screenshot DATEI.png: Der Name der Datei fehlt.

# Beide Seiten.
terminal-allowed = Jetzt erlaubt: { $permissions }.
terminal-nothing = nichts
terminal-emergency-key = Strg+Alt+Ende beendet die Sitzung sofort, was auch immer auf dem Bildschirm ist.
terminal-no-emergency-key = Strg+Alt+Ende wirkt hier nicht: Beenden Sie mit der Leiste, die die Sitzung zeigt, oder mit „end“. { $why }
terminal-reconnecting = Die Verbindung ist abgerissen. Ein anderer Weg wird gesucht.
terminal-unknown = „{ $word }“ ist kein Befehl. Mit help sehen Sie alle.
terminal-help = Mit help sehen Sie alles, was hier eingegeben werden kann.
terminal-commands = Das kann hier eingegeben werden:{ $commands }
terminal-permission = { $what } ({ $name })
terminal-no-permission = Die Erlaubnis „{ $word }“ gibt es nicht. Zur Wahl stehen: { $known }.
terminal-line-too-long = Die Zeile ist zu lang.
terminal-line-not-utf8 = Die Zeile ist nicht in UTF-8.
terminal-invite-in-arguments = Geben Sie eine Einladung nie auf der Befehlszeile an, wo andere Benutzer dieses Computers sie lesen können. Schreiben Sie sie in eine Datei und benutzen Sie --invite-file DATEI, oder geben Sie sie auf der Standardeingabe ein. Bitten Sie um eine neue Einladung, weil diese schon jemand gesehen haben kann.

# beistand-node serve.
terminal-node = Dieser Knoten heißt { $peer }.
terminal-node-private =
    Er ist erreichbar unter

    {"    "}{ $addresses }

    aber keine dieser Adressen ist öffentlich, deshalb kann ihn nur sein eigenes Netz als Relay benutzen. Wenn ein Router einen Port an ihn weiterleitet, nennen Sie dessen Adresse in der Konfiguration:

    {"    "}{ $example }
terminal-node-public =
    Andere kommen mit einer dieser Zeilen in „bootstrap“ über ihn ins Netz:

    {"    "}{ $addresses }
terminal-figures = Messwerte: http://{ $address }/metrics

# beistand-node doctor. Beide sind gleich lang.
terminal-works = in Ordnung
terminal-broken = GEHT NICHT
terminal-some-broken = { $broken } von { $all } funktionieren hier nicht. Was zu tun ist, steht jeweils dabei.

# beistand-node bench.
terminal-bench-heading = { $scene } ({ $count ->
        [one] ein Bild
       *[other] { $count } Bilder
    }):

# beistand-node changes.
terminal-changes-none = An diesem Computer wurde in keiner Sitzung etwas geändert.
terminal-changes-line =
    { $number }: { $title } ({ $who }; { $state })
    { $more }
terminal-changes-before = {"    "}vorher: { $text }
terminal-changes-later = {"    "}nachher: { $text }
terminal-changes-undoable = {"    "}lässt sich rückgängig machen
terminal-changes-how = Mit „beistand-node changes undo NUMMER“ machen Sie eine rückgängig.
terminal-contacts-none = Dieser Computer kennt noch niemanden. Tippen Sie in einer Sitzung „matched“, wenn Sie die vier Bilder verglichen haben.
terminal-contacts-line = { $number } { $name }: bekannt seit { $since }, zuletzt hier im { $seen }
terminal-contacts-no-such = Diese Nummer steht nicht in der Liste. Es wurde niemand vergessen.
terminal-history-none = Von diesem Computer aus wurde noch niemandem geholfen.
terminal-history-off = Auf diesem Computer wird keine Liste geführt.
terminal-history-line = { $number } { $who }: { $when }, { $minutes ->
    [0] unter einer Minute
    [one] 1 Minute
   *[other] { $minutes } Minuten
}
terminal-history-known = {"    "}bekannt seit { $since }
terminal-history-return = {"    "}Sie dürfen noch zurückkommen
terminal-history-no-such = Diese Nummer steht nicht in der Liste. Es wurde nichts vergessen.
terminal-history-not-written = Die Liste ließ sich nicht ändern.

# Wer zurückkehren darf.
terminal-value-computer = COMPUTER
terminal-back = Zum Computer einer früheren Sitzung zurückkehren, wenn es dort erlaubt wurde. Bei mehreren mit Namen oder Nummer
terminal-return-question =
    { $name } darf zurückkehren (noch { $minutes ->
        [one] eine Minute
       *[other] { $minutes } Minuten
    }). Erlaubt ist dann: { $permissions }. Gehört „view“ dazu, ist der ganze Bildschirm zu sehen.
    Tippen Sie „allow { $answer }“, um das zuzulassen, „allow { $answer } view“, um nur zusehen zu lassen, „deny“, damit eine Rückkehr nicht mehr möglich ist, oder „new“ für eine neue Einladung.
terminal-back-nobody = Es gibt niemanden, zu dem Sie zurückkehren können: In den letzten 60 Minuten hat es kein Benutzer erlaubt, oder der Computer heißt anders. Es braucht eine neue Einladung.
terminal-back-several = Sie können zu mehreren Computern zurückkehren. Nennen Sie einen: --back COMPUTER
terminal-back-line = { $number } { $name } (noch { $minutes ->
    [one] eine Minute
   *[other] { $minutes } Minuten
}): { $permissions }
terminal-waits-for-helper = Es wird auf Ihren Helfer gewartet. Lassen Sie dies offen.

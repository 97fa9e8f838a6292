# Warum eine Sitzung vorbei ist: was geschehen ist und was zu tun ist.
cause-stopped = Beendet.
cause-ended-by-us = Sie haben die Sitzung beendet.
cause-ended-by-helper = Die Person, die Ihnen hilft, hat die Sitzung beendet.
cause-ended-by-user = Die Person, der Sie helfen, hat die Sitzung beendet.
cause-denied-by-us = Es wurde nichts gezeigt. Falls das ein Versehen war, erstellen Sie eine neue Einladung.
cause-denied = Falls das ein Versehen war, sprechen Sie mit der anderen Person und bitten Sie um eine neue Einladung.
cause-unanswered-by-us = Es wurde nichts gezeigt.
cause-unanswered = Bitten Sie die andere Person, auf ihren Bildschirm zu schauen, und versuchen Sie es noch einmal mit derselben Einladung.
cause-invite-used = Jede Einladung gilt nur einmal. Bitten Sie die Person, der Sie helfen, um eine neue.
cause-invite-expired = Bitten Sie die Person, der Sie helfen, um eine neue.
cause-busy = An dem anderen Computer hilft gerade schon jemand. Versuchen Sie es noch einmal, wenn das vorbei ist.
cause-lost = Vielleicht ist der andere Computer offline oder im Ruhezustand, oder Beistand wurde dort geschlossen. Um weiterzumachen, bitten Sie um eine neue Einladung.
cause-lost-helper = Vielleicht ist der Computer der Person, die Ihnen hilft, offline. Um weiterzumachen, erstellen Sie eine neue Einladung.
cause-protocol = Die beiden Programme verstehen einander nicht. Aktualisieren Sie Beistand auf beiden Computern.

# Während sich die beiden Computer verbunden haben.
cause-handshake-timed-out = Der andere Computer hat während des Verbindens nicht mehr geantwortet. Versuchen Sie es noch einmal.
cause-handshake-local = Dieser Computer liefert keine Zufallszahlen, deshalb ließ sich die Sitzung nicht absichern. Starten Sie ihn neu und versuchen Sie es noch einmal.
cause-handshake-refused = Der andere Computer kennt diese Einladung nicht. Vielleicht wurde sie ersetzt, oder ein Wort ist falsch. Lassen Sie sich die Einladung vorlesen, die dort auf dem Bildschirm steht.
cause-put-off = Der andere Computer nimmt gerade keine Versuche mehr an. Warten Sie { $secs ->
        [one] eine Sekunde
       *[other] { $secs } Sekunden
    } und versuchen Sie es noch einmal.
cause-not-found = Ist Beistand dort geöffnet, mit dieser Einladung auf dem Bildschirm? Ohne Internet müssen beide Computer im selben lokalen Netz sein.
cause-unreachable = Im Moment führt kein Weg zu ihm. Prüfen Sie, ob beide Computer online sind, und versuchen Sie es noch einmal. Wurde Beistand dort geschlossen, bitten Sie um eine neue Einladung.
cause-broken = Dieser Computer konnte die Einladung nicht lesen. Bitte versuchen Sie es noch einmal.

# Was an einer Einladung falsch ist.
cause-invite-empty = Hier ist keine Einladung. Fügen Sie den Link ein, oder tippen Sie die sechs Wörter, die Ihnen die andere Person nennt.
cause-invite-too-long = Dieser Text ist zu lang und wurde deshalb nicht gelesen. Fügen Sie nur den Teil mit dem Link oder den sechs Wörtern ein.
cause-invite-unlike = In diesem Text ist keine Einladung. Eine Einladung besteht aus sechs deutschen oder englischen Wörtern, aus einem Code mit 14 Zeichen oder aus einem Link, der mit „beistand:“ beginnt.
cause-invite-word = Wort { $position }, „{ $word }“, kommt in keiner Einladung vor. Meinten Sie: { $proposals }?
cause-invite-word-unknown = Wort { $position }, „{ $word }“, kommt in keiner Einladung vor. Lassen Sie es sich buchstabieren.
cause-invite-word-count = Eine Einladung hat sechs Wörter, hier { $found ->
        [one] ist nur eines
       *[other] sind { $found }
    }. Vergleichen Sie sie mit der anderen Person.
cause-invite-code-character = Zeichen { $position }, „{ $character }“, kommt in keinem Code vor. Vergleichen Sie ihn mit der anderen Person.
cause-invite-link-character = Zeichen { $position } des Links, „{ $character }“, kommt in keinem Link vor: Der Link wurde unterwegs beschädigt. Lassen Sie ihn sich noch einmal schicken, oder benutzen Sie die sechs Wörter.
cause-invite-code-length = Ein Code hat 14 Zeichen, hier { $found ->
        [one] ist nur eines
       *[other] sind { $found }
    }. Vergleichen Sie ihn mit der anderen Person.
cause-invite-letter = Teil { $position } enthält den Buchstaben „{ $character }“, Einladungen haben aber nur lateinische Buchstaben. Stellen Sie die Tastatur um und tippen Sie die Einladung noch einmal.
cause-invite-look-alike = Teil { $position } enthält den Buchstaben „{ $character }“. Er sieht aus wie „{ $latin }“, ist aber ein anderer, und Einladungen haben nur lateinische Buchstaben. Stellen Sie die Tastatur um und tippen Sie die Einladung noch einmal.
cause-invite-words-mixed = Diese sechs Wörter passen nicht zusammen: Wahrscheinlich ist eines falsch, oder zwei sind vertauscht. Vergleichen Sie sie eines nach dem anderen mit der anderen Person.
cause-invite-code-mixed = Diese Zeichen passen nicht zusammen: Wahrscheinlich ist eines falsch. Vergleichen Sie sie eines nach dem anderen mit der anderen Person.
cause-invite-link-damaged = Der Link wurde unterwegs beschädigt. Lassen Sie ihn sich noch einmal schicken, oder benutzen Sie die sechs Wörter.
cause-invite-link-cut = Das Ende des Links fehlt. Kopieren Sie ihn ganz, oder benutzen Sie die sechs Wörter.
cause-invite-link-wrong = Dieser Link ist unbrauchbar, weil dem Programm, das ihn erstellt hat, ein Fehler unterlaufen ist. Benutzen Sie die sechs Wörter.
cause-invite-several = In diesem Text stehen mehrere Einladungen. Fügen Sie nur die neueste ein.
cause-invite-newer = Diese Einladung stammt von einer neueren Version von Beistand (Link-Version { $version }). Aktualisieren Sie Beistand, und fügen Sie sie dann noch einmal ein.
cause-ago-moments = vor weniger als einer Minute
cause-ago-minutes = { $count ->
        [one] vor einer Minute
       *[other] vor { $count } Minuten
    }
cause-ago-hours = { $count ->
        [one] vor einer Stunde
       *[other] vor { $count } Stunden
    }
cause-ago-days = { $count ->
        [one] vor einem Tag
       *[other] vor { $count } Tagen
    }
cause-return-over = Diese Rückkehr wurde inzwischen benutzt oder abgelehnt, ihre Zeit ist vorbei, oder es wurde zu oft angefragt. Sie brauchen eine neue Einladung.
cause-return-void = Diese Rückkehr gilt nicht mehr: { $reason }

# Was geschehen ist, in wenigen Worten, über dem Rest.
cause-whole = { $title }. { $text }
cause-title-ended = Die Sitzung ist beendet
cause-title-denied-by-us = Sie haben abgelehnt
cause-title-denied = Die andere Person hat abgelehnt
cause-title-unanswered-by-us = Sie haben nicht geantwortet
cause-title-unanswered = Die andere Person hat nicht geantwortet
cause-title-invite-wrong = Diese Einladung gilt nicht
cause-title-invite-expired = Diese Einladung ist abgelaufen
cause-title-invite-used = Diese Einladung wurde schon benutzt
cause-title-return = Zurückkommen ist nicht mehr möglich
cause-title-busy = Dort hilft schon jemand
cause-title-too-many-tries = Zu viele Versuche
cause-title-not-found = Der andere Computer wurde nicht gefunden
cause-title-unreachable = Der andere Computer ist nicht erreichbar
cause-title-lost = Die Verbindung ist abgerissen
cause-title-failed = Etwas ist schiefgegangen

# Dateien zwischen den beiden Computern, in einem Terminal.
files-how = Schreiben Sie „send PFAD“, „fetch NAME“, „files pick PFAD“, „files yes NUMMER ORDNER“, „files no NUMMER“, „files pause NUMMER“, „files resume NUMMER“, „files cancel NUMMER“ oder „files list“. Ein Pfad mit Leerzeichen steht in Anführungszeichen.
files-offered = Der anderen Seite angeboten: { $title } ({ $files ->
        [one] eine Datei
       *[other] { $files } Dateien
    }, { $size }), Nummer { $number }. Es beginnt, wenn dort zugestimmt wird.
files-question = { $files ->
        [one] Eine Datei
       *[other] { $files } Dateien
    } ({ $size }) annehmen: { $names }? Abgelegt wird in { $folder }.
files-question-how = { $question } Schreiben Sie „files yes { $number }“, „files yes { $number } ORDNER“ für einen anderen Ordner oder „files no { $number }“.
files-wished = Ihr Helfer bittet um diese Datei: { $name }. Schreiben Sie „files pick PFAD“, um eine zu senden, oder „files no { $number }“.
files-wished-path = Ihr Helfer bittet um { $name }. Das ist die Datei { $path } ({ $size }). Schreiben Sie „files yes { $number }“, um sie zu senden, „files pick PFAD“, um eine andere zu senden, oder „files no { $number }“.
files-wished-folder = Ihr Helfer bittet um { $name }. Das ist der Ordner { $path } mit { $files ->
        [one] einer Datei
       *[other] { $files } Dateien
    } ({ $size }). Schreiben Sie „files yes { $number }“, um alles davon zu senden, „files pick PFAD“, um etwas anderes zu senden, oder „files no { $number }“.
files-wished-any = Ihr Helfer bittet um eine Datei. Schreiben Sie „files pick PFAD“, um eine zu senden, oder „files no { $number }“.
files-wish-sent = Die andere Person wird um die Datei gebeten.
files-begun-sending = { $title } wird gesendet.
files-begun-receiving = { $title } wird empfangen, in { $folder }.
files-skipped = Nicht gesendet: { $name }: { $why }.
files-kept = { $title } ist da: { $path }
files-ended = { $title }: { $how } (angekommene Dateien: { $kept }).
files-interrupted = { $title } wurde unterbrochen. Was angekommen ist, bleibt: Mit „files resume { $number }“ geht es weiter.
files-interrupted-pick = { $title } wurde unterbrochen. Was angekommen ist, bleibt: Mit „files resume { $number }“ geht es weiter, oder Sie wählen es noch einmal aus.
files-declined = Die andere Person sendet keine Datei.
files-unwished = Die Bitte um eine Datei hat sich erledigt.
files-bad-folder = Dieser Ordner geht nicht: { $why }. Nennen Sie einen anderen.
files-none = Es sind keine Dateien unterwegs.
files-listed = Unterwegs:
    { $lines }
files-line = { $number }: { $title }, { $bytes } von { $total }
files-size-kb = { $size } kB
files-size-mb = { $size } MB
files-size-gb = { $size } GB
files-yes-question = Annehmen oder senden, worum es in Frage { $number } geht?
files-yes-into-question = Annehmen, worum es in Frage { $number } geht, in den Ordner { $folder }?
files-pick-question = Das an Ihren Helfer senden: { $names }?
files-not-allowed = Das ist im Moment nicht erlaubt.
files-behind = Es ist schon zu viel unterwegs.
files-other-side = Das kann nur der Helfer.
files-nothing = Eine solche Frage oder Übertragung gibt es nicht.
files-no-folder = Ein Ordner wird mit ganzem Pfad genannt, etwa /home/anna/Downloads.

# Wie eine Übertragung endet.
files-end-done = vollständig
files-end-refused = abgelehnt
files-end-cancelled = vom Absender abgebrochen
files-end-cancelled-by-receiver = vom Empfänger abgebrochen
files-end-busy = es ist zu viel unterwegs, oder ein anderes Programm benutzt die Datei
files-end-too-much = es sind mehr Dateien oder längere Namen, als auf einmal gesendet werden können
files-end-bad-name = ein Name verbirgt etwas oder geht nicht auf jedem Computer
files-end-not-a-file = es ist keine gewöhnliche Datei
files-end-gone = es ist nicht da
files-end-not-permitted = dieses Konto darf das nicht
files-end-disk-full = auf dem Datenträger ist kein Platz
files-end-changed = es wurde inzwischen geändert
files-end-damaged = es kam beschädigt an
files-end-invalid = das andere Programm hat die Regeln gebrochen
files-end-interrupted = unterbrochen; was angekommen ist, bleibt, und beim nächsten Senden geht es dort weiter
files-end-broken = der Datenträger oder das Programm hat versagt

# Wie die Leiste auf dem Bildschirm es nennt.
files-may-to-user = Dateien senden
files-may-from-user = Dateien holen

# Berichte über den Computer der anderen Person.

gui-report-button = Bericht
gui-report-title = Einen Bericht über diesen Computer sehen
gui-report-line = Was installiert ist und läuft und was kaputt ist. Sie lesen ihn zuerst und wählen, was gesendet wird.
gui-report-short = Bericht
gui-report-helper = einen Bericht über den anderen Computer sehen, den die Person zuerst liest
gui-report-off = Ihr Helfer kann keinen Bericht über diesen Computer verlangen.
gui-report-make-line = Ein Bericht sagt, was an diesem Computer kaputt ist. Sie sehen ihn zuerst.
gui-report-make = Bericht erstellen
gui-report-making = Der Bericht wird erstellt.
gui-report-choose = Bisher sehen nur Sie das. Entfernen Sie das Häkchen bei allem, was Ihr Helfer nicht sehen soll.
gui-report-send = An den Helfer senden
gui-report-drop = Nicht senden
gui-report-read = Ein Bericht über diesen Computer wartet darauf, dass Sie ihn lesen.
gui-report-here = Der Bericht über den anderen Computer ist da.
gui-report-sent = Der Bericht wurde gesendet.
gui-report-none = Es wurde kein Bericht gesendet.
gui-report-not-allowed = Ein Bericht ist nicht erlaubt.
gui-report-ask = Bericht erbitten
gui-report-awaited = Die Person liest den Bericht zuerst und entscheidet, ob sie ihn sendet.
gui-report-save = Speichern als
gui-report-compare = Mit dem vorigen vergleichen

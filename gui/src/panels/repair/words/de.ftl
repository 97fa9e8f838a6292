# Reparaturen am Computer des anderen.

gui-repair-button = Reparatur
gui-repair-title = Reparaturen vorschlagen
gui-repair-line = Ein Programm beenden, eine Datei wegräumen, Platz schaffen und Ähnliches. Sie werden jedes Mal gefragt, und fast alles lässt sich rückgängig machen.
gui-repair-short = Reparatur
gui-repair-helper = Reparaturen vorschlagen, nach denen jeweils gefragt wird
gui-repair-asks = Es wird eine Reparatur vorgeschlagen, die auf Ihre Antwort wartet.
gui-repair-none = Es ist nichts vorgeschlagen. Sie werden zu jeder Reparatur gefragt.
gui-repair-yes = Ja, so machen
gui-repair-no = Nein
gui-repair-stop = Anhalten
gui-repair-choose = Vorschlag wählen
gui-repair-what = Was genau
gui-repair-propose = Vorschlagen
gui-repair-wrong = Das ist nicht zu verstehen. Ein Beispiel: { $example }
gui-repair-space = Wie viel lässt sich frei machen?
gui-repair-list = Was wurde geändert?
gui-repair-withdraw = Vorschläge zurücknehmen
gui-repair-undo = Rückgängig machen vorschlagen
gui-repair-take-back = Rückgängig machen

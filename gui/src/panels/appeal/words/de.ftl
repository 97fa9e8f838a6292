# Worum der Helfer in einer Sitzung bittet.

gui-appeal-button = Frage
gui-appeal-nothing = Wenn Ihr Helfer mehr tun muss, erscheint seine Frage hier.
gui-appeal-asked = Ihr Helfer möchte auch: { $what }
gui-appeal-theirs = In ihren eigenen Worten. Niemand hat sie geprüft.
gui-appeal-allow = Das erlauben
gui-appeal-decline = Jetzt nicht
gui-appeal-hands-off = Nichts ändert sich, bevor Sie es erlauben. Bis dahin wirken Maus und Tastatur Ihres Helfers nicht.

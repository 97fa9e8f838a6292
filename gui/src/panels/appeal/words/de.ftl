# Worum die helfende Person in einer Sitzung bittet.

gui-appeal-button = Frage
gui-appeal-nothing = Wenn die helfende Person mehr tun muss, erscheint ihre Frage hier.
gui-appeal-asked = Die helfende Person bittet um eine weitere Erlaubnis: { $what }
gui-appeal-theirs = In ihren eigenen Worten. Niemand hat sie geprüft.
gui-appeal-allow = Das erlauben
gui-appeal-decline = Jetzt nicht
gui-appeal-hands-off = Nichts ändert sich, bevor Sie es erlauben. Bis dahin wirken Maus und Tastatur der helfenden Person nicht.

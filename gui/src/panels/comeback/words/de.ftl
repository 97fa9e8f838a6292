# Eine Rückkehr nach der Sitzung.

gui-comeback-button = Wiederkommen
gui-comeback-title = Innerhalb von 60 Minuten zurückkehren
gui-comeback-line = Nach einem Neustart, ohne neue Einladung. Sie entscheiden dann, ob es dazu kommt.
gui-comeback-short = Wiederkommen
gui-comeback-helper = innerhalb von 60 Minuten zurückkehren
gui-comeback-nothing = Nach einem Neustart dieses Computers braucht ein Helfer eine neue Einladung, wenn er nicht zurückkehren darf.
gui-comeback-announce = Neustart ankündigen
gui-comeback-announced = Ihr Computer wird gleich neu gestartet.
gui-comeback-allow = Danach zurückkehren lassen

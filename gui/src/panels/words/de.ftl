# Was allen Feldern gemeinsam ist.

panel-unseen = { $name } ({ $count })
panel-unknown-title = Etwas, das diese Version nicht kennt
panel-unknown-line = Erlauben Sie das besser nicht.
panel-unknown-short = Sonstiges
panel-unknown-helper = etwas Neueres
panel-group-look = Untersuchen
panel-group-mend = Reparieren
panel-group-talk = Verständigen
panel-group-more = Mehr

# Was allen Feldern gemeinsam ist.

panel-unseen = { $name } ({ $count })
panel-unknown-title = Etwas, das diese Version nicht kennt
panel-unknown-line = Lassen Sie es besser weg.
panel-unknown-short = Sonstiges
panel-unknown-helper = etwas Neueres

# Maus und Tastatur.

gui-control-button = Tasten
gui-control-hint = Tasten, die dieser Computer sonst selbst auswertet
gui-control-pointer-title = Ihre Maus benutzen
gui-control-pointer-line = Den Mauszeiger bewegen und klicken.
gui-control-pointer-short = Maus
gui-control-pointer-helper = die Maus benutzen
gui-control-keyboard-title = Ihre Tastatur benutzen
gui-control-keyboard-line = Damit kann die Person auf diesem Computer alles, was Sie können. Was sie installiert, bleibt nach dem Ende da.
gui-control-keyboard-short = Tastatur
gui-control-keyboard-helper = die Tastatur benutzen
gui-control-not-here = Maus und Tastatur der helfenden Person wirken hier nicht. { $reason }
gui-control-key-ctrl = Strg
gui-control-key-delete = Entf
gui-control-key-super = Windows-Taste
gui-control-key-print = Druck
gui-control-type-hint = Ein Text, der dort getippt wird
gui-control-type = Tippen
gui-control-typing = { $typed } von { $all } Zeichen getippt
gui-control-stop = Tippen anhalten

# Maus und Tastatur.

gui-control-button = Tasten
gui-control-hint = Tasten, die dieser Computer sonst selbst auswertet
gui-control-way-home = Wie auf Ihrer Tastatur
gui-control-way-home-hint = Was Sie tippen, kommt an, welche Tastatur dort auch ist. Tastenkürzel gelten nach dem Buchstaben.
gui-control-way-place = Nach der Lage der Taste
gui-control-way-place-hint = Für Spiele und für Programme, die auf die Tasten selbst achten. Was ankommt, hängt von der Tastatur dort ab.
gui-control-type-copied = Kopierten Text tippen
gui-control-type-too-long = Dieser Text ist zu lang, um getippt zu werden. Kopieren Sie ihn in Teilen.
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

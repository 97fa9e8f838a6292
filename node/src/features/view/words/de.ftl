# Der Blick auf den Bildschirm, für die Person, die hilft.

view-too-large = Der andere Bildschirm kann nicht gezeigt werden: { $width } × { $height } Bildpunkte sind mehr, als dieses Programm darstellen kann.
view-no-decoder = Der andere Bildschirm kann nicht gezeigt werden: Das abgeschirmte Hilfsprogramm für die Bilder ließ sich auf diesem Computer nicht sicher starten ({ $detail }).

# Wie die Leiste auf dem Bildschirm es nennt.
view-may = sehen

# Der Blick auf den Bildschirm, für die Person, die hilft.

view-too-large = Der andere Bildschirm kann nicht gezeigt werden: { $width } × { $height } Bildpunkte sind mehr, als dieses Programm darstellen kann.
view-no-decoder = Der andere Bildschirm kann nicht gezeigt werden: Das abgeschirmte Hilfsprogramm für die Bilder ließ sich auf diesem Computer nicht sicher starten.

# Welche Bildschirme es gibt.
view-monitors = Bildschirme: { $all }. Sie sehen: { $shown }. Mit „monitor NAME“ oder „monitor all“ wechseln Sie.
view-monitors-host = Ihre Bildschirme: { $all }. Zu sehen sind: { $shared }. Mit „hide NAME“ nehmen Sie einen aus der Ansicht, mit „show NAME“ geben Sie ihn zurück.
view-no-monitor = Einen Bildschirm „{ $name }“ gibt es nicht. An ihm wurde nichts geändert.
view-show-question = Soll der Helfer den Bildschirm „{ $name }“ wieder sehen?
view-which-monitor = Nennen Sie den Bildschirm beim Namen.

# Was den Bildschirm verdeckt.
view-locked = Der andere Bildschirm ist gesperrt. Nur die andere Person kann ihn entsperren: Bitten Sie sie darum.
view-saver = Ein Bildschirmschoner verdeckt den anderen Bildschirm. Ein Tastendruck oder eine Bewegung der Maus beendet ihn.
view-uncovered = Der andere Bildschirm ist wieder zu sehen.

# Wie die Bilder sein sollen.
view-which-quality = Sagen Sie „quality auto“, „quality sharp“ oder „quality sparing“.
view-quality-automatic = Das Bild ist so scharf, wie die Leitung es ohne Verzögerung erlaubt.
view-quality-sharp = Das Bild ist lieber scharf als flüssig.
view-quality-sparing = Das Bild braucht höchstens 1 Mbit/s und kommt zehnmal in der Sekunde.

# Wie die Leiste auf dem Bildschirm es nennt.
view-may = sehen

# Wenn Bilder nur auf diesem Computer befördert werden, um ihn zu messen.
view-bench-stuck = Ein Bild ist auch nach 20 s nicht angekommen.

# Der Blick auf den Bildschirm.

gui-view-button = Messwerte
gui-view-screen-title = Ihren Bildschirm sehen
gui-view-screen-line = Alles, was darauf ist, solange die Hilfe dauert.
gui-view-screen-short = Bildschirm
gui-view-screen-helper = den Bildschirm sehen
gui-view-rate = { $rate } Bilder pro Sekunde
gui-view-latency = { $milliseconds } ms Verzögerung
gui-view-bits = { $kilobits } kbit/s
gui-view-count = { $shown } gezeigt, { $dropped } übersprungen
gui-view-path = { $kind }, { $transport }
gui-view-round-trip = { $milliseconds } ms hin und zurück
gui-view-stages = Dauer (Median / 95 von 100 höchstens):
gui-view-stage = { $stage }: { $time }
gui-view-screen-all = Alle Bildschirme
gui-view-screen-one = Bildschirm { $number }
gui-view-screen-name = Bildschirm { $number }: { $width } × { $height } ({ $name })
gui-view-screen-hint = Welchen der anderen Bildschirme Sie sehen
gui-view-screen-share = Bildschirme, die zu sehen sind
gui-view-quality = Das Bild
gui-view-quality-automatic = Automatisch
gui-view-quality-automatic-hint = So scharf, wie die Leitung es ohne Verzögerung erlaubt
gui-view-quality-sharp = Scharf
gui-view-quality-sharp-hint = Lieber scharf als flüssig: was sich bewegt, kommt später
gui-view-quality-sparing = Sparsam
gui-view-quality-sparing-hint = Höchstens 1 Mbit/s, zehn Bilder in der Sekunde

# Wer auf der anderen Seite ist.
gui-meeting-button = Bilder vergleichen
gui-meeting-title = Ihr Helfer
gui-meeting-title-helper = Wer am anderen Ende ist
gui-meeting-of = Computer von { $name } ({ $system })
gui-meeting-of-name = Computer von { $name }
gui-meeting-of-system = Computer mit { $system }
gui-meeting-ask = Sehen Sie beide diese vier Bilder? Ihr Helfer findet seine unter „Verständigen“. Sind sie gleich, erkennt dieser Computer Ihren Helfer beim nächsten Mal wieder.
gui-meeting-matched = Sie waren gleich
gui-meeting-ask-helper = Sobald die andere Person gesagt hat, dass sie dieselben vier sieht, kann dieser Computer ihren beim nächsten Mal wiedererkennen.
gui-meeting-ask-running = Die andere Person findet ihre im Fenster von Beistand. Sagt sie, dass sie dieselben vier sieht, kann dieser Computer ihren beim nächsten Mal wiedererkennen.
gui-meeting-compared = ✔ Sie waren gleich. Dieser Computer erkennt den anderen künftig wieder.
gui-meeting-about = Die andere Person schreibt, was nicht geht: „{ $about }“
gui-meeting-wrong = Was nicht geht, in den eigenen Worten der Person:

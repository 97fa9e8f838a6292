# Dateien zwischen den beiden Computern.
gui-files-button = Dateien
gui-files-to-user-title = Ihnen Dateien senden
gui-files-to-user-line = Sie werden bei jeder gefragt und wählen den Ordner. Nichts davon wird von selbst geöffnet.
gui-files-to-user-short = Senden
gui-files-to-user-helper = Dateien auf den anderen Computer senden
gui-files-from-user-title = Dateien von Ihnen holen
gui-files-from-user-line = Sie wählen jede Datei aus. Ihr Helfer sieht damit nicht in Ihre Ordner.
gui-files-from-user-short = Holen
gui-files-from-user-helper = Dateien holen, die die andere Person auswählt
gui-files-asks = Ihnen werden Dateien angeboten
gui-files-wishes = Ihr Helfer bittet um eine Datei
gui-files-yes = Annehmen
gui-files-no = Ablehnen
gui-files-other-folder = Anderer Ordner…
gui-files-typed-folder = Pfad eines anderen Ordners
gui-files-bad-folder = Dorthin geht es nicht: { $why }.
gui-files-wish = Ihr Helfer bittet um diese Datei: { $name }
gui-files-wish-any = Ihr Helfer bittet um eine Datei.
gui-files-decline = Keine senden
gui-files-pick-what = Pfad, oder hierher ziehen
gui-files-choose = Auswählen
gui-files-pick = An den Helfer senden
gui-files-forget = Nicht senden
gui-files-drop = Ziehen Sie Dateien oder Ordner in dieses Fenster, um sie zu senden.
gui-files-what = Pfad zum Senden oder Holen
gui-files-send = Senden
gui-files-fetch = Holen
gui-files-pause = Anhalten
gui-files-resume = Weiter
gui-files-cancel = Abbrechen
gui-files-progress = { $bytes } von { $total }
gui-files-progress-secs = { $bytes } von { $total }, { $speed } pro Sekunde, noch { $secs } s
gui-files-progress-minutes = { $bytes } von { $total }, { $speed } pro Sekunde, noch { $minutes } min
gui-files-paused = { $bytes } von { $total }, angehalten
gui-files-offered = { $title } ({ $files ->
        [one] eine Datei
       *[other] { $files } Dateien
    }, { $size })
gui-files-offered-waits = Es beginnt, sobald zugestimmt wird.
gui-files-arrived = { $title } ist angekommen.
gui-files-is-here = { $title } liegt in { $folder }.
gui-files-over = { $kept ->
        [0] { $title }: { $how }.
       *[other] { $title }: { $how }. Angekommene Dateien: { $kept }.
    }
gui-files-open-folder = Ordner öffnen
gui-files-browse = Durchsuchen…
gui-files-paste = Bild einfügen
gui-files-picture-name = Bild { $time }.png
gui-files-picture-coming = Das Bild wird vorbereitet.
gui-files-picture-about = { $width } × { $height } Pixel, { $size }
gui-files-picture-send = Bild senden
gui-files-picture-none = Es gibt kein Bild zum Einfügen. Kopieren Sie zuerst eines.
gui-files-picture-too-large = Dieses Bild ist zu groß: mehr als vier Bildschirme mit 3840 × 2160 Pixeln.
gui-files-picture-broken = Das Bild lässt sich auf diesem Computer nicht verwenden.
gui-files-picture-not-allowed = In dieser Richtung dürfen gerade keine Dateien gesendet werden.
gui-files-picture-later = Es ist schon zu viel unterwegs; versuchen Sie es später noch einmal.
gui-files-lost = Eine Datei ist noch unterwegs.

# Was dieser Computer leistet.
bench-introduction =
    Bilder von { $width } × { $height } werden hier gezeichnet, kodiert, verschlüsselt, entschlüsselt und dekodiert, eines nach dem anderen, etwa { $seconds } s lang. Keines zeigt Ihren Bildschirm, und nichts verlässt diesen Computer.
    Von je zwei Zeiten hat die Hälfte der Bilder höchstens die erste gebraucht, und 95 von 100 höchstens die zweite.
bench-typing = Tippen
bench-scrolling = Blättern
bench-dragging = Ein Fenster verschieben
bench-film = Ein Film in einem Fenster
bench-slides = Folien
bench-user-yes = 30 Bilder pro Sekunde, wenn Ihnen geholfen wird: ja, { $needs } ms von { $has }.
bench-user-no = 30 Bilder pro Sekunde, wenn Ihnen geholfen wird: nein, { $needs } ms statt { $has }. Dieser Computer schafft { $rate }.
bench-helper-yes = 30 Bilder pro Sekunde, wenn Sie helfen: ja, { $needs } ms von { $has }.
bench-helper-no = 30 Bilder pro Sekunde, wenn Sie helfen: nein, { $needs } ms statt { $has }. Dieser Computer schafft { $rate }.
bench-page = Ein ganz neues Bild ist nach { $whole } ms da, und der Zeit, die das Netz braucht.

# Nachrichten zwischen beiden.

gui-chat-button = Nachrichten
gui-chat-title = Nachrichten
gui-chat-empty = Noch keine Nachrichten. Nur Sie beide können sie lesen.
gui-chat-field = Nachricht schreiben
gui-chat-send = Senden
gui-chat-copy = Nachricht kopieren
gui-chat-them = Gegenüber
gui-chat-theirs = { $name } · { $time }
gui-chat-bubble = Sie · { $time }
gui-chat-ours = Sie · { $time } · unterwegs
gui-chat-ours-delivered = Sie · { $time } · angekommen
gui-chat-news = Neue Nachricht: { $text }
gui-chat-refused = Nicht gesendet: { $text }
gui-chat-later = Sobald Ihr Gegenüber zugestimmt hat, können Sie weiterschreiben.
gui-chat-search = In den Nachrichten suchen
gui-chat-found = { $count ->
    [0] Keine Nachricht enthält das.
    [one] Eine Nachricht enthält das.
   *[other] { $count } Nachrichten enthalten das.
}

# Chatzeilen in einem Terminal.
chat-from-helper = Helfer: { $text }
chat-from-user = Andere Person: { $text }
chat-not-sent = Diese Zeile wurde nicht gesendet: { $text }

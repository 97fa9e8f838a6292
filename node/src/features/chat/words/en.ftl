# Lines of chat on a terminal.
chat-from-helper = Helper: { $text }
chat-from-user = User: { $text }
chat-not-sent = This line was not sent: { $text }

# Messages between both people.

gui-chat-button = Messages
gui-chat-title = Messages
gui-chat-empty = No messages yet. Only the two of you can read them.
gui-chat-field = Write a message
gui-chat-send = Send
gui-chat-copy = Copy this message
gui-chat-them = They
gui-chat-theirs = { $name } · { $time }
gui-chat-bubble = You · { $time }
gui-chat-ours = You · { $time } · on its way
gui-chat-ours-delivered = You · { $time } · delivered
gui-chat-news = They wrote: { $text }
gui-chat-refused = Not sent: { $text }
gui-chat-later = You can write more once they have said yes.
gui-chat-search = Search in the messages
gui-chat-found = { $count ->
    [0] No message has this.
    [one] One message has this.
   *[other] { $count } messages have this.
}

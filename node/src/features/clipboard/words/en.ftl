# What is copied and pasted, on a terminal.
clipboard-text-to-helper = The text you copied was sent to the helper.
clipboard-picture-to-helper = The picture you copied was sent to the helper.
clipboard-text-to-user = The text you copied was sent to the other person's computer.
clipboard-picture-to-user = The picture you copied was sent to the other person's computer.
clipboard-text-here = You can now paste text that the other person copied.
clipboard-picture-here = You can now paste a picture that the other person copied.
clipboard-too-large = What you copied was not sent: it is too large.
clipboard-secret = What you copied was not sent: it is a password.
clipboard-no-answer = What you copied was not sent: the program you copied it from does not respond.
clipboard-damaged = What was copied can't be used: it is damaged.
clipboard-not-here = Copying and pasting between the two computers does not work here. { $reason }
clipboard-not-allowed = The text was not sent: this is not allowed at the moment.
clipboard-behind = The text was not sent: too much is waiting already.

# What the bar on the user's screen calls it.
clipboard-may-to-user = paste
clipboard-may-from-user = copy

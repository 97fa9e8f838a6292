# The clipboard.

gui-clipboard-button = Clipboard
gui-clipboard-to-title = Let you paste what they copy
gui-clipboard-to-line = Put text and pictures that they copy on your clipboard.
gui-clipboard-to-short = Paste
gui-clipboard-to-helper = put what you copy on their clipboard
gui-clipboard-from-title = See what you copy
gui-clipboard-from-line = Text and pictures, from now on. Never what you copied before.
gui-clipboard-from-short = Copy
gui-clipboard-from-helper = paste what they copy

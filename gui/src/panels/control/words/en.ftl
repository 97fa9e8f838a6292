# Mouse and keyboard.

gui-control-button = Keys
gui-control-hint = Keys that this computer would keep for itself
gui-control-way-home = As on your keyboard
gui-control-way-home-hint = What you type arrives, whatever keyboard they have. Shortcuts go by the letter.
gui-control-way-place = By the key's place
gui-control-way-place-hint = For games and for programs that look at the keys themselves. What arrives depends on their keyboard.
gui-control-type-copied = Type the text that you copied
gui-control-type-too-long = That text is too long to be typed. Paste it in parts.
gui-control-pointer-title = Use your mouse
gui-control-pointer-line = Move the pointer and click.
gui-control-pointer-short = Mouse
gui-control-pointer-helper = use the mouse
gui-control-keyboard-title = Use your keyboard
gui-control-keyboard-line = They can do anything you can on this computer, and what they install stays after you end.
gui-control-keyboard-short = Keyboard
gui-control-keyboard-helper = use the keyboard
gui-control-not-here = The helper's mouse and keyboard have no effect here. { $reason }
gui-control-key-ctrl = Ctrl
gui-control-key-delete = Del
gui-control-key-super = Super (Windows key)
gui-control-key-print = Print Screen
gui-control-type-hint = A text that is typed there
gui-control-type = Type it
gui-control-typing = { $typed } of { $all } characters typed
gui-control-stop = Stop typing

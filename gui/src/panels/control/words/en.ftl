# Mouse and keyboard.

gui-control-button = Keys
gui-control-hint = Keys that this computer would keep for itself
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

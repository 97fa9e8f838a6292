# What is wrong with a typed command.
control-nothing-to-type = { $usage }: there is nothing to type.
control-no-key = There is no key “{ $name }”. Keys have W3C names, such as KeyA, Digit1, Enter or ShiftLeft.
control-no-button = There is no mouse button “{ $name }”. Choose from: left, middle, right, back, forward.
control-numbers = { $usage }: two whole numbers are needed, not “{ $text }”.

control-not-here = The helper's mouse and keyboard have no effect here. { $reason }
control-interrupted = The connection was interrupted.
control-kept-out = Mouse and keyboard of helpers have no effect there at the moment: the user is using their own, has not allowed it, or is being asked something.
control-stopped = You stopped typing.
control-refused = That can't be typed there: the key is blocked, no key makes the character, or a window of the program that the user runs for this session has the keyboard.
control-busy = Something is still being typed. Wait until it is done, or stop it.
control-not-typed = { $why } Of { $all } characters and keys, { $typed } were typed; the rest was not, or not for certain. Look at the screen before you go on.
control-not-sent = What you typed or clicked while the connection was interrupted was not sent. Look at the screen, then do it again.
control-undone = { $count ->
        [one] One character, key press or click of the helper's had no effect: { $why }
       *[other] { $count } characters, key presses and clicks of the helper's had no effect: { $why }
    }
control-undone-user-active = you were using your own mouse or keyboard.
control-undone-kept-out = you were being asked something, had not allowed it, or it arrived too late.
control-undone-refused = the keys are blocked or missing here, or a window of this program had the keyboard.
control-undone-given-up = the connection was interrupted, or the helper stopped typing.
control-own-window = That click did nothing: a window of the program that the user runs for this session is there, and nobody presses that from afar. If it is the bar, it makes room where it can.

# What the bar on the user's screen calls it.
control-may-pointer = mouse
control-may-keyboard = keyboard
control-typing = Typing now
control-pointing = Moving the mouse
control-no-effect = Input had no effect

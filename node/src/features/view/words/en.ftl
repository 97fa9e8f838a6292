# The view of the screen, for the helper.

view-too-large = Their screen can't be shown: { $width } × { $height } pixels are more than this program can show.
view-no-decoder = Their screen can't be shown: the decoder could not be started safely on this computer.

# Which screens there are.
view-monitors = Screens: { $all }. You see: { $shown }. Type “monitor NAME” or “monitor all” for another one.
view-monitors-host = Your screens: { $all }. The helper may see: { $shared }. Type “hide NAME” to take one away, and “show NAME” to give it back.
view-no-monitor = There is no screen “{ $name }”. Nothing was changed for it.
view-show-question = Shall your helper see the screen “{ $name }” again?
view-which-monitor = Say which screen, by its name.

# What covers the user's screen.
view-locked = Their screen is locked. Only they can unlock it: ask them to.
view-saver = A screen saver covers their screen. A key press or a move of the mouse ends it.
view-uncovered = Their screen is visible again.

# What pictures are to be like.
view-which-quality = Say “quality auto”, “quality sharp” or “quality sparing”.
view-quality-automatic = The picture is as sharp as the line allows without delay.
view-quality-sharp = The picture is sharp rather than smooth.
view-quality-sparing = The picture takes at most 1 Mbit/s and comes ten times a second.

# What the bar on the user's screen calls it.
view-may = see

# When pictures are carried on this computer alone, to measure it.
view-bench-stuck = A picture did not get through within 20 s.

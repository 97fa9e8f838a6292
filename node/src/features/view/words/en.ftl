# The view of the screen, for the helper.

view-too-large = Their screen can't be shown: { $width } × { $height } pixels are more than this program can show.
view-no-decoder = Their screen can't be shown: the decoder could not be started safely on this computer ({ $detail }).

# What the bar on the user's screen calls it.
view-may = see

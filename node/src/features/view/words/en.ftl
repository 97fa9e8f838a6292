# What is seen is shown; nothing is said of it.

# What the bar on the user's screen calls it.
view-may = see

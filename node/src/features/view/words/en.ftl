# What is seen is shown; nothing is said of it.

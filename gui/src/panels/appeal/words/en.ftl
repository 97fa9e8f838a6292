# What the helper asks for in a session.

gui-appeal-button = Question
gui-appeal-nothing = If your helper needs to do more, their question appears here.
gui-appeal-asked = Your helper asks for one more thing: { $what }
gui-appeal-theirs = In their own words. Nobody has checked them.
gui-appeal-allow = Allow this
gui-appeal-decline = Not now
gui-appeal-hands-off = Nothing changes until you allow it. Until then your helper can't use your mouse or keyboard.

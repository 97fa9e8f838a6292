# The bar that shows the user, on every monitor, that somebody helps.
indicator-name = “{ $name }”
indicator-mark = (name not verified)
indicator-known = (known since { $since })
indicator-doing = { $doing } · { $time }
indicator-looking = Looking at your screen
indicator-nothing = Sees nothing, does nothing
indicator-paused = Paused: sees nothing, does nothing
indicator-just-now = just started
indicator-minutes = helping for { $minutes } min
indicator-hours = helping for { $hours } h { $minutes } min
indicator-may = May: { $what }
indicator-may-nothing = May do nothing
indicator-key = Ctrl+Alt+End ends it at once
indicator-key-title = End remote help at once
indicator-no-key = Ctrl+Alt+End does not work here
indicator-pause = Pause
indicator-go-on = Go on
indicator-end = End

# When something is wrong with it.
indicator-hidden = Paused, because the bar that shows the session is hidden. When you can see it again, press “Go on” on it.
indicator-refused = There is no session without the bar that shows it, so it did not begin. { $why }
indicator-silent = The bar that shows a session can't be shown: the desktop does not answer.

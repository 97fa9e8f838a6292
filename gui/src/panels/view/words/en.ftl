# The view of the screen.

gui-view-button = Statistics
gui-view-screen-title = See your screen
gui-view-screen-line = Everything on it, for as long as this lasts.
gui-view-screen-short = Screen
gui-view-screen-helper = see the screen
gui-view-rate = { $rate } pictures per second
gui-view-latency = { $milliseconds } ms behind
gui-view-bits = { $kilobits } kbit/s
gui-view-count = { $shown } shown, { $dropped } skipped
gui-view-path = { $kind }, { $transport }
gui-view-round-trip = { $milliseconds } ms round trip
gui-view-stages = How long it takes (half of them / 95 of 100 within):
gui-view-stage = { $stage }: { $time }
gui-view-screen-all = All screens
gui-view-screen-one = Screen { $number }
gui-view-screen-name = Screen { $number }: { $width } × { $height } ({ $name })
gui-view-screen-hint = Which of their screens you see
gui-view-screen-share = Screens that can be seen
gui-view-quality = The picture
gui-view-quality-automatic = Automatic
gui-view-quality-automatic-hint = As sharp as the line allows without delay
gui-view-quality-sharp = Sharp
gui-view-quality-sharp-hint = Sharp rather than smooth: what moves comes later
gui-view-quality-sparing = Sparing
gui-view-quality-sparing-hint = At most 1 Mbit/s, ten pictures a second

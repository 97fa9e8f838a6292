# Talking with each other.

gui-voice-button = Talk
gui-voice-title = Talk with each other
gui-voice-line = You hear your helper. They hear you only while you open your microphone yourself.
gui-voice-short = Talk
gui-voice-helper = talk with them
gui-voice-open = Open my microphone
gui-voice-press = Hold to talk
gui-voice-press-key = Hold to talk ({ $key })
gui-voice-mute = Close my microphone
gui-voice-hang-up = Hang up
gui-voice-listen = Listen again
gui-voice-live = Your microphone is open: the other person hears you.
gui-voice-under-way = your microphone is open
gui-voice-closed = Your microphone is closed.
gui-voice-away = You have hung up: you neither hear nor are heard.
gui-voice-peer-open = Their microphone is open.
gui-voice-peer-muted = Their microphone is closed.
gui-voice-peer-away = They have hung up and don't hear you.
gui-voice-own-level = Your voice
gui-voice-peer-level = Their voice
gui-voice-figures = Delay { $delay } ms, loss { $loss } %
gui-voice-devices = Choose devices
gui-voice-microphone = Microphone
gui-voice-speaker = Loudspeaker
gui-voice-default = As set in the system
gui-voice-not-allowed = The user doesn't allow you to talk at the moment.

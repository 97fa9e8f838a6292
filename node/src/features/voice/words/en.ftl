# Talking, on a terminal.
voice-may = talk
voice-doing = your microphone is open
voice-usage = These are typed: “talk on”, “talk push”, “talk press”, “talk off”, “mute”, “voice devices”, “voice use mic NAME”, “voice use speaker NAME”.
voice-open-question = Your helper then hears your microphone, until you type “mute”.
voice-arm-question = Your helper then hears your microphone for five seconds each time that you type “talk press”.
voice-not-allowed = Nobody can talk: it is not allowed at the moment.
voice-behind = Nothing was changed: too many commands wait already.
voice-not-armed = Switch push to talk on first: “talk push”.
voice-not-ours = There is no push to talk while your helper may use the mouse, the keyboard or a terminal: they could press it. Open the microphone instead: “talk on”.
voice-armed = Push to talk is on: “talk press” opens your microphone for five seconds.
voice-us-open = Your microphone is open: the other person hears you. “mute” closes it.
voice-us-muted = Your microphone is closed.
voice-us-away = You have hung up: you neither hear nor are heard. “mute” listens again.
voice-helper-open = Your helper is talking to you.
voice-helper-muted = Your helper's microphone is closed.
voice-helper-away = Your helper has hung up and does not hear you.
voice-user-open = The user is talking to you.
voice-user-muted = The user's microphone is closed.
voice-user-away = The user has hung up and does not hear you.
voice-default = the system's own choice
voice-using-microphone = Microphone: { $device }
voice-using-speaker = Loudspeaker: { $device }
voice-devices =
    Devices that you can choose:
    { $devices }

# Why there is no sound. The session goes on all the same.
voice-no-server = You can't talk here: this computer has no sound server (PipeWire or PulseAudio).
voice-no-microphone = You are not heard: this computer has no such microphone. You can still listen.
voice-no-speaker = You hear nothing: this computer has no such loudspeaker. You can still talk.
voice-microphone-refused = You are not heard: the system does not let Beistand use the microphone. Allow it in the system's settings.
voice-speaker-refused = You hear nothing: the system does not let Beistand use the loudspeaker. Allow it in the system's settings.
voice-microphone-taken = You are not heard: nothing comes from the microphone. Another program may have it for itself; close that one, or choose another microphone.
voice-speaker-taken = You hear nothing: the loudspeaker takes nothing. Another program may have it for itself; close that one, or choose another loudspeaker.
voice-microphone-gone = Your microphone is closed: it was pulled out or switched off. Choose another one and talk again.
voice-speaker-gone = The loudspeaker was pulled out or switched off. Choose another one to go on listening.
voice-broken = Sound does not work here: the system's sound server does not answer as it should.

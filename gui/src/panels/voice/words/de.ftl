# Das Sprechen miteinander.

gui-voice-button = Sprechen
gui-voice-title = Miteinander sprechen
gui-voice-line = Sie hören Ihren Helfer. Er hört Sie nur, solange Sie selbst Ihr Mikrofon öffnen.
gui-voice-short = Sprechen
gui-voice-helper = miteinander sprechen
gui-voice-open = Mein Mikrofon öffnen
gui-voice-press = Zum Sprechen halten
gui-voice-press-key = Zum Sprechen halten ({ $key })
gui-voice-mute = Mein Mikrofon schließen
gui-voice-hang-up = Auflegen
gui-voice-listen = Wieder zuhören
gui-voice-live = Ihr Mikrofon ist offen: Die andere Person hört Sie.
gui-voice-under-way = Ihr Mikrofon ist offen
gui-voice-closed = Ihr Mikrofon ist geschlossen.
gui-voice-away = Sie haben aufgelegt: Sie hören nichts und werden nicht gehört.
gui-voice-peer-open = Das andere Mikrofon ist offen.
gui-voice-peer-muted = Das andere Mikrofon ist geschlossen.
gui-voice-peer-away = Die andere Person hat aufgelegt und hört Sie nicht.
gui-voice-own-level = Ihre Stimme
gui-voice-peer-level = Die andere Stimme
gui-voice-figures = Verzögerung { $delay } ms, Verlust { $loss } %
gui-voice-devices = Geräte wählen
gui-voice-microphone = Mikrofon
gui-voice-speaker = Lautsprecher
gui-voice-default = Wie im System eingestellt
gui-voice-not-allowed = Sprechen ist Ihnen im Moment nicht erlaubt.

# Das Sprechen, in einem Terminal.
voice-may = sprechen
voice-doing = Ihr Mikrofon ist offen
voice-usage = Das können Sie eingeben: „talk on“, „talk push“, „talk press“, „talk off“, „mute“, „voice devices“, „voice use mic NAME“, „voice use speaker NAME“.
voice-open-question = Ihr Helfer hört dann Ihr Mikrofon, bis Sie „mute“ eingeben.
voice-arm-question = Ihr Helfer hört dann Ihr Mikrofon fünf Sekunden lang, jedes Mal wenn Sie „talk press“ eingeben.
voice-not-allowed = Niemand kann sprechen: Das ist im Moment nicht erlaubt.
voice-behind = Es wurde nichts geändert: Es warten schon zu viele Befehle.
voice-not-armed = Schalten Sie zuerst das Sprechen auf Knopfdruck ein: „talk push“.
voice-not-ours = Solange Ihr Helfer Maus, Tastatur oder ein Terminal benutzen darf, gibt es kein Sprechen auf Knopfdruck: Er könnte selbst drücken. Öffnen Sie stattdessen das Mikrofon: „talk on“.
voice-armed = Sprechen auf Knopfdruck ist eingeschaltet: „talk press“ öffnet Ihr Mikrofon für fünf Sekunden.
voice-us-open = Ihr Mikrofon ist offen: Die andere Person hört Sie. „mute“ schließt es.
voice-us-muted = Ihr Mikrofon ist geschlossen.
voice-us-away = Sie haben aufgelegt: Sie hören nichts und werden nicht gehört. Mit „mute“ hören Sie wieder zu.
voice-helper-open = Ihr Helfer spricht mit Ihnen.
voice-helper-muted = Das Mikrofon Ihres Helfers ist geschlossen.
voice-helper-away = Ihr Helfer hat aufgelegt und hört Sie nicht.
voice-user-open = Die andere Person spricht mit Ihnen.
voice-user-muted = Das Mikrofon der anderen Person ist geschlossen.
voice-user-away = Die andere Person hat aufgelegt und hört Sie nicht.
voice-default = was das System selbst wählt
voice-using-microphone = Mikrofon: { $device }
voice-using-speaker = Lautsprecher: { $device }
voice-devices =
    Geräte, die Sie wählen können:
    { $devices }

# Warum es keinen Ton gibt. Die Sitzung geht trotzdem weiter.
voice-no-server = Hier können Sie nicht sprechen: Dieser Computer hat keinen Tonserver (PipeWire oder PulseAudio).
voice-no-microphone = Sie werden nicht gehört: Dieser Computer hat kein solches Mikrofon. Zuhören können Sie trotzdem.
voice-no-speaker = Sie hören nichts: Dieser Computer hat keinen solchen Lautsprecher. Sprechen können Sie trotzdem.
voice-microphone-refused = Sie werden nicht gehört: Das System lässt Beistand das Mikrofon nicht benutzen. Erlauben Sie es in den Einstellungen des Systems.
voice-speaker-refused = Sie hören nichts: Das System lässt Beistand den Lautsprecher nicht benutzen. Erlauben Sie es in den Einstellungen des Systems.
voice-microphone-taken = Sie werden nicht gehört: Vom Mikrofon kommt nichts. Vielleicht hat ein anderes Programm es für sich; schließen Sie dieses, oder wählen Sie ein anderes Mikrofon.
voice-speaker-taken = Sie hören nichts: Der Lautsprecher nimmt nichts an. Vielleicht hat ein anderes Programm ihn für sich; schließen Sie dieses, oder wählen Sie einen anderen Lautsprecher.
voice-microphone-gone = Ihr Mikrofon ist geschlossen: Es wurde herausgezogen oder ausgeschaltet. Wählen Sie ein anderes und sprechen Sie weiter.
voice-speaker-gone = Der Lautsprecher wurde herausgezogen oder ausgeschaltet. Wählen Sie einen anderen, um weiter zuzuhören.
voice-broken = Der Ton funktioniert hier nicht: Der Tonserver des Systems antwortet nicht, wie er soll.

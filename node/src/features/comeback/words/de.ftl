# Eine Rückkehr nach der Sitzung, in einem Terminal.
comeback-may = zurückkehren
comeback-usage = Dahinter wird nichts getippt: comeback
comeback-kept = Wenn die Verbindung endet, können Sie innerhalb von 60 Minuten noch einmal anfragen, ohne neue Einladung.
comeback-kept-here = Wenn die Verbindung endet, darf Ihr Helfer innerhalb von 60 Minuten noch einmal anfragen. Sie entscheiden dann, ob er zurückkehrt.
comeback-not-kept-here = Eine Rückkehr wurde nicht vorbereitet: Dieser Computer konnte sie nicht aufschreiben.
comeback-not-kept-there = Eine Rückkehr wurde nicht vorbereitet: Der andere Computer konnte sie nicht aufschreiben.
comeback-taken-back = Sie können nicht mehr ohne neue Einladung zurückkehren.
comeback-taken-back-here = Ihr Helfer kann nicht mehr ohne neue Einladung zurückkehren.
comeback-restarts = Ihr Helfer startet gleich Ihren Computer neu. Öffnen Sie danach Beistand wieder: Sie werden gefragt, ob er zurückkehrt.
comeback-asks = Ihr Helfer möchte gleich Ihren Computer neu starten und innerhalb von 60 Minuten zurückkehren. Wenn Ihnen das recht ist: „grant reconnect“.
comeback-told = Der Benutzer weiß, dass Sie gleich seinen Computer neu starten. Sie können innerhalb von 60 Minuten zurückkehren, sobald er Beistand wieder geöffnet hat.
comeback-asked = Der Benutzer weiß, dass Sie gleich seinen Computer neu starten, und wurde gefragt, ob Sie zurückkehren dürfen. Bisher dürfen Sie es nicht.
comeback-behind = Es wurde nichts gesagt: Es warten schon zu viele Befehle.
comeback-not-allowed = Es wurde nichts gesagt: Es gibt noch keine Sitzung.

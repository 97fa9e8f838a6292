# Was an einem getippten Befehl falsch ist.
control-nothing-to-type = { $usage }: Es gibt nichts zu tippen.
control-no-key = Die Taste „{ $name }“ gibt es nicht. Tasten haben die Namen des W3C, etwa KeyA, Digit1, Enter oder ShiftLeft.
control-no-button = Die Maustaste „{ $name }“ gibt es nicht. Zur Wahl stehen: left, middle, right, back, forward.
control-numbers = { $usage }: Nötig sind zwei ganze Zahlen, nicht „{ $text }“.

control-not-here = Maus und Tastatur des Helfers wirken hier nicht. { $reason }
control-interrupted = Die Verbindung war unterbrochen.
control-kept-out = Maus und Tastatur von Helfern wirken dort im Moment nicht: Die andere Person benutzt ihre eigenen, hat es nicht erlaubt oder wird gerade etwas gefragt.
control-stopped = Sie haben das Tippen angehalten.
control-refused = Das lässt sich dort nicht tippen: Die Taste ist gesperrt, keine Taste ergibt das Zeichen, oder ein Fenster des Programms, mit dem Sie verbunden sind, hat die Tastatur.
control-busy = Es wird noch etwas getippt. Warten Sie, bis es fertig ist, oder halten Sie es an.
control-not-typed = { $why } Von { $all } Zeichen und Tasten wurden { $typed } getippt, der Rest nicht oder nicht sicher. Sehen Sie sich den Bildschirm an, bevor Sie weitermachen.
control-not-sent = Was Sie während der Unterbrechung getippt oder geklickt haben, wurde nicht übertragen. Sehen Sie sich den Bildschirm an und wiederholen Sie es dann.
control-undone = { $count ->
        [one] Ein Zeichen, Tastendruck oder Klick des Helfers blieb ohne Wirkung: { $why }
       *[other] { $count } Zeichen, Tastendrücke und Klicks des Helfers blieben ohne Wirkung: { $why }
    }
control-undone-user-active = Sie haben gerade Ihre eigene Maus oder Tastatur benutzt.
control-undone-kept-out = Sie wurden gerade etwas gefragt, hatten es nicht erlaubt, oder es kam zu spät an.
control-undone-refused = Die Tasten sind gesperrt oder fehlen hier, oder ein Fenster dieses Programms hatte die Tastatur.
control-undone-given-up = Die Verbindung war unterbrochen, oder der Helfer hat das Tippen angehalten.
control-own-window = Dieser Klick bewirkt nichts: Dort liegt ein Fenster des Programms, mit dem Sie verbunden sind, und das lässt sich nicht aus der Ferne drücken. Ist es die Leiste, macht sie Platz, wo sie kann.

# Wie die Leiste auf dem Bildschirm es nennt.
control-may-pointer = Maus
control-may-keyboard = Tastatur
control-typing = Tippt gerade
control-pointing = Bewegt die Maus
control-no-effect = Eingabe ohne Wirkung

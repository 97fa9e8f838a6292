# Die Befehlszeile: Überschriften und was für einen Wert steht.
args-heading-usage = Aufruf
args-heading-commands = Befehle
args-heading-options = Optionen
args-heading-network = Netz
args-heading-machine = Dieser Computer
args-heading-general = Allgemein
args-value-options = OPTIONEN
args-value-command = BEFEHL
args-value-file = DATEI
args-value-folder = ORDNER
args-value-name = NAME
args-value-address = ADRESSE
args-value-language = SPRACHE

# Was die Optionen tun.
args-config = Diese Konfigurationsdatei statt der üblichen lesen
args-data-dir = Schlüssel und Daten dieser Installation in diesem Ordner ablegen
args-network = Das Netz: „default“ für das öffentliche und das lokale, „public“ oder „lan“ für nur eines davon, oder der Name eines privaten. Nur Computer im selben Netz finden einander
args-bootstrap = Ein Teilnehmer, über den es ins Netz geht, mit seinem Teil /p2p/. Kann mehrmals angegeben werden. Ersetzt im öffentlichen Netz die bekannten Teilnehmer
args-relay = Ein Relay, dessen Betreiber Sie vertrauen: seine Adresse mit seinem Schlüssel als Teil /p2p/, oder nur dieser Teil. Kann mehrmals angegeben werden. Es hat Vorrang vor allen anderen, die Fremden gehören
args-listen = Wo dieser Computer erreichbar ist, etwa /ip4/0.0.0.0/udp/4001/quic-v1. Kann mehrmals angegeben werden
args-no-mdns = Im lokalen Netz keine Computer suchen und dort nicht zu finden sein
args-no-upnp = Den Router nicht bitten, einen Port zu öffnen
args-no-preset = Ohne das arbeiten, was eine Organisation neben dem Programm eingerichtet hat
args-decoder = Welche Bibliothek die Bilder dekodiert: auto, dav1d oder rav1d. „auto“ nimmt dav1d, wenn das System es hat
args-capture = Wie der Bildschirm aufgenommen wird: auto, wayland, x11, scrap oder fake. „auto“ ist der Desktop, der hier läuft; scrap kommt mit weniger vom X-Server aus
args-input = Wie Maus und Tastatur bedient werden: own oder enigo. „enigo“ dient dem Vergleich: Zeichen, die der Tastatur fehlen, können damit verloren gehen
args-language = Die Sprache aller Texte: „en“ oder „de“. Sonst die des Systems
args-json = Jedes Ereignis als JSON-Objekt in einer eigenen Zeile ausgeben
args-quiet = Nichts über das melden, was dauert; Fehler werden weiterhin gemeldet
args-verbose = Mehr auf der Standardfehlerausgabe protokollieren; mit -vv sehr viel
args-help = Diese Hilfe zeigen; -h nur das Übliche, --help alles
args-version = Die Version zeigen
args-help-command = Diese Hilfe zeigen, oder die zu einem Befehl

# Was an den Argumenten falsch ist.
args-unknown = Das Argument { $argument } gibt es nicht.
args-no-such-command = Den Befehl { $command } gibt es nicht.
args-no-value = { $argument } braucht einen Wert.
args-wrong-value = „{ $value }“ ist kein Wert für { $argument }.
args-wrong-value-because = „{ $value }“ ist kein Wert für { $argument }: { $fault }
args-missing = Ein Argument fehlt: { $argument }.
args-conflict = { $argument } geht nicht zusammen mit { $other }.
args-did-you-mean = Meinten Sie { $near }?
args-see-help = Mit --help sehen Sie, was es gibt.

# Handbuchseiten und Vervollständigung.
args-manual-completion = Die Vervollständigung für eine Shell ausgeben: bash, elvish, fish, powershell oder zsh
args-manual-completion-after =
    Für bash gehört sie nach ~/.local/share/bash-completion/completions/, unter dem Namen des Programms;
    für zsh in einen Ordner aus $fpath, mit einem Unterstrich vor dem Namen;
    für fish nach ~/.config/fish/completions/, mit .fish dahinter.
args-manual-manual = Die Handbuchseiten in einen Ordner schreiben
args-manual-value-shell = SHELL
args-manual-no-shell = Verwenden Sie bash, elvish, fish, powershell oder zsh.
args-manual-unwritten = Die Handbuchseiten konnten nicht nach { $folder } geschrieben werden: { $reason }
args-manual-name = BEZEICHNUNG
args-manual-synopsis = ÜBERSICHT
args-manual-description = BESCHREIBUNG
args-manual-commands = BEFEHLE
args-manual-notes = HINWEISE
args-manual-version = VERSION

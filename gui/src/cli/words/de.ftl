# Die Befehlszeile von beistand.

cli-about = Fernhilfe zwischen den Computern zweier Menschen: Jemand, dem Sie vertrauen, sieht Ihren Bildschirm und hilft Ihnen, sobald Sie zugestimmt haben
cli-after-help =
    Ohne Befehl öffnet sich die Startseite: Hilfe bekommen oder Hilfe geben.

    Exit-Codes: 0 wie gewünscht beendet, 2 falscher Aufruf oder falsche Eingabe, 3 abgelehnt, 4 nicht gefunden oder nicht erreichbar, 5 Verbindung verloren, 1 alles andere.
cli-view = Hilfe geben: die Ansicht öffnen
cli-demo = Beide Seiten auf diesem Computer zeigen: Hilfe bekommen in diesem Fenster, Hilfe geben in einem zweiten
cli-demo-reason = Ein Blick auf beide Seiten
cli-invite-file = Die Datei mit der Einladung, oder „-“ für die Standardeingabe. Ohne diese Angabe fragt das Fenster danach
cli-wants = Worum Sie bitten, mit Kommas getrennt; normalerweise um alles außer einem Terminal und der Rückkehr. Es gibt view, pointer, keyboard, clipboard-to-user, clipboard-from-user, files-to-user, files-from-user (Dateien, jedes Angebot mit einem Ja), annotate (auf dem Bildschirm zeichnen), voice (miteinander sprechen), diagnostics (ein Bericht), checkup (Tests), sweep (Suchen), repair (Reparaturen, jede mit einem Ja), adjust (Einstellungen, jede mit einem Ja), terminal, terminal-type und reconnect (Rückkehr innerhalb von 60 Minuten)
cli-no-such-command = Einen Befehl „{ $word }“ hat beistand nicht; beistand --help nennt seine. share, connect, doctor und weitere sind Befehle von beistand-node. Eine Einladung gehört nicht auf die Befehlszeile.
cli-no-invite-here = Eine Einladung gehört nicht auf die Befehlszeile, wo jedes Programm dieses Computers sie lesen könnte. Fügen Sie sie in das Fenster ein, oder schreiben Sie sie in eine Datei: beistand view --invite-file DATEI („-“ liest die Standardeingabe).
cli-no-window = Es kann kein Fenster geöffnet werden. Starten Sie Beistand auf einem Desktop. Auf einem Computer ohne Desktop leistet beistand-node dasselbe in einem Terminal.

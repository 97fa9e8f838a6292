# Tests auf Abruf.

gui-checkup-button = Tests
gui-checkup-title = Diesen Computer testen
gui-checkup-line = Netz, Datenträger, Arbeitsspeicher, Drucker, Ton. Sie sehen jeden Test und können ihn abbrechen.
gui-checkup-short = Testen
gui-checkup-helper = den anderen Computer testen
gui-checkup-choose = Test auswählen
gui-checkup-what = Was getestet werden soll
gui-checkup-start = Starten
gui-checkup-stop = Test abbrechen
gui-checkup-none = Es läuft kein Test
gui-checkup-begun = Ein Test läuft: { $test }

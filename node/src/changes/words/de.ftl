# Was an diesem Computer geändert wurde, für den, der ihn benutzt.

changes-under-way = im Gange
changes-done = gemacht
changes-failed = nicht gemacht
changes-undone = rückgängig gemacht
changes-interrupted = unterbrochen, vielleicht nur zum Teil gemacht: machen Sie es rückgängig, oder lassen Sie es, wenn alles in Ordnung ist
changes-unknown = eine Änderung durch ein neueres Beistand

changes-not-here = { $name } gibt es auf diesem Computer nicht.
changes-not-permitted = Dieses Konto darf das nicht, und niemand, der es darf, hat zugestimmt.
changes-gone = Das, worum es geht, ist nicht da.
changes-changed = Es wurde inzwischen anders geändert und deshalb so gelassen, wie es ist.
changes-unfit = Damit wird das nie gemacht: Es ist eine Verknüpfung, ein Gerät, ein Teil des Systems oder von Beistand.
changes-too-large = Es ist zu groß.
changes-already = Es gibt nichts zu tun: Es ist schon so.
changes-no-undo = Das lässt sich nicht rückgängig machen.
changes-disk-full = Der Datenträger ist voll.
changes-stopped = Es wurde angehalten.
changes-late = Es hat zu lange gedauert.
changes-refused = Das System hat es verweigert.
changes-refused-with = Das System hat es verweigert: { $text }
changes-system = Es hat nicht geklappt: { $text }

changes-file = Die Liste der Änderungen lässt sich nicht lesen oder schreiben: { $reason }
changes-damaged = Die Liste der Änderungen ist beschädigt. Es wird nichts geändert, bis die Datei changes.json in Ordnung gebracht oder verschoben ist.
changes-full = Die Liste der Änderungen ist voll. Machen Sie zuerst rückgängig, was Sie nicht mehr wollen.
changes-busy = Eine andere Änderung ist im Gange. Versuchen Sie es danach noch einmal.
changes-no-entry = Eine Änderung mit dieser Nummer gibt es nicht.

changes-trial-back = Beistand wurde beendet, während diese Änderung auf Probe war. Sie wurde zurückgenommen: { $title }
changes-trial-not-back = Beistand wurde beendet, während diese Änderung auf Probe war, und sie ließ sich nicht zurücknehmen: { $title } { $why } Sie können sie in der Liste der Änderungen zurücknehmen.

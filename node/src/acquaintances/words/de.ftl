# Wen dieser Computer kennt.
known-month = { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[other] Dezember
} { $year }
known-since = bekannt seit { $since }
known-other = Das ist ein anderer Computer als der von { $name }, den Sie seit { $since } kennen. Vielleicht benutzt jemand den Namen. Fragen Sie am Telefon nach.
known-unreadable = Niemand wird als bekannt erkannt: Die Liste der Bekannten dieses Computers ist beschädigt oder stammt von einem anderen Computer. Löschen Sie diese Datei, um eine neue Liste zu beginnen: { $file }

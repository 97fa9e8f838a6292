# Whom this computer knows.
known-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
} { $year }
known-since = known since { $since }
known-other = This is another computer than that of { $name }, whom you have known since { $since }. Somebody may be using the name. Ask on the phone.
known-unreadable = Nobody is recognised as known: the list of people this computer knows is damaged, or comes from another computer. To begin a new list, delete this file: { $file }

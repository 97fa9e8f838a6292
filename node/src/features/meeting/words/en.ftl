# Who is at the other end.
meeting-usage = “matched” and “compared” stand alone.
meeting-matched-question = Did you compare the four pictures on the phone, and were all of them the same? Then this computer knows your helper again next time.
meeting-host = This is { $name }’s computer ({ $system }).
meeting-host-known = This is { $name }’s computer ({ $system }), which you have known since { $since }.
meeting-host-other = Take care: this is another computer than that of { $name }, which you have known since { $since }. Ask on the phone whether they have a new one.
meeting-known = This computer will know { $name } again.
meeting-not-kept = It could not be kept that the pictures matched.
meeting-behind = That the pictures matched was not kept: too many commands wait already.
meeting-about = What is wrong, in their words: “{ $about }”
meeting-about-usage = Write what is wrong after “about”: about The printer does not print.
meeting-about-long = What is wrong has at most { $count } characters.

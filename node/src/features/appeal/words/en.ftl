# The helper asks for one permission more, in a terminal.
appeal-something = something else
appeal-usage = This is typed with the name of a permission, and a reason if you like: appeal keyboard to type the address
appeal-too-long = A reason has at most { $count } characters.
appeal-asks = Your helper asks for one more thing: { $what }. If that is all right: “grant { $name }”; if not: “appeal no”.
appeal-asks-because = Your helper asks for one more thing: { $what }. Their reason: “{ $reason }”. If that is all right: “grant { $name }”; if not: “appeal no”.
appeal-asked = They are being asked for this: { $what }.
appeal-declined = They don't want to allow this now: { $what }.
appeal-unanswered = They have not answered whether they allow this: { $what }.
appeal-not-asked = They were not asked for this: { $what }. They were asked a moment ago, have paused, or it can't be had there. Ask them on the phone.
appeal-refused = Nothing was asked: there is nothing to ask or to answer now.

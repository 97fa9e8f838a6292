# What was changed on this computer, for its user.

changes-under-way = under way
changes-done = done
changes-failed = not done
changes-undone = taken back
changes-interrupted = interrupted, so it may be done in part: take it back, or leave it if all is well
changes-unknown = a change that a newer Beistand made

changes-not-here = { $name } is not on this computer.
changes-not-permitted = This account may not do that, and nobody who may agreed to it.
changes-gone = What it is about is not there.
changes-changed = Something else has changed it since, so it was left as it is.
changes-unfit = That is never done to this: it is a link, a device, part of the system or of Beistand.
changes-too-large = It is too large.
changes-already = There is nothing to do: it is so already.
changes-no-undo = It can't be taken back.
changes-disk-full = The disk is full.
changes-stopped = It was stopped.
changes-late = It took too long.
changes-refused = The system refused to do it.
changes-refused-with = The system refused to do it: { $text }
changes-system = It didn't work: { $text }

changes-file = The list of changes can't be read or written: { $reason }
changes-damaged = The list of changes is damaged. Nothing is changed until the file changes.json has been put right or moved away.
changes-full = The list of changes is full. Take back what you no longer want first.
changes-busy = Another change is under way. Try again when it is over.
changes-no-entry = There is no change of this number.

changes-trial-back = Beistand was ended while this change was on trial, so it was taken back: { $title }
changes-trial-not-back = Beistand was ended while this change was on trial, and it couldn't be taken back: { $title } { $why } You can take it back in the list of changes.

# Files between the two computers, in a terminal.
files-how = Type “send PATH”, “fetch NAME”, “files pick PATH”, “files yes NUMBER FOLDER”, “files no NUMBER”, “files pause NUMBER”, “files resume NUMBER”, “files cancel NUMBER” or “files list”. A path with blanks stands in quotes.
files-offered = Offered to the other side: { $title } ({ $files ->
        [one] one file
       *[other] { $files } files
    }, { $size }), number { $number }. It begins when they say yes.
files-question = Receive { $files ->
        [one] one file
       *[other] { $files } files
    } ({ $size }): { $names }? They go to { $folder }.
files-question-how = { $question } Type “files yes { $number }”, “files yes { $number } FOLDER” for another folder, or “files no { $number }”.
files-wished = Your helper asks for this file: { $name }. Type “files pick PATH” to send one, or “files no { $number }”.
files-wished-path = Your helper asks for { $name }. That is the file { $path } ({ $size }). Type “files yes { $number }” to send it, “files pick PATH” to send another, or “files no { $number }”.
files-wished-folder = Your helper asks for { $name }. That is the folder { $path } with { $files ->
        [one] one file
       *[other] { $files } files
    } ({ $size }). Type “files yes { $number }” to send all of it, “files pick PATH” to send something else, or “files no { $number }”.
files-wished-any = Your helper asks for a file. Type “files pick PATH” to send one, or “files no { $number }”.
files-wish-sent = The user is being asked for the file.
files-begun-sending = Sending { $title }.
files-begun-receiving = Receiving { $title } into { $folder }.
files-skipped = Not sent: { $name }: { $why }.
files-kept = { $title } is here: { $path }
files-ended = { $title }: { $how } (files that have arrived: { $kept }).
files-interrupted = { $title } was interrupted. What has arrived is kept: “files resume { $number }” goes on with it.
files-interrupted-pick = { $title } was interrupted. What has arrived is kept: “files resume { $number }” goes on with it, or pick it again.
files-declined = The user sends no file.
files-unwished = The wish for a file is over.
files-bad-folder = That folder can't be used: { $why }. Name another.
files-none = No files are on their way.
files-listed = On their way:
    { $lines }
files-line = { $number }: { $title }, { $bytes } of { $total }
files-size-kb = { $size } kB
files-size-mb = { $size } MB
files-size-gb = { $size } GB
files-yes-question = Receive, or send, what question { $number } is about?
files-yes-into-question = Receive what question { $number } is about, into { $folder }?
files-pick-question = Send this to your helper: { $names }?
files-not-allowed = The user does not allow this at the moment.
files-behind = Too much is under way already.
files-other-side = That is for the helper to do.
files-nothing = There is no such question or transfer.
files-no-folder = A folder is named from the root on, such as /home/anna/Downloads.

# How a transfer ends.
files-end-done = complete
files-end-refused = it was refused
files-end-cancelled = its sender cancelled it
files-end-cancelled-by-receiver = its receiver cancelled it
files-end-busy = too much is under way, or another program is using the file
files-end-too-much = there are more files, or longer names, than can be sent at once
files-end-bad-name = a name hides something, or can't be used on every computer
files-end-not-a-file = it isn't an ordinary file
files-end-gone = it isn't there
files-end-not-permitted = this account may not
files-end-disk-full = there is no room on the disk
files-end-changed = it was changed meanwhile
files-end-damaged = it arrived damaged
files-end-invalid = the other program broke the rules
files-end-interrupted = interrupted; what has arrived is kept, so send it again to go on
files-end-broken = the disk or the program failed

# What the bar on the screen calls it.
files-may-to-user = send files
files-may-from-user = get files

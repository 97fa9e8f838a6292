# Mending the user's computer, in a terminal and in a window.

repair-may = repair
repair-how = Type one of: end PID, autostart off|on desktop|service|cron WHICH, service start|stop|enable|disable WHICH, restart SERVICE, quarantine FILE, hosts, proxy, printer WHICH, resume PRINTER, free KINDS, updates, restore FILE, packages, unhold PACKAGE, system start|stop|enable|disable NAME, undo NUMBER, space, list, withdraw; on the user's side yes NUMBER, no, stop, undo NUMBER, space, list.
repair-not-allowed = They don't allow repairs at the moment.
repair-behind = Too much waits already.
repair-other-side = That is for the other side to say.
repair-nothing = No such question is open, and nothing is being done.
repair-no-journal = The list of changes can't be read or written, so nothing is changed.

repair-yes-question = Do what question { $number } asks for, as it is described above?
repair-question =
    { $question }
    Type “repair yes { $number }” and then the answer that you are asked for, or “repair no { $number }”.
repair-asks =
    { $who } wants to { $what }.
    { $undo }
repair-asks-with =
    { $who } wants to { $what }.
    As it is now: { $before }.
    { $undo }
repair-asks-back =
    { $who } wants to { $what }.
    Before that change it was like this: { $before }.
    { $undo }
repair-can-undo = You can take it back later from the list of changes.
repair-back-to-before = This puts it back as it was before.
repair-no-undo = This can't be taken back.
repair-no-undo-end = This can't be taken back. What isn't saved there is lost.
repair-no-undo-restart = There is nothing to take back: it runs now, and will run again.
repair-no-undo-printer = This can't be taken back: what waits for the printer has to be printed anew.
repair-no-undo-free = This can't be taken back: what is deleted is gone, what is in the trash as well.
repair-no-undo-updates = This can't be taken back from here. Don't turn the computer off meanwhile.
repair-no-undo-packages = This can't be taken back: what is half installed is then installed, and what it needs may be installed or updated with it. No package is removed. Don't turn the computer off meanwhile.

repair-proposed = You propose to { $what }.
repair-asked = They are being asked whether to { $what }.
repair-begun = Begun: { $what }.
repair-ended = { $what }: { $how }
repair-ended-with =
    { $what }: { $how }
    Before: { $before }. Now: { $after }. Change number { $number }.
repair-space =
    This much can be freed:
    { $kinds }
repair-space-line = { $kind }: { $size } MB
repair-entries =
    Changes so far:
    { $entries }
repair-no-entries = Nothing was changed so far.
repair-interrupted =
    This was interrupted when the program ended, and may be done in part. Take it back from the list of changes where that is possible, or leave it if all is well:
    { $entries }
repair-entry = { $number }: { $what } ({ $state })
repair-entry-undoable = { $number }: { $what } ({ $state }, can be taken back)
repair-state-under-way = under way
repair-state-done = done
repair-state-failed = not done
repair-state-undone = taken back
repair-state-interrupted = interrupted

repair-deed-end = end the program with process number { $pid }
repair-deed-desktop-off = keep { $name } from starting with the desktop
repair-deed-desktop-on = let { $name } start with the desktop again
repair-deed-cron-off = switch off line { $line } of your timetable (crontab)
repair-deed-cron-on = switch line { $line } of your timetable (crontab) on again
repair-deed-service-start = start your service { $name }
repair-deed-service-stop = stop your service { $name }
repair-deed-service-enable = let your service { $name } start by itself
repair-deed-service-disable = keep your service { $name } from starting by itself
repair-deed-restart = restart the system's service { $name }
repair-deed-quarantine = move the file { $path } to quarantine
repair-deed-hosts = take foreign entries out of the hosts file
repair-deed-proxy = switch off all proxies that are set
repair-deed-printer = delete everything that waits for the printer { $name }
repair-deed-free = delete for good: { $kinds }
repair-deed-updates = install all updates that wait
repair-deed-restore = put the system's file { $path } back as its package has it
repair-deed-packages = finish installations that were broken off
repair-deed-unhold = no longer hold the package { $name } back from updates
repair-deed-resume = let the printer { $name } print again, and all that waits for it
repair-deed-system-start = start the system's service { $name }
repair-deed-system-stop = stop the system's service { $name }
repair-deed-system-enable = let the system's service { $name } start by itself
repair-deed-system-disable = keep the system's service { $name } from starting by itself
repair-take-back = take change { $number } back
repair-take-back-of = take change { $number } back ({ $what })

repair-space-trash = everything in the trash
repair-space-thumbnails = previews of pictures
repair-space-caches = what programs have kept and not used for 30 days
repair-space-dumps = leftovers of crashed programs
repair-space-packages = downloaded packages
repair-space-journal = the system's log of more than 30 days ago

repair-sight-running = { $name } is running
repair-sight-ended = it has ended
repair-sight-on = it starts by itself
repair-sight-on-with = this starts by itself: { $text }
repair-sight-off = it doesn't start by itself
repair-sight-off-with = this doesn't start by itself: { $text }
repair-sight-state = the system says { $text }
repair-sight-file = the file is { $path } and has { $size } MB
repair-sight-away = it is in quarantine
repair-sight-no-entries = none is set
repair-sight-entries = { $count ->
    [one] one is set: { $text }
   *[other] { $count } are set: { $text }
}
repair-sight-entries-count = { $count ->
    [one] one is set
   *[other] { $count } are set
}
repair-sight-jobs = { $count ->
    [0] nothing waits
    [one] one job waits
   *[other] { $count } jobs wait
}
repair-sight-bytes = about { $size } MB can be freed
repair-sight-freed = { $size } MB were freed
repair-sight-updates = { $count ->
    [0] no update waits
    [one] one update waits
   *[other] { $count } updates wait
}
repair-sight-updates-first = { $count ->
    [one] one update waits: { $first }
   *[other] { $count } updates wait, { $first } among them
}
repair-sight-differs = the file is not as the package { $package } has it
repair-sight-packaged = the file is as its package has it
repair-sight-finished = all packages are installed properly
repair-sight-unfinished = { $count ->
    [0] an installation was broken off
    [one] one package is not installed properly: { $first }
   *[other] { $count } packages are not installed properly: { $first }
}
repair-sight-held = it is held back
repair-sight-released = it is no longer held back
repair-sight-stopped = the printer is stopped: { $reason }
repair-sight-printing = the printer prints

repair-end-done = done.
repair-end-undone = taken back.
repair-end-denied = the answer was no.
repair-end-withdrawn = the proposal was taken back.
repair-end-busy = too much waits already, or another change is under way.
repair-end-unheard = it had begun; how it ended is in the list of changes over there.
repair-end-unwritten = it was done or tried, but the list of changes could not be written: it is called interrupted there.
repair-end-taken-back = it no longer waits, since repairs are no longer allowed.

repair-kind-end = End a program
repair-kind-autostart = Switch what starts by itself
repair-kind-service = A service of the user's
repair-kind-restart = Restart a service of the system
repair-kind-quarantine = Move a file to quarantine
repair-kind-hosts = Put the hosts file right
repair-kind-proxy = Switch off proxies
repair-kind-printer = Clear a printer's queue
repair-kind-free = Free disk space
repair-kind-updates = Install updates
repair-kind-restore = Put a file of the system back
repair-kind-packages = Finish installations
repair-kind-unhold = Let a package be updated again
repair-kind-resume = Let a printer print again
repair-kind-system = A service of the system

# The bar on the user's screen.
repair-mending = Mending this computer

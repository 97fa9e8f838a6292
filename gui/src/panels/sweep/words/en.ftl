# Searches for what does not belong on a computer.

gui-sweep-button = Search
gui-sweep-title = Search this computer
gui-sweep-line = For what doesn't belong: what starts by itself, remote access, browser extensions, strange programs, viruses. Your helper reads the names of what is found.
gui-sweep-short = Search
gui-sweep-helper = search their computer for what doesn't belong there
gui-sweep-choose = Choose what to search for
gui-sweep-where = Where to look for viruses
gui-sweep-start = Search
gui-sweep-stop = Stop the search
gui-sweep-none = No search is running
gui-sweep-begun = A search is running: { $search }
gui-sweep-now = { $category } – looked at: { $seen }
gui-sweep-counts = Suspicious: { $suspicious }, unknown: { $unknown }, known: { $known }
gui-sweep-without-known = Leave out what is known
gui-sweep-more = There are more than are kept here: { $count }
gui-sweep-copy = Copy the list
gui-sweep-copy-one = Copy
gui-sweep-line-of = { $standing }: { $thing } { $name }

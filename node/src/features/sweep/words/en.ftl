# Searches for what does not belong on the user's computer, in a terminal.
sweep-may = search
sweep-usage = This search is typed: sweep { $usage }
sweep-names = There is no such search. There are: { $names }. “sweep stop” stops.
sweep-not-allowed = Nothing is searched: it is not allowed at the moment.
sweep-behind = Nothing more is searched: too many searches wait already.
sweep-helpers-only = Only your helper can start a search.
sweep-nothing = No search is running.
sweep-title-of = { $search } ({ $subject })
sweep-waiting = Asked for: { $search }
sweep-begun = Searching: { $search }
sweep-begun-here = Your helper is searching this computer: { $search }. “sweep stop” stops it.
sweep-ended = { $search }: { $how }. Looked at: { $seen }. Not shown: { $more }

# The searches.
sweep-everything = Everything but viruses
sweep-category-autostart = What starts by itself
sweep-category-cron = What starts at certain times
sweep-category-remote = Programs for remote access
sweep-category-listening = Programs that wait for connections
sweep-category-extensions = Browser extensions
sweep-category-policies = Browser policies
sweep-category-hosts = Redirected names
sweep-category-proxy = Proxies
sweep-category-programs = Programs from outside the system
sweep-category-packages = Changed system files
sweep-category-virus = Viruses

# How they end.
sweep-end-done = finished
sweep-end-stopped = stopped by the helper
sweep-end-stopped-by-user = stopped by the user
sweep-end-busy = not run, because too many searches wait
sweep-end-invalid = not run, because what was asked makes no sense
sweep-end-no-scanner = not run, because there is no virus scanner here. Install ClamAV (the package “clamav”) and try again
sweep-end-no-signatures = the virus scanner said nothing, so it probably knows no viruses yet. Fetch its signatures with “freshclam” and try again
sweep-end-timed-out = it took too long
sweep-end-disk-full = the disk is full
sweep-end-not-permitted = this user account may not look there
sweep-end-gone = it isn't there, or is no longer there
sweep-end-broken = something went wrong
sweep-end-taken-back = stopped, because it is no longer allowed
sweep-end-path-lost = stopped, because the connection was lost

# What they find.
sweep-found = { $standing }: { $thing } { $name } ({ $place })
sweep-found-why = { $standing }: { $thing } { $name } ({ $place }) – { $why }
sweep-standing-known = Known
sweep-standing-unknown = Unknown
sweep-standing-suspicious = Suspicious
sweep-thing-autostart-entry = autostart entry
sweep-thing-user-unit = the user's service
sweep-thing-system-unit = added system service
sweep-thing-shell-line = line in a shell profile
sweep-thing-preloaded-library = library loaded into every program
sweep-thing-cron-line = scheduled command in
sweep-thing-cron-script = scheduled script
sweep-thing-remote-running = remote access is running:
sweep-thing-remote-starting = remote access starts by itself:
sweep-thing-listening-port = waits for connections:
sweep-thing-browser-extension = browser extension
sweep-thing-browser-policy = browser policy
sweep-thing-hosts-entry = redirected name
sweep-thing-proxy-setting = proxy in
sweep-thing-stray-program = program
sweep-thing-changed-file = changed system file
sweep-thing-missing-file = missing system file
sweep-thing-infected = infected file
sweep-thing-not-seen = not looked at:

# Why.
sweep-reason-of-package = It belongs to a package and is unchanged.
sweep-reason-changed-from-package = It differs from the package that it belongs to.
sweep-reason-no-package = It belongs to no package.
sweep-reason-recent = It changed within the last 30 days.
sweep-reason-anybodys-place = It is run from a place where anybody can put a program.
sweep-reason-fetches-and-runs = It fetches something from the internet and runs it.
sweep-reason-remote-tool = Somebody else can use this computer with it.
sweep-reason-own-program = It is Beistand, which you are using now.
sweep-reason-starts-with-computer = It starts with the computer.
sweep-reason-starts-at-login = It starts at login.
sweep-reason-starts-by-time = It starts at certain times.
sweep-reason-runs-now = It is running now.
sweep-reason-reachable = Other computers can reach it.
sweep-reason-program-deleted = Its file was deleted while it is running.
sweep-reason-not-from-shop = It doesn't come from the browser's store, or isn't signed.
sweep-reason-all-pages = It can read and change all web pages.
sweep-reason-by-policy = A policy changes the browser.
sweep-reason-switched-off = It is switched off.
sweep-reason-protected-name = It redirects a name that protects the computer, or its updates.
sweep-reason-leads-elsewhere = It gives a name another address.
sweep-reason-redirects = It leads traffic through another program or computer.
sweep-reason-hidden-name = It is hidden.
sweep-reason-settings-file = It is a settings file, which people change.
sweep-reason-signature-matched = The virus scanner knows it.
sweep-reason-administrators-only = Only an administrator can see all of this.
sweep-reason-not-in-time = There was too much of it.
sweep-reason-unreadable = It can't be read.

# Details.
sweep-detail-path = Where: { $value }
sweep-detail-line = What: { $value }
sweep-detail-package = Package: { $value }
sweep-detail-pid = Process: { $value }
sweep-detail-age = Days since it changed: { $value }
sweep-detail-size = Size: { $value } KB

# The bar on the user's screen.
sweep-searching = Searching this computer

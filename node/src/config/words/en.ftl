# What is wrong with the configuration. A fault is a sentence of its own.
config-missing = There is no configuration file { $path }. Check the name, or leave it out to use the default file.
config-unreadable = The configuration file { $path } can't be read: { $reason }.
config-too-large = The configuration file { $path } is larger than 64 KiB, so it is probably a different file.
config-line = { $path }, line { $line }: { $fault } Correct the file, or move it away to use the default settings.
config-file = { $path }: { $fault } Correct the file, or move it away to use the default settings.
config-not-utf8 = This is not text in UTF-8.
config-unknown = There is no setting called “{ $name }”.
config-setting = “{ $name }”: { $fault }
config-twice = This setting is in the file twice.
config-kind = This setting needs a value of another kind.
config-kind-text = Write text in quotation marks here.
config-kind-number = Write a whole number here.
config-kind-truth = Write true or false here.
config-kind-list = Write a list in square brackets here.
config-kind-table = This is the name of a group of settings, which have lines of their own below it.
config-syntax = This line can't be read. Each line has the form: name = value. Check that quotation marks and brackets are closed.
config-too-many = “{ $setting }” has more than { $max } addresses.
config-choice = There is no { $setting } called “{ $word }”. Choose one of these: { $known }.
config-no-home = This system has no home folder for you, so there is no place for Beistand's files. Name a folder with --data-dir.

config-value-name-length = A name has 1 to { $max } characters.
config-value-name-hidden = A name can't contain line breaks or invisible characters.
config-value-word = Use 1 to { $max } lowercase letters, digits and hyphens.
config-value-address-length = An address has at most { $max } characters.
config-value-address = An address looks like /ip4/192.0.2.1/udp/4001/quic-v1.
config-value-minutes = An invite can be valid for 1 to 60 minutes.
config-value-folder = Give the full path, starting at the root.
config-value-count = Use a number from 1 to 1,000,000.
config-value-bound = Use a number from 1 to 1,000,000, or 0 for no limit.
config-value-metrics = Use an address such as 127.0.0.1:9464, or “off”.
config-value-language = Use “en” for English or “de” for German.
config-value-theme = Use “auto”, “light” or “dark”.
config-value-motion = Use “auto”, “full” or “reduced”.
config-value-zoom = The size is 100 to 200 percent.

config-address = “{ $text }” is not an address that this program understands.
config-address-argument = { $fault } An address looks like /ip4/192.0.2.1/udp/4001/quic-v1.
config-network-name = “{ $text }” can't be the name of a network. { $fault }
config-network-key = The network's key file { $path } can't be used. { $fault }
config-key-private = A key belongs to a private network. Name yours with “network”, or leave the key out.
config-key-unreadable = It can't be read: { $reason }.
config-key-open = Other people on this computer can read it. Make it private with: chmod 600 '{ $path }'
config-key-form = A key file has three lines: /key/swarm/psk/1.0.0/, /base16/, and 64 hexadecimal digits.

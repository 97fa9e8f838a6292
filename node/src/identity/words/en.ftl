# What is wrong with the file that holds this installation's key.
identity-open = Other people on this computer can read the key file { $path } (mode { $mode }), so it was not used. If you are sure that nobody has copied it, make it private with: chmod 600 '{ $path }'. Otherwise remove it, and a new key will be made.
identity-of-others = The key file { $path } belongs to somebody else, or other people on this computer can replace it, so it was not used. It must be yours, in a folder that only you can write to: chmod 700.
identity-damaged = The key file { $path } is damaged: { $found }. Put back a copy, or remove it, and a new key will be made. Anyone who has saved this computer as a contact must then compare it again.
identity-too-short = it has fewer than 32 bytes
identity-too-long = it has more than 32 bytes
identity-only-zeros = it holds only zeros
identity-no-file = { $path } is not a file, so it can't hold the key. Move it away.
identity-unusable = The key file { $path } can't be used: { $reason }. Check the permissions of its folder, and that the disk is not full.
identity-no-randomness = This computer's source of random numbers does not work, so no key can be made. Restart the computer, and try again.

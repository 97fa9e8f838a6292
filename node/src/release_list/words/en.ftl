# The signed list of a release's files.
released-unusable = { $path } can't be used: { $reason }.
released-not-signed = { $path } is not a list of a release, or was changed after it was signed.
released-unlike = { $name } is not as the list says. Make the list again, then sign it.

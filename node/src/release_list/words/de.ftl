# Die signierte Liste der Dateien einer Veröffentlichung.
released-unusable = { $path } kann nicht verwendet werden: { $reason }.
released-not-signed = { $path } ist keine Liste einer Veröffentlichung oder wurde nach dem Signieren verändert.
released-unlike = { $name } ist nicht so, wie die Liste sagt. Erstellen Sie die Liste neu und signieren Sie sie dann.

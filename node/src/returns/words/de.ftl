# Vorbereitungen, die nicht gelten.
return-file-damaged = Eine Rückkehr, die auf diesem Computer vorbereitet war, ist beschädigt oder stammt von einem anderen Computer. Sie wurde gelöscht; Sie brauchen eine neue Einladung.
return-file-open = Eine Rückkehr, die vorbereitet war, konnten andere Benutzer dieses Computers lesen. Sie wurde gelöscht; Sie brauchen eine neue Einladung.
return-file-early = Die Rückkehr von { $name } liegt in der Zukunft: Die Uhr dieses Computers wurde zurückgestellt. Sie wurde gelöscht; Sie brauchen eine neue Einladung.
return-file-over = Die Zeit, in der { $name } zurückkehren konnte, ist vorbei. Sie brauchen eine neue Einladung.

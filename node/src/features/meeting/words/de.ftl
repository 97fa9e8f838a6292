# Wer auf der anderen Seite ist.
meeting-usage = „matched“ und „compared“ stehen für sich allein.
meeting-matched-question = Haben Sie die vier Bilder am Telefon verglichen, und waren alle gleich? Dann erkennt dieser Computer Ihren Helfer beim nächsten Mal wieder.
meeting-host = Das ist der Computer von { $name } ({ $system }).
meeting-host-known = Das ist der Computer von { $name } ({ $system }), den Sie seit { $since } kennen.
meeting-host-other = Vorsicht: Das ist ein anderer Computer als der von { $name }, den Sie seit { $since } kennen. Fragen Sie am Telefon, ob es ein neuer ist.
meeting-known = Dieser Computer erkennt { $name } künftig wieder.
meeting-not-kept = Dass die Bilder gleich waren, konnte nicht gemerkt werden.
meeting-behind = Dass die Bilder gleich waren, wurde nicht gemerkt: Es warten schon zu viele Befehle.
meeting-about = Was nicht geht, in den Worten der anderen Person: „{ $about }“
meeting-about-usage = Schreiben Sie hinter „about“, was nicht geht: about Der Drucker druckt nicht.
meeting-about-long = Was nicht geht, hat höchstens { $count } Zeichen.

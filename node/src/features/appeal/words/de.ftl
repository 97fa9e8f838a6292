# Der Helfer bittet um eine weitere Erlaubnis, im Terminal.
appeal-something = etwas anderes
appeal-usage = Dazu gehört der Name einer Erlaubnis und, wenn Sie möchten, ein Grund: appeal keyboard um die Adresse zu tippen
appeal-too-long = Ein Grund hat höchstens { $count } Zeichen.
appeal-asks = Ihr Helfer möchte auch: { $what }. Wenn das in Ordnung ist: „grant { $name }“; wenn nicht: „appeal no“.
appeal-asks-because = Ihr Helfer möchte auch: { $what }. Ihr Grund: „{ $reason }“. Wenn das in Ordnung ist: „grant { $name }“; wenn nicht: „appeal no“.
appeal-asked = Die andere Person wird danach gefragt: { $what }.
appeal-declined = Das möchte die andere Person jetzt nicht erlauben: { $what }.
appeal-unanswered = Ob das erlaubt ist, hat die andere Person nicht beantwortet: { $what }.
appeal-not-asked = Danach wurde nicht gefragt: { $what }. Die andere Person wurde eben erst gefragt, macht eine Pause, oder es ist dort nicht möglich. Fragen Sie am Telefon.
appeal-refused = Es wurde nichts gefragt: Im Moment gibt es nichts zu fragen oder zu beantworten.

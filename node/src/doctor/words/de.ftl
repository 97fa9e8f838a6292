# Was geprüft wird; das längste hat 10 Zeichen.
doctor-part-screen = Bildschirm
doctor-part-input = Eingabe
doctor-part-picture = Bild
doctor-part-identity = Schlüssel
doctor-part-network = Netzwerk
doctor-part-internet = Internet
doctor-part-udp = UDP
doctor-part-ipv6 = IPv6
doctor-part-address = Adresse
doctor-part-router = Router
doctor-part-relays = Relays

# Was sich an diesem Computer gezeigt hat.
doctor-screen = { $width }x{ $height } Pixel, aufgenommen mit { $backend }.
doctor-input = Maus und Tastatur lassen sich steuern.
doctor-screen-asks = Über { $backend }: Dieser Desktop fragt Sie selbst in jeder Sitzung, welcher Bildschirm zu sehen sein darf.
doctor-picture = AV1 mit { $encoder }: Ein Bild mit 256x256 Pixeln wurde in { $encoding } ms kodiert und in { $decoding } ms dekodiert.
doctor-identity = Diese Installation hat ihren Schlüssel.

# Was sich im Netz gezeigt hat.
doctor-network = { $count ->
        [one] Dieser Computer ist unter einer Adresse zu erreichen (-v nennt sie).
       *[other] Dieser Computer ist unter { $count } Adressen zu erreichen (-v nennt sie).
    }
doctor-network-late = Das Netzwerk ist nicht rechtzeitig bereit gewesen. Bitte versuchen Sie es noch einmal.
doctor-peers = { $count ->
        [one] ein Teilnehmer
       *[other] { $count } Teilnehmer
    }
doctor-lan-only = Es wird nur das lokale Netz benutzt; dort gefunden: { $peers }.
doctor-public-reached = Das öffentliche Netz ist erreichbar; dort bekannt: { $peers }.
doctor-private-reached = Das private Netz ist erreichbar; dort bekannt: { $peers }.
doctor-public-silent = Im öffentlichen Netz ({ $network }) antwortet niemand. Erreichbar sind nur Computer im selben lokalen Netz, oder solche, deren Adressen in einem Link stehen. Prüfen Sie, ob dieser Computer online ist. Eine Firewall muss ihm auch Verbindungen zu anderen Ports als denen des Webs erlauben.
doctor-private-silent = Im privaten Netz ({ $network }) antwortet niemand. Erreichbar sind nur Computer im selben lokalen Netz, oder solche, deren Adressen in einem Link stehen. Prüfen Sie, ob dieser Computer online ist, und prüfen Sie „bootstrap“ in den Einstellungen. Eine Firewall muss ihm auch Verbindungen zu anderen Ports als denen des Webs erlauben.
doctor-udp = UDP kommt durch.
doctor-udp-blocked = UDP kommt nicht durch, TCP aber schon. Sitzungen funktionieren, die meisten über ein Relay. Wer dieses Netz verwaltet, kann ausgehendes UDP erlauben.
doctor-ipv6 = IPv6 funktioniert. Das macht direkte Verbindungen wahrscheinlicher.
doctor-no-ipv6 = Über IPv6 wurde niemand erreicht. Es ist auch nicht nötig.
doctor-address = Andere sehen diesen Computer unter { $places }. { $mapping }
doctor-address-unknown = Noch hat niemand gesagt, unter welcher Adresse er diesen Computer sieht. { $mapping }
doctor-address-tested = Andere sehen diesen Computer unter { $places }. { $mapping } Er wurde von außen erreicht.
doctor-no-nat = Zwischen diesem Computer und den anderen liegt kein NAT.
doctor-nat-same = Der Router benutzt gegenüber allen denselben Port, also werden die meisten direkten Verbindungen gelingen.
doctor-nat-per-peer = Der Router benutzt gegenüber jedem einen anderen Port (symmetrisches NAT). Eine direkte Verbindung gelingt dann nur, wenn die andere Seite offen ist; sonst hilft ein Relay. Wenn Sie können, leiten Sie einen Port an diesen Computer weiter, oder schalten Sie im Router UPnP ein.
doctor-nat-unknown = Es haben noch zu wenige geantwortet, um zu sagen, was der Router mit den Ports macht.
doctor-router-opened = Der Router hat unter { $address } einen Port geöffnet.
doctor-router-none = Der Router öffnet auf Wunsch keine Ports (UPnP ist aus oder fehlt). Das ist üblich, und direkte Verbindungen gelingen oft auch so.
doctor-router-not-public = Der Router liegt selbst hinter einem anderen Router. Ein Port, den er öffnet, führt deshalb ins Leere.
doctor-router-silent = Es wurde kein Router gefragt, oder er hat noch nicht geantwortet.
doctor-relays = { $count ->
        [one] Ein Relay hält
       *[other] { $count } Relays halten
    } für diesen Computer einen Platz frei, das erste nach { $seconds } s.
doctor-no-relay = Kein Relay hält für diesen Computer einen Platz frei. Wer ihn nicht direkt erreicht, erreicht ihn also gar nicht. In einem privaten Netz hilft „beistand-node serve“ auf einem Computer mit öffentlicher Adresse.

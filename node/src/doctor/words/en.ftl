# What the doctor examines; the longest has 10 characters.
doctor-part-screen = Screen
doctor-part-input = Input
doctor-part-picture = Picture
doctor-part-identity = Key
doctor-part-network = Network
doctor-part-internet = Internet
doctor-part-udp = UDP
doctor-part-ipv6 = IPv6
doctor-part-address = Address
doctor-part-router = Router
doctor-part-relays = Relays

# What it found on this machine.
doctor-screen = { $width }x{ $height } pixels, captured through { $backend }.
doctor-input = Mouse and keyboard can be controlled.
doctor-screen-asks = Through { $backend }: this desktop asks you itself which screen may be seen, in each session.
doctor-picture = AV1 by { $encoder }: a picture of 256x256 pixels was encoded in { $encoding } ms and decoded in { $decoding } ms.
doctor-identity = This installation has its key.

# What it found in the network.
doctor-network = { $count ->
        [one] Others can reach this computer at one address (-v names it).
       *[other] Others can reach this computer at { $count } addresses (-v names them).
    }
doctor-network-late = The network did not come up in time. Please try again.
doctor-peers = { $count ->
        [one] one peer
       *[other] { $count } peers
    }
doctor-lan-only = Only the local network is used; { $peers } found there.
doctor-public-reached = The public network can be reached; { $peers } known there.
doctor-private-reached = The private network can be reached; { $peers } known there.
doctor-public-silent = Nobody in the public network ({ $network }) answers. Only computers in the same local network, or with addresses in a link, can be reached. Check that this computer is online. A firewall must let it open connections to other ports than those of the web.
doctor-private-silent = Nobody in the private network ({ $network }) answers. Only computers in the same local network, or with addresses in a link, can be reached. Check that this computer is online, and check “bootstrap” in the settings. A firewall must let it open connections to other ports than those of the web.
doctor-udp = UDP gets through.
doctor-udp-blocked = UDP does not get through, but TCP does. Sessions work, most of them through a relay. The administrator of this network can allow outgoing UDP.
doctor-ipv6 = IPv6 works, which makes direct connections more likely.
doctor-no-ipv6 = Nobody was reached over IPv6. Nothing needs it.
doctor-address = Others see this computer at { $places }. { $mapping }
doctor-address-unknown = Nobody has said yet where they see this computer. { $mapping }
doctor-address-tested = Others see this computer at { $places }. { $mapping } It was reached from outside.
doctor-no-nat = There is no NAT between this computer and the others.
doctor-nat-same = The router uses the same port for everyone, so most direct connections will work.
doctor-nat-per-peer = The router uses a different port for each of them (a symmetric NAT), so a direct connection works only if the other side is open; otherwise a relay is used. If you can, forward a port to this computer, or turn on UPnP in the router.
doctor-nat-unknown = Too few have answered to tell what the router does with ports.
doctor-router-opened = The router opened a port at { $address }.
doctor-router-none = The router does not open ports on request (UPnP is off or missing). That is common, and direct connections often work without it.
doctor-router-not-public = The router is itself behind another router, so a port that it opens leads nowhere.
doctor-router-silent = No router was asked, or it has not answered yet.
doctor-relays = { $count ->
        [one] One relay keeps
       *[other] { $count } relays keep
    } a place for this computer, the first one after { $seconds } s.
doctor-no-relay = No relay keeps a place for this computer, so nobody can get here unless there is a direct way. In a private network, run “beistand-node serve” on a computer with a public address.

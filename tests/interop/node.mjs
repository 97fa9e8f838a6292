// A js-libp2p node for each role: TCP, Noise and yamux, as both implementations have them.

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

// Several peers of a test share an address, from where the stock 5 connections a second are soon used up.
const CONNECTIONS_A_SECOND = 100

// Whether an address is what others are to dial, as it stands.
function fixed (address) {
  return !address.includes('/tcp/0') && !address.includes('/p2p-circuit')
}

export async function startNode ({ role, network, listen, limited }) {
  const serves = role !== 'stranger'
  const services = {
    // More than the one stream that each new connection's own question takes.
    identify: identify({ runOnLimitedConnection: true, maxOutboundStreams: 8 }),
    ping: ping({ runOnLimitedConnection: true }),
    dht: kadDHT({
      protocol: `/beistand/${network}/kad/1`,
      clientMode: !serves,
      // Addresses of loopback and of namespaces are what there is here.
      peerInfoMapper: passthroughMapper,
      allowQueryWithZeroPeers: true
    })
  }
  if (role === 'relay') {
    services.relay = circuitRelayServer({ reservations: { applyDefaultLimit: limited } })
  }
  return createLibp2p({
    // Its own word for them: an address that looks public counts only once somebody has confirmed it.
    addresses: { listen, announce: listen.filter(fixed) },
    transports: [tcp(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: CONNECTIONS_A_SECOND },
    connectionGater: { denyDialMultiaddr: () => false },
    services
  })
}

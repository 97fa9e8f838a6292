// What this peer does on request: a line of standard input each, answered by an event that names the command.

import { setTimeout } from 'node:timers/promises'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { echo } from './echo.mjs'
import { keyOf } from './keys.mjs'

const PATIENCE_MILLIS = 20_000

const POLL_MILLIS = 20

const PING_BYTES = 32

export const COMMANDS = {
  // Connects to an address.
  async dial (node, address) {
    const connection = await node.dial(multiaddr(address), patience())
    return {
      peer: connection.remotePeer.toString(),
      remote: connection.remoteAddr.toString(),
      limited: connection.limits !== undefined
    }
  },

  // Connects to a DHT server, and waits until it is in the routing table.
  async enter (node, address) {
    const dialled = await COMMANDS.dial(node, address)
    const { signal } = patience()
    while (await node.services.dht.routingTable.find(peerIdFromString(dialled.peer)) === undefined) {
      signal.throwIfAborted()
      await setTimeout(POLL_MILLIS)
    }
    return dialled
  },

  // Asks a connected peer who it is.
  async identify (node, peer) {
    const [connection] = node.getConnections(peerIdFromString(peer))
    if (connection === undefined) {
      throw new Error('not connected')
    }
    const { agentVersion, protocolVersion, protocols, listenAddrs, observedAddr } =
      await node.services.identify.identify(connection, patience())
    return {
      agent: agentVersion,
      protocol_version: protocolVersion,
      protocols,
      listen: listenAddrs.map(String),
      observed: String(observedAddr)
    }
  },

  // Measures the round trip to a connected peer.
  async ping (node, peer) {
    const [connection] = node.getConnections(peerIdFromString(peer))
    if (connection?.limits !== undefined) {
      // The library's own call would open a second circuit, see echo.mjs.
      const start = Date.now()
      await echo(node, peer, PING_BYTES, '/ipfs/ping/1.0.0')
      return { millis: Date.now() - start }
    }
    return { millis: await node.services.ping.ping(peerIdFromString(peer), patience()) }
  },

  // Tells the DHT that this peer has what the text names.
  async provide (node, text) {
    await node.contentRouting.provide(await keyOf(text), patience())
    return {}
  },

  // Asks the DHT who has what the text names.
  async find (node, text) {
    const providers = {}
    for await (const { id, multiaddrs } of node.contentRouting.findProviders(await keyOf(text), patience())) {
      providers[id] = multiaddrs.map(String)
    }
    return { providers: Object.keys(providers), addresses: Object.values(providers).flat() }
  },

  // Who is provider of what the text names in this peer's own store.
  async stored (node, text) {
    const providers = await node.services.dht.providers.getProviders(await keyOf(text))
    return { providers: providers.map(String) }
  },

  // Sends so many bytes to a connected peer of this kind and gets them back.
  async echo (node, peer, bytes) {
    const start = Date.now()
    await echo(node, peer, Number(bytes))
    return { bytes: Number(bytes), millis: Date.now() - start }
  }
}

function patience () {
  return { signal: AbortSignal.timeout(PATIENCE_MILLIS) }
}

// A js-libp2p peer: says what happens to it, does what it is told, and ends with its standard input.

import './polyfill.mjs'

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { serveEcho } from './echo.mjs'
import { tell } from './events.mjs'
import { readOptions, USAGE } from './options.mjs'

let options
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n\n${USAGE}\n`)
  process.exit(2)
}

// After the polyfill has run, and after a wrong argument was named without the seconds that loading takes.
const { startNode } = await import('./node.mjs')
const { COMMANDS } = await import('./commands.mjs')

const node = await startNode(options)
watch(node)
await serveEcho(node)
tell('started', {
  role: options.role,
  peer_id: node.peerId.toString(),
  listen: node.getMultiaddrs().map(String),
  node: process.version,
  libp2p: version('libp2p'),
  kad_dht: version('@libp2p/kad-dht'),
  circuit_relay: version('@libp2p/circuit-relay-v2')
})

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.trim().split(/\s+/)
  // Not awaited: a command that waits must not keep the next one back.
  perform(command, words)
}
await node.stop()
process.exit(0)

function watch (node) {
  const connection = ({ detail }) => ({
    peer: detail.remotePeer.toString(),
    remote: detail.remoteAddr.toString(),
    direction: detail.direction
  })
  node.addEventListener('connection:open', (event) => tell('connected', connection(event)))
  node.addEventListener('connection:close', (event) => tell('disconnected', connection(event)))
  // Where a relay keeps a place for this peer.
  node.addEventListener('self:peer:update', () => {
    const circuits = node.getMultiaddrs().map(String).filter((address) => address.includes('/p2p-circuit'))
    if (circuits.length > 0) {
      tell('reserved', { circuits })
    }
  })
  const relay = node.services.relay
  if (relay !== undefined) {
    reportPlaces(relay)
  }
}

// The relay tells of no reservation by itself: its list is looked at.
function reportPlaces (relay) {
  const POLL_MILLIS = 50
  const known = new Set()
  const look = () => {
    for (const peer of relay.reservations.keys()) {
      if (!known.has(peer.toString())) {
        known.add(peer.toString())
        tell('place_given', { peer: peer.toString() })
      }
    }
  }
  setInterval(look, POLL_MILLIS)
}

async function perform (command, words) {
  try {
    if (COMMANDS[command] === undefined) {
      throw new Error('no such command')
    }
    tell(command, await COMMANDS[command](node, ...words))
  } catch (error) {
    tell('failed', { command, reason: `${error.name}: ${error.message}` })
  }
}

function version (name) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version
}

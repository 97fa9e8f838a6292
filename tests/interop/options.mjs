// The command line.

import { parseArgs } from 'node:util'

const ROLES = ['dht-server', 'relay', 'stranger']

export const USAGE = `Usage: node peer.mjs --role dht-server|relay|stranger --network NAME [--listen ADDRESS]... [--limited]

  dht-server  keeps provider records for others, and answers who asks
  relay       the same, and keeps places and carries circuits for others; with --limited at most 2 minutes and 128 KiB
  stranger    a client of the DHT; it has nothing of the project's but the names of its protocols`

export function readOptions (args) {
  const { values } = parseArgs({
    args,
    options: {
      role: { type: 'string' },
      network: { type: 'string' },
      listen: { type: 'string', multiple: true, default: [] },
      limited: { type: 'boolean', default: false }
    }
  })
  if (!ROLES.includes(values.role)) {
    throw new Error(`--role is one of ${ROLES.join(', ')}`)
  }
  if (values.network === undefined) {
    throw new Error('--network is missing')
  }
  return values
}

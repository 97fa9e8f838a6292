// A protocol of this test's own: what is sent comes back. Runs on circuits, too, whatever their limits.

import { peerIdFromString } from '@libp2p/peer-id'

const PROTOCOL = '/beistand/interop/echo/1'

// What may be under way. js-yamux makes one frame of all that waits and fits the window; rust-yamux grows the window, and
// ends the connection at a frame of more than 1 MiB. So with several MiB at once nothing would come of it.
const ROUND_BYTES = 256 * 1024

export async function serveEcho (node) {
  const echo = async (stream) => {
    for await (const chunk of stream) {
      if (!stream.send(chunk)) {
        await stream.onDrain()
      }
    }
    await stream.close()
  }
  await node.handle(PROTOCOL, echo, { runOnLimitedConnection: true })
}

// Sends `bytes` to a connected peer, round by round, each when the one before has come back as it was; a ping is an echo,
// too.
export async function echo (node, peer, bytes, protocol = PROTOCOL) {
  // On the connection that is there: by the peer's name a second circuit would be opened, and closed as a duplicate.
  const [connection] = node.getConnections(peerIdFromString(peer))
  if (connection === undefined) {
    throw new Error('not connected')
  }
  const stream = await connection.newStream(protocol, { runOnLimitedConnection: true })
  const chunks = stream[Symbol.asyncIterator]()
  let received = 0
  for (let sent = 0; sent < bytes;) {
    const round = Uint8Array.from({ length: Math.min(ROUND_BYTES, bytes - sent) }, (_, at) => valueAt(sent + at))
    stream.send(round)
    sent += round.length
    while (received < sent) {
      const { value, done } = await chunks.next()
      if (done) {
        throw new Error(`${received} of ${bytes} bytes came back`)
      }
      received = check(value.subarray(), received)
    }
  }
  await stream.close()
}

function check (chunk, start) {
  for (const [at, byte] of chunk.entries()) {
    if (byte !== valueAt(start + at)) {
      throw new Error(`byte ${start + at} came back as another`)
    }
  }
  return start + chunk.length
}

// No period that chunks could have.
function valueAt (position) {
  return position % 251
}

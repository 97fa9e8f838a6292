// A protocol of this test's own: what is sent comes back. Runs on circuits, too, whatever their limits.

import { peerIdFromString } from '@libp2p/peer-id'

const PROTOCOL = '/beistand/interop/echo/1'

const CHUNK_BYTES = 32 * 1024

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

// Sends `bytes` to a connected peer and waits until all of them have come back as they were; a ping is an echo, too.
export async function echo (node, peer, bytes, protocol = PROTOCOL) {
  // On the connection that is there: by the peer's name a second circuit would be opened, and closed as a duplicate.
  const [connection] = node.getConnections(peerIdFromString(peer))
  if (connection === undefined) {
    throw new Error('not connected')
  }
  const stream = await connection.newStream(protocol, { runOnLimitedConnection: true })
  const sending = send(stream, bytes)
  let received = 0
  for await (const chunk of stream) {
    for (const byte of chunk.subarray()) {
      if (byte !== valueAt(received)) {
        throw new Error(`byte ${received} came back as another`)
      }
      received += 1
    }
    if (received >= bytes) {
      break
    }
  }
  await sending
  if (received !== bytes) {
    throw new Error(`${received} of ${bytes} bytes came back`)
  }
  await stream.close()
}

async function send (stream, bytes) {
  for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
    const chunk = Uint8Array.from({ length: Math.min(CHUNK_BYTES, bytes - sent) }, (_, at) => valueAt(sent + at))
    if (!stream.send(chunk)) {
      await stream.onDrain()
    }
  }
}

// No period that chunks could have.
function valueAt (position) {
  return position % 251
}

// Keys of provider records: the SHA-256 multihash of a text, as Beistand's own.

import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

export async function keyOf (text) {
  return CID.createV1(raw.code, await sha256.digest(new TextEncoder().encode(text)))
}

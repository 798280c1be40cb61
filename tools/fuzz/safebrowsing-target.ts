/** The messages of Safe Browsing v5: what clients send to the door, and what nodes send to the light client. */
import { CompactList, LocalList } from '../../packages/client/src/list/index.ts'
import { readFoundHashes, readListUpdate } from '../../packages/client/src/list/messages.ts'
import {
  decodeRice32,
  encodeRice32,
  readBatchRequest,
  readHashList,
  readHashLists,
  readSearchRequest,
  readSearchResponse,
} from '../../packages/server/src/protocols/safebrowsing/index.ts'
import { MESSAGES } from './samples/safebrowsing.ts'
import { must, type Target } from './target.ts'

/** Readers give a value or a problem; numbers ascend, and are no more than their bytes can hold. */
export const SAFE_BROWSING: Target = {
  name: 'safebrowsing',
  seeds: MESSAGES,
  check(bytes) {
    for (const read of [readHashLists, readSearchRequest, readSearchResponse, readBatchRequest]) {
      const result = read(bytes)
      if (!result.ok) must(result.problem.message.length <= 300, () => `a problem of ${result.problem.message.length}`)
    }
    const list = readHashList(bytes)
    const update = readListUpdate(bytes)
    readFoundHashes(bytes)
    if (!list.ok || list.value.additions?.bytes !== 4) return
    const numbers = decodeRice32(list.value.additions.delta)
    if (!numbers.ok) return
    const found = numbers.value
    must(found.length <= 2 * bytes.length + 1, () => `${found.length} numbers of ${bytes.length} bytes`)
    must(
      found.every((number, at) => at === 0 || number > found[at - 1]!),
      () => 'numbers that do not ascend',
    )
    const again = decodeRice32(encodeRice32(found)!)
    must(again.ok && again.value.join() === found.join(), () => 'other numbers after coding them again')
    if (update.ok) {
      must(update.value.additions.join() === found.join(), () => 'the client reads other numbers')
      const applied = new CompactList(new Uint32Array()).updated(new Uint32Array(), found)
      must(applied.ok && applied.value.prefixes().join() === found.join(), () => 'another set than was read')
    }
  },
}

/** A list as the client keeps it is whole, or refused. */
export const STORED_LIST: Target = {
  name: 'stored-list',
  seeds: [new LocalList().store(), Buffer.concat([new LocalList('x').store(), Buffer.from([1, 2, 3])])].map(each =>
    Buffer.from(each),
  ),
  check(bytes) {
    const restored = LocalList.restore(bytes)
    if (!restored.ok) {
      must(restored.problem.message.length <= 300, () => `a problem of ${restored.problem.message.length} characters`)
      return
    }
    must(Buffer.from(restored.value.store()).equals(bytes), () => 'other bytes when it is stored again')
  },
}

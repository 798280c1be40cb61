/** A process that is killed in the middle of a step: says so when it is there, and waits for its end. */
import { writeSync } from 'node:fs'
import type { MemoryChange } from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book.ts'
import { openBookStore } from '../table/store.ts'

const [path, way] = process.argv.slice(2)
const store = openBookStore(path!)
const head: Head = { ...store.head(), sequence: store.head().sequence + 5 }

function* changes(): Iterable<MemoryChange> {
  for (let n = 0; n < 60_000; n++) {
    const key = new Uint8Array(32)
    new DataView(key.buffer).setUint32(0, n * 71_000)
    const type: SubjectType = SUBJECT_TYPES[4]
    yield { type, key, value: undefined, entry: { when: 64, what: 0x18000000 } }
  }
  writeSync(1, 'in the middle\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

store.follow({ head, types: [] }, changes(), { anew: way === 'anew' })

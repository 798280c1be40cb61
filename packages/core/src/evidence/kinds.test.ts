import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CATEGORY_CAPS } from './category.ts'
import { isEvent, KINDS, type Kind } from './kinds.ts'
import { REASONS } from './reasons.ts'

const ROWS: readonly Kind[] = KINDS

describe('KINDS', () => {
  it('names each kind once', () => {
    assert.equal(new Set(ROWS.map(kind => kind.name)).size, ROWS.length)
  })

  it('has only standing kinds among the exculpating ones, so that time alone never makes a verdict worse', () => {
    assert.deepEqual(
      ROWS.filter(kind => kind.direction === 'good' && isEvent(kind)),
      [],
    )
  })

  it('keeps every weight below the cap of its category, and says where it comes from', () => {
    for (const kind of ROWS) {
      assert.ok(kind.weight > 0 && kind.weight <= CATEGORY_CAPS[kind.category], kind.name)
      assert.ok(kind.origin.length > 6, kind.name)
    }
  })

  it('has no more reasons than five bits hold', () => {
    const count: number = REASONS.length
    assert.ok(count <= 32)
  })
})

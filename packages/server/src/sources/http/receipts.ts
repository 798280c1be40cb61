/** The receipt of a whole report, summed over the chunks in which it was put. */
import type { WireEvidence, WireReceipt } from '@tocsin/core/wire'
import type { Intake, Offer } from '../../intake/intake.ts'
import { REFUSED_MAX } from './item-route.ts'
import { type Item, inChunks } from './reading.ts'

/**
 * Puts a report chunk by chunk, each when the one before is durable, so that whoever sends is held back by what the
 * ledger can take. Rejects where the ledger does or the stream breaks off; what was put until then stays, and is known
 * again when it is sent once more.
 */
export async function putReport(
  items: Iterable<Item<WireEvidence>> | AsyncIterable<Item<WireEvidence>>,
  intake: Intake,
): Promise<WireReceipt> {
  let accepted = 0
  let duplicate = 0
  const refused: { readonly index: number; readonly reason: string }[] = []
  const refuse = (index: number, reason: string): void => {
    if (refused.length < REFUSED_MAX) refused.push({ index, reason })
  }
  for await (const chunk of inChunks(items)) {
    const sound = chunk.filter(item => 'value' in item)
    const offers: readonly Offer[] = sound.map(item => item.value)
    const receipt = offers.length === 0 ? undefined : await intake.put(offers)
    accepted += receipt?.accepted ?? 0
    duplicate += receipt?.duplicate ?? 0
    const byIndex = new Map(receipt?.refused.map(({ index, reason }) => [sound[index]?.index, reason]))
    for (const item of chunk) {
      const reason = 'reason' in item ? item.reason : byIndex.get(item.index)
      if (reason !== undefined) refuse(item.index, reason)
    }
  }
  return { accepted, duplicate, refused }
}

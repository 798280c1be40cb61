/** Everything that is fuzzed. */
import { ALL_FORMATS } from '../../packages/server/src/formats/all.ts'
import { APK_FACTS, MANIFESTS } from './apk-target.ts'
import { MAILS, SEVEN, XZ } from './container-targets.ts'
import { formatTarget } from './format-target.ts'
import { LIST_FILE, LIST_HEAD } from './list-target.ts'
import { OBLIVIOUS } from './oblivious-target.ts'
import { PART_TARGETS } from './part-targets.ts'
import { SAFE_BROWSING, STORED_LIST } from './safebrowsing-target.ts'
import { LINE_SAMPLES } from './samples/lines.ts'
import { STRUCTURED_SAMPLES } from './samples/structured.ts'
import type { Target } from './target.ts'
import { UNPACK } from './unpack-target.ts'

/** Every format, and the parsers beneath them. Throws where a format has no samples: nothing is left out in silence. */
export function allTargets(): readonly Target[] {
  const samples = new Map([...Object.entries(LINE_SAMPLES), ...Object.entries(STRUCTURED_SAMPLES)])
  const formats = ALL_FORMATS.map(format => {
    const own = samples.get(format.name)
    if (own === undefined) throw new Error(`Cannot fuzz "${format.name}": it must have samples in tools/fuzz/samples`)
    return formatTarget(format, own)
  })
  return [
    ...formats,
    ...PART_TARGETS,
    UNPACK,
    SEVEN,
    XZ,
    MAILS,
    APK_FACTS,
    MANIFESTS,
    SAFE_BROWSING,
    STORED_LIST,
    LIST_FILE,
    LIST_HEAD,
    OBLIVIOUS,
  ]
}

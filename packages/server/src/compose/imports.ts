/** Whole lists: who they are to the intake, and the starter set of a first start. */
import { ProblemError, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import type { WireImport } from '@tocsin/core/wire'
import { parseColumns } from '../formats/columns.ts'
import type { Identity } from '../intake/identity.ts'
import type { Intake } from '../intake/intake.ts'
import { intakeFor } from '../intake/reception.ts'
import type { Ledger, LedgerSource } from '../ledger/ledger.ts'
import type { Log } from '../ops/events.ts'
import { type ImportProgress, importList, importToWire } from '../sources/lists/import-list.ts'
import { putStarter } from '../sources/lists/put-starter.ts'
import { readStarter } from '../sources/lists/starter.ts'
import { sha256 } from './sha256.ts'

/** Feeds and imports that the operator configured: one listing of confidence 1 gives 50 or less. */
const OPERATOR_TRUST = 0.8

/** How a list is to be read; what is absent has the defaults of `tocsin import`. */
export interface ListReading {
  readonly kind?: string | undefined
  readonly confidence?: number | undefined
  /** The name of a format, or `auto`. */
  readonly format?: string | undefined
  /** For `csv`, as users write it: `subject=2,observedAt=1`. */
  readonly columns?: string | undefined
  readonly asOf?: string | undefined
  /** Who is behind the source: sources of one organisation do not confirm each other. The source's own name, where absent. */
  readonly organisation?: string | undefined
  /** What the list was called where it comes from; helps to find its format. */
  readonly fileName?: string | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/** What imports write to. */
export interface ImportParts {
  readonly ledger: Pick<Ledger, 'write' | 'retract' | 'begin' | 'commit'>
  readonly clock: () => Instant
}

/** As in `PUT /v1/sources/:name/list`; a key's source has a colon, so that no list can pass for one. */
const SOURCE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** As in the settings of feeds. */
const ORGANISATION = /^\P{Cc}{1,64}$/u

/** Imports a list as the source of this name. */
export async function importNamed(
  name: string,
  origin: LedgerSource['origin'],
  chunks: AsyncIterable<Uint8Array>,
  reading: ListReading,
  parts: ImportParts,
): Promise<WireImport> {
  if (!SOURCE_NAME.test(name)) {
    const message = `Cannot import list: its source must be 1 to 64 of a-z, 0-9, ".", "_", "-", the first a letter or a digit, found "${name}"`
    throw new ProblemError({ code: 'invalid', message })
  }
  const { kind, confidence = 1, format = 'auto', columns, organisation = name, ...rest } = reading
  if (!ORGANISATION.test(organisation)) {
    const message = `Cannot import list: its organisation must be 1 to 64 characters and no control character, found ${JSON.stringify(organisation)}`
    throw new ProblemError({ code: 'invalid', message })
  }
  if (columns !== undefined && format !== 'csv') {
    const message = `Cannot import list: columns go with format "csv", found "${format}"`
    throw new ProblemError({ code: 'invalid', message })
  }
  const mapping = columns === undefined ? undefined : unwrap(parseColumns(columns))
  const intake = openIntake({ source: sourceOf(name, origin, organisation), authority: 'feed' }, parts)
  const counts = await importList({ ...rest, intake, chunks, kind, confidence, format, columns: mapping })
  return importToWire(name, counts)
}

/** An intake with the runtime's SHA-256. */
export function openIntake(identity: Identity, { ledger, clock }: ImportParts): Intake {
  return intakeFor(identity, { ledger, clock, sha256 })
}

/**
 * Loads the lists of the starter set that the ledger does not know yet. A list that an operator has emptied or replaced
 * is a known source, and stays as it is. A list that cannot be loaded is told and passed over.
 */
export async function loadStarter(known: ReadonlySet<string>, parts: ImportParts, log: Log): Promise<void> {
  let entries = 0
  for (const list of readStarter()) {
    const { name } = list
    if (known.has(name)) continue
    try {
      entries += await putStarter(list, openIntake({ source: sourceOf(name, 'starter'), authority: 'feed' }, parts))
    } catch (error) {
      log('starter-failed', { name, error })
    }
  }
  if (entries > 0) log('starter-loaded', { entries })
}

function sourceOf(name: string, origin: LedgerSource['origin'], organisation = name): LedgerSource {
  return { name, origin, organisation, trustStep: trustStepOf(OPERATOR_TRUST) }
}

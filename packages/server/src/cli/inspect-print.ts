/** What was found out about a file, for people. */
import { rowOf } from './check.ts'
import type { ClaimedApkFacts, InspectedFile } from './inspect-file.ts'
import type { FileName, FileReputation } from './inspect-worst.ts'
import { type Cell, paint, printTable } from './print.ts'
import type { Output } from './surroundings.ts'

/** Digests by the names that people know. */
const SHOWN: Readonly<Record<FileName, string>> = { sha256: 'SHA-256', sha1: 'SHA-1', md5: 'MD5' }

/** A reputation, or that nobody told one; absent where nobody was asked. */
export type ToldReputation = FileReputation | { readonly error: string } | undefined

type Row = readonly [name: string, what: Cell | string]

/** Prints one file: its path, and a line for each thing that is known of it. */
export function printFile(output: Output, path: string, found: InspectedFile, reputation: ToldReputation): void {
  const { sizeBytes, md5, sha1, sha256, tlsh = 'none: its content is too short, too long or too uniform', apk } = found
  const rows: Row[] = [
    ['size', `${sizeBytes} bytes`],
    ['MD5', md5],
    ['SHA-1', sha1],
    ['SHA-256', sha256],
    ['TLSH', tlsh],
    ...(apk === undefined ? [] : apkRows(apk)),
    ...(reputation === undefined ? [] : reputationRows(reputation)),
  ]
  output.write(`${paint(output, { text: path, colour: 'bold' })}\n`)
  printTable(
    output,
    [],
    rows.map(([name, what]) => [{ text: `  ${name}`, colour: 'dim' }, what]),
  )
}

function apkRows(apk: NonNullable<InspectedFile['apk']>): readonly Row[] {
  if ('error' in apk) return [['package', apk.error]]
  const { certificates, schemes } = apk
  const signed =
    schemes.length === 0 ? 'not at all' : `by ${schemes.join(', ')}; NOT verified: it may be another's name`
  return [
    ['package', packageOf(apk)],
    ['signed', signed],
    ...certificates.map((sha256): Row => ['by whom', `certificate of SHA-256 ${sha256}, not verified`]),
  ]
}

/** As `com.example.app 1.2 (42), from API 21, for API 34, asks for 2 permissions`. */
function packageOf({ package: name, versionName, versionCode, minSdk, targetSdk, permissions }: ClaimedApkFacts) {
  const version = [name, versionName, versionCode === undefined ? undefined : `(${versionCode})`]
  return [
    version.filter(part => part !== undefined).join(' '),
    ...(minSdk === undefined ? [] : [`from API ${minSdk}`]),
    ...(targetSdk === undefined ? [] : [`for API ${targetSdk}`]),
    `asks for ${permissions} ${permissions === 1 ? 'permission' : 'permissions'}`,
  ].join(', ')
}

function reputationRows(reputation: NonNullable<ToldReputation>): readonly Row[] {
  if ('error' in reputation) return [['verdict', { text: 'unsure: nobody told its reputation', colour: 'yellow' }]]
  const { by, answer, notClearing } = reputation
  const cells = rowOf(answer).map((cell): Cell => (typeof cell === 'string' ? { text: cell } : cell))
  const [, verdict, score, action, why] = cells
  const scored = score === undefined || score.text === '' ? '' : `score ${score.text}`
  const words = [verdict?.text ?? '', scored, action?.text ?? '', why?.text ?? ''].filter(word => word !== '')
  return [
    ['verdict', { ...verdict, text: `${words.join(', ')} (by its ${SHOWN[by]})` }],
    ...notClearing.map(
      (name): Row => ['', `its ${SHOWN[name]} is cleared, which clears no file: others may have the same`],
    ),
  ]
}

/**
 * The text format that Prometheus reads, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): families of samples as lines.
 */

/** What the answer says that it is. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** One number with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** The lines of a family that has one number. */
export function single(type: 'counter' | 'gauge', name: string, help: string, value: number): readonly string[] {
  return family(type, name, help, [[{}, value]])
}

/**
 * The lines of a family. Without samples it is not there at all. Names are ours and are not checked; values of labels and
 * the help are escaped.
 */
export function family(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  samples: readonly Sample[],
): readonly string[] {
  if (samples.length === 0) return []
  const about = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return [`# HELP ${name} ${about}`, `# TYPE ${name} ${type}`, ...samples.map(sample => lineOf(name, sample))]
}

function lineOf(name: string, [labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

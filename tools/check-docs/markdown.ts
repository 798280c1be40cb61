/** A fenced code block: what stands after the fence, its text, and the line of its first line of text, from 1. */
export interface Fence {
  readonly info: string
  readonly text: string
  readonly line: number
}

/** A link or image target as written, and its line from 1. */
export interface Link {
  readonly target: string
  readonly line: number
}

/** A heading without its marks: `## Try it` is `Try it` of level 2. */
export interface Heading {
  readonly level: number
  readonly text: string
  readonly line: number
}

/** What the checks need of a Markdown file. Code is neither searched for links nor for headings. */
export interface Markdown {
  readonly fences: readonly Fence[]
  readonly links: readonly Link[]
  readonly headings: readonly Heading[]
}

const INLINE_LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+["'(][^)]*)?\)/g
const REFERENCE = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/

/** Reads a Markdown file as far as fences, links and headings go. */
export function parseMarkdown(text: string): Markdown {
  const fences: Fence[] = []
  const links: Link[] = []
  const headings: Heading[] = []
  let fence: { mark: string; indent: number; info: string; line: number; lines: string[] } | undefined
  text.split('\n').forEach((raw, index) => {
    const opened = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(raw)
    if (fence !== undefined) {
      if (opened?.[2]?.startsWith(fence.mark) && opened[3] === '') {
        fences.push({ info: fence.info, text: fence.lines.join('\n'), line: fence.line })
        fence = undefined
      } else fence.lines.push(raw.slice(Math.min(fence.indent, raw.length - raw.trimStart().length)))
      return
    }
    if (opened !== null) {
      fence = {
        mark: opened[2] ?? '',
        indent: opened[1]?.length ?? 0,
        info: opened[3]?.trim() ?? '',
        line: index + 2,
        lines: [],
      }
      return
    }
    const line = raw.replaceAll(/(`+)(?:(?!\1).)+\1/g, code => '`'.padEnd(code.length - 1, ' ').concat('`'))
    for (const [, target = ''] of line.matchAll(INLINE_LINK)) links.push({ target, line: index + 1 })
    const reference = REFERENCE.exec(line)
    if (reference !== null) links.push({ target: reference[1] ?? '', line: index + 1 })
    const heading = HEADING.exec(raw)
    if (heading !== null) headings.push({ level: heading[1]?.length ?? 1, text: heading[2] ?? '', line: index + 1 })
  })
  return { fences, links, headings }
}

/** The fragment names under which GitHub shows the headings of a file; a repeated one gets `-1`, `-2`. */
export function anchorsOf({ headings }: Markdown): Set<string> {
  const counts = new Map<string, number>()
  const anchors = headings.map(({ text }) => {
    const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replaceAll(/\s/g, '-')
    const count = counts.get(anchor) ?? 0
    counts.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
  return new Set(anchors)
}

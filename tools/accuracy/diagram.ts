/** A reliability diagram as SVG: what was foretold across, what was up; a perfect judge lies on the diagonal. */
import type { Bin } from './metrics.ts'

const SIDE = 320
const MARGIN = 44

/** The picture, with a title; each point's size is the weight of its bin. */
export function diagramOf(title: string, bins: readonly Bin[]): string {
  const x = (share: number) => round(MARGIN + share * SIDE)
  const y = (share: number) => round(MARGIN + (1 - share) * SIDE)
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap(share => [
    `<text x="${x(share)}" y="${y(0) + 16}" text-anchor="middle">${share}</text>`,
    `<text x="${x(0) - 6}" y="${y(share) + 4}" text-anchor="end">${share}</text>`,
    `<path d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${y(share)}H${x(1)}" stroke="#ddd"/>`,
  ])
  const points = bins.map(
    ({ foretold, bad, weight, rows }) =>
      `<circle cx="${x(foretold)}" cy="${y(bad)}" r="${round(3 + 14 * Math.sqrt(weight))}" fill="#1f6feb" fill-opacity="0.6"><title>${rows} rows: foretold ${foretold.toFixed(3)}, bad ${bad.toFixed(3)}</title></circle>`,
  )
  const line = bins.map(({ foretold, bad }, at) => `${at === 0 ? 'M' : 'L'}${x(foretold)} ${y(bad)}`).join('')
  const size = SIDE + 2 * MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size}" height="${size}" fill="#fff"/>`,
    `<text x="${size / 2}" y="22" text-anchor="middle" font-size="14">${escape(title)}</text>`,
    ...ticks,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#888" stroke-dasharray="4 4"/>`,
    `<path d="${line}" fill="none" stroke="#1f6feb"/>`,
    ...points,
    `<text x="${size / 2}" y="${size - 8}" text-anchor="middle">foretold share of bad</text>`,
    `<text x="12" y="${size / 2}" text-anchor="middle" transform="rotate(-90 12 ${size / 2})">share that was bad</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
